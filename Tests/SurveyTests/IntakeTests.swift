import Audit
import MTASTS
import Loop
import Testing

@testable import Survey

/// Time that goes on only while somebody waits for it.
private final class Clockwork: Sendable {
    private let elapsed = Lock(Duration.zero)
    private let start = ContinuousClock.now

    var passed: Duration { elapsed.withLock { $0 } }

    var time: IntakeTime {
        IntakeTime(
            now: { self.start + self.passed },
            sleep: { duration in
                try Task.checkCancellation()
                self.elapsed.withLock { $0 += duration }
                await Task.yield()
            })
    }
}

@Suite("Rate of the intake", .timeLimit(.minutes(6)))
struct IntakeTests {
    static let rates: [(perSecond: Int, why: String)] = [
        (1, "the slowest"), (7, "no divisor of anything"), (100, "a few at a time"),
        (100_000, "faster than a reactor takes"),
    ]

    @Test("over any time no more than rate and burst, and no less than the rate", arguments: rates)
    func bucket(row: (perSecond: Int, why: String)) {
        var throttle = Throttle(perSecond: row.perSecond)
        let start = ContinuousClock.now
        var (now, begun) = (start, 0)
        while now - start < .seconds(10) {
            now += throttle.delay(before: throttle.burst, at: now)
            begun += throttle.burst
            let seconds = (now - start) / .seconds(1)
            let most = seconds * Double(row.perSecond) + Double(throttle.burst)
            #expect(Double(begun) <= most + 0.01, "\(row.why) at \(seconds)")
        }
        #expect(begun >= 10 * row.perSecond, "\(row.why)")
    }

    @Test("time in which nobody asked is not made up for")
    func idle() {
        var throttle = Throttle(perSecond: 20)
        let start = ContinuousClock.now
        #expect(throttle.delay(before: 1, at: start) == .zero)
        #expect(throttle.delay(before: 1, at: start + .seconds(60)) == .zero)
        #expect(throttle.delay(before: 1, at: start + .seconds(60)) == .milliseconds(50))
    }

    @Test("four takers share the rate evenly, and each candidate is handed out once")
    func shared() async throws {
        let clockwork = Clockwork()
        let numbers = Numbers(400)
        let intake = Intake(
            source: { try await numbers.more() }, perSecond: 20, time: clockwork.time)
        let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var taken: [Int64] = []
                    while true {
                        let some = try await intake.take(upTo: 64)
                        if some.isEmpty { return taken }
                        taken += some.map(\.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(taken.flatMap { $0 }.sorted() == (0..<400).map(Int64.init))
        // 400 at 20 a second; takers that wait side by side add to the clockwork what they wait.
        #expect(clockwork.passed >= .seconds(19))
    }

    @Test("a stop ends the wait for a turn")
    func stop() async throws {
        let numbers = Numbers(10)
        let intake = Intake(source: { try await numbers.more() }, perSecond: 1)
        #expect(try await intake.take(upTo: 64).count == 1)
        let waiting = Task { try await intake.take(upTo: 64) }
        await intake.stop()
        #expect(try await waiting.value.isEmpty)
        #expect(try await intake.take(upTo: 64).isEmpty)
    }

    @Test("without a rate nobody waits")
    func unlimited() async throws {
        let clockwork = Clockwork()
        let numbers = Numbers(100)
        let intake = Intake(source: { try await numbers.more() }, time: clockwork.time)
        #expect(try await intake.take(upTo: 64).count == 64)
        #expect(try await intake.take(upTo: 64).count == 36)
        #expect(clockwork.passed == .zero)
    }
}
