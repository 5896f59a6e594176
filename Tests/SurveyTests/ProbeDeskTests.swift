import Evidence
import Fetch
import Loop
import Testing

@testable import Survey

@Suite("Probe desk: one look at each host, for all who ask", .timeLimit(.minutes(6)))
struct ProbeDeskTests {
    /// Looks that are counted and may be held up.
    struct Looks: Sendable {
        let loop: Loop
        let turnstile: Turnstile
        let count = Box()

        final class Box: Sendable {
            let value = Lock(0)
        }

        init(isOpen: Bool) throws {
            loop = try Loop.start(name: "probes")
            turnstile = Turnstile(isOpen: isOpen)
        }

        var asker: ProbeDesk.Asker {
            ProbeDesk.Asker(loop: loop, sleep: { _ in await Task.yield() }) { host, _ in
                self.count.value.withLock { $0 += 1 }
                await self.turnstile.pass()
                try Task.checkCancellation()
                let probe = MailProbe(host: host, outcome: .verified)
                return ProbeDesk.Look(probe: probe, queries: 2)
            }
        }

        var made: Int { count.value.withLock { $0 } }
    }

    @Test("the one who asked first is cancelled, and the others get the result")
    func cancellation() async throws {
        let looks = try Looks(isOpen: false)
        let desk = ProbeDesk(ProbeLimits())
        await desk.beginPass(isLast: false)
        let asker = looks.asker
        let first = Task { try await desk.probe("mx.example", by: asker) }
        while looks.turnstile.inside == 0 { await Task.yield() }
        let others = (0..<100).map { _ in Task { try await desk.probe("mx.example", by: asker) } }
        while await desk.waitingCount < 101 { await Task.yield() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        looks.turnstile.open()
        var queries: [Int] = []
        for other in others { queries.append(try await other.value.queries) }
        #expect(queries.reduce(0, +) == 2, "counted once, by one of those who are left")
        #expect(looks.made == 1)
        await desk.settle()
        await looks.loop.stop()
    }

    @Test("nobody waits any more: the probe is cancelled, and the next who asks gets a new one")
    func abandoned() async throws {
        let looks = try Looks(isOpen: false)
        let desk = ProbeDesk(ProbeLimits())
        await desk.beginPass(isLast: false)
        let asker = looks.asker
        for round in 1...3 {
            let task = Task { try await desk.probe("mx.example", by: asker) }
            while looks.made < round { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        while looks.turnstile.inside > 0 { await Task.yield() }
        looks.turnstile.open()
        #expect(try await desk.probe("mx.example", by: asker).probe.outcome == .verified)
        #expect(try await desk.probe("mx.example", by: asker).queries == 0, "known")
        #expect(looks.made == 4)
        await desk.settle()
        await looks.loop.stop()
    }

    @Test("cancelled before it asked")
    func cancelledEarly() async throws {
        let looks = try Looks(isOpen: true)
        let desk = ProbeDesk(ProbeLimits())
        let asker = looks.asker
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await desk.probe("mx.example", by: asker)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(looks.made == 0)
        await looks.loop.stop()
    }

    @Test("what was measured is known in every pass, what was not in its own")
    func passes() async throws {
        let loop = try Loop.start(name: "probes")
        let desk = ProbeDesk(ProbeLimits())
        let turns = Lock<[String]>([])
        let asker = ProbeDesk.Asker(loop: loop, sleep: { _ in }) { host, turn in
            turns.withLock { $0.append(turn.isRepeat ? "\(host) again" : host) }
            let outcome: MailProbe.Outcome = host == "late" ? .failed(.silent) : .plain
            return ProbeDesk.Look(probe: MailProbe(host: host, outcome: outcome), queries: 0)
        }
        for isLast in [false, true] {
            await desk.beginPass(isLast: isLast)
            for host in ["late", "plain", "late", "plain"] {
                _ = try await desk.probe(host, by: asker)
            }
        }
        #expect(turns.withLock { $0 } == ["late", "plain", "late again"])
        await loop.stop()
    }

    @Test("the memory forgets what was not asked for, and never what was asked for last")
    func memory() {
        var memory = RecentMemory<Int, Int>(capacity: 100)
        for number in 0..<10_000 {
            memory.insert(number, for: number)
            #expect(memory.value(of: 0) == 0 || number == 0, "asked for all the time")
            #expect(memory.count <= 100)
        }
        #expect((9960..<10_000).allSatisfy { memory.value(of: $0) == $0 })
        #expect(memory.value(of: 5000) == nil)
        memory.insert(1, for: 9999)
        #expect(memory.value(of: 9999) == 1)
    }

    @Test("connections to one address are spread over time, each address by itself")
    func pacing() throws {
        let first = try #require(IPAddress("192.0.32.1"))
        let second = try #require(IPAddress("192.0.32.2"))
        var pacer = Pacer(perSecond: 10)
        let start = ContinuousClock.now
        let delays = (0..<4).map { _ in pacer.delay(before: first, at: start) }
        #expect(delays == [0, 100, 200, 300].map(Duration.milliseconds))
        #expect(pacer.delay(before: second, at: start) == .zero)
        #expect(pacer.delay(before: first, at: start + .seconds(5)) == .zero, "no credit is lost")
        #expect(pacer.delay(before: first, at: start + .seconds(5)) == .milliseconds(100))
    }
}
