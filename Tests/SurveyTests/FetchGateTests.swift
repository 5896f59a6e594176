import Evidence
import Loop
import Testing

@testable import Survey

@Suite("Fetch gate: limits in all and per address", .timeLimit(.minutes(6)))
struct FetchGateTests {
    static func address(_ last: Int) throws -> IPAddress {
        try #require(IPAddress("192.0.32.\(last)"))
    }

    /// What is inside the gate at one time, and the most there ever was.
    actor Meter {
        private var inside: [IPAddress: Int] = [:]
        private(set) var most = 0
        private(set) var mostAtOne = 0
        private(set) var served: [IPAddress: Int] = [:]
        private(set) var order: [Int] = []

        func enter(_ address: IPAddress, _ number: Int) {
            inside[address, default: 0] += 1
            served[address, default: 0] += 1
            order.append(number)
            most = max(most, inside.values.reduce(0, +))
            mostAtOne = max(mostAtOne, inside[address] ?? 0)
        }

        func leave(_ address: IPAddress) { inside[address, default: 0] -= 1 }
    }

    @Test("2,000 fetches to 5 addresses: limits are never exceeded, all are served")
    func limits() async throws {
        let gate = FetchGate(limit: 12, perAddress: 4)
        let meter = Meter()
        let addresses = try (1...5).map(Self.address)
        try await withThrowingTaskGroup { group in
            for number in 0..<2000 {
                // One address gets most of it, as a provider does.
                let address = addresses[number % 8 < 4 ? 0 : number % 5]
                group.addTask {
                    guard case .granted = try await gate.enter(address) else { return }
                    await meter.enter(address, number)
                    for _ in 0..<number % 7 { await Task.yield() }
                    await meter.leave(address)
                    gate.leave(address, hasConnected: true)
                }
            }
            try await group.waitForAll()
        }
        #expect(await meter.most <= 12)
        #expect(await meter.mostAtOne <= 4)
        #expect(await meter.served.values.reduce(0, +) == 2000)
    }

    @Test("one address in order of arrival, several in turn")
    func fairness() async throws {
        let gate = FetchGate(limit: 1, perAddress: 1)
        let meter = Meter()
        let popular = try Self.address(1)
        let lone = try Self.address(2)
        _ = try await gate.enter(popular)
        try await withThrowingTaskGroup { group in
            for number in 0..<6 {
                let address = number == 5 ? lone : popular
                group.addTask {
                    _ = try await gate.enter(address)
                    await meter.enter(address, number)
                    gate.leave(address, hasConnected: true)
                }
                while gate.waitingCount <= number { await Task.yield() }
            }
            gate.leave(popular, hasConnected: true)
            try await group.waitForAll()
        }
        #expect(await meter.order == [5, 0, 1, 2, 3, 4], "the lone one could go first")
    }

    @Test("who is cancelled while waiting leaves no gap")
    func cancellation() async throws {
        let gate = FetchGate(limit: 1, perAddress: 1)
        let address = try Self.address(1)
        _ = try await gate.enter(address)
        let waiting = Task { try await gate.enter(address) }
        while gate.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        gate.leave(address, hasConnected: true)
        // The withdrawn one still has its number in the line.
        _ = try await gate.enter(address)
        gate.leave(address, hasConnected: true)
        _ = try await gate.enter(address)
    }

    @Test("an address that only times out becomes silent, and is probed again")
    func silence() async throws {
        let elapsed = Lock(Duration.zero)
        let start = ContinuousClock.now
        let gate = FetchGate(
            limit: 10, perAddress: 2, silentAfter: 3, probeInterval: .seconds(30),
            now: { start + elapsed.withLock { $0 } })
        let dead = try Self.address(1)
        let other = try Self.address(2)
        for _ in 0..<2 { _ = try await gate.enter(dead) }
        let waiting = Task { try await gate.enter(dead) }
        while gate.waitingCount == 0 { await Task.yield() }
        gate.leave(dead, hasConnected: false)
        #expect(try await waiting.value == .granted, "one timeout means little")
        let second = Task { try await gate.enter(dead) }
        while gate.waitingCount == 0 { await Task.yield() }
        gate.leave(dead, hasConnected: false)
        #expect(try await second.value == .granted)
        let third = Task { try await gate.enter(dead) }
        while gate.waitingCount == 0 { await Task.yield() }
        gate.leave(dead, hasConnected: false)
        #expect(try await third.value == .silent, "those who wait are told at once")
        gate.leave(dead, hasConnected: nil)
        #expect(try await gate.enter(dead) == .silent)
        #expect(try await gate.enter(other) == .granted, "no other address is touched")

        elapsed.withLock { $0 = .seconds(31) }
        #expect(try await gate.enter(dead) == .granted, "the probe")
        #expect(try await gate.enter(dead) == .silent, "one probe at a time")
        gate.leave(dead, hasConnected: true)
        #expect(try await gate.enter(dead) == .granted, "it answers again")
    }

    @Test(
        "a silent address is remembered among many that come and go, up to a limit",
        arguments: [(10_000, true), (70_000, false)])
    func forgetting(others: Int, isSilent: Bool) async throws {
        let start = ContinuousClock.now
        let gate = FetchGate(limit: 1, perAddress: 1, silentAfter: 1, now: { start })
        for number in 0...others {
            // All of them silent where that is what there is too much of.
            let isDead = number == 0 || !isSilent
            let bytes = [16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
            let address = try #require(IPAddress(bytes: [10] + bytes))
            _ = try await gate.enter(address)
            gate.leave(address, hasConnected: !isDead)
        }
        let permit = try await gate.enter(try #require(IPAddress(bytes: [10, 0, 0, 0])))
        #expect((permit == .silent) == isSilent)
    }
}
