import Loop
import Testing

@Suite("Loop: timers and sleeping", .timeLimit(.minutes(6)))
struct LoopTimerTests {
    @Test("timers run by deadline")
    func order() async throws {
        try await withLoop { loop in
            let log = OnLoop(loop, [Int]())
            await log.run { loop, log in
                for (number, delay) in [(4, 30), (1, 0), (5, 40), (2, 10), (3, 20)] {
                    loop.schedule(after: .milliseconds(delay)) {
                        log.assumeIsolated { $0.change { $0.append(number) } }
                    }
                }
            }
            try await loop.sleep(for: .milliseconds(60))
            #expect(await log.read { $0 } == [1, 2, 3, 4, 5])
        }
    }

    @Test("a withdrawn timer never runs; one withdrawn by its neighbour neither")
    func cancelled() async throws {
        try await withLoop { loop in
            let log = OnLoop(loop, [Int]())
            await log.run { loop, log in
                let first = loop.schedule(after: .milliseconds(1)) {
                    log.assumeIsolated { $0.change { $0.append(1) } }
                }
                loop.cancel(first)
                loop.cancel(first)
                let victim = loop.schedule(after: .milliseconds(11)) {
                    log.assumeIsolated { $0.change { $0.append(2) } }
                }
                loop.schedule(after: .milliseconds(10)) { loop.cancel(victim) }
            }
            try await loop.sleep(for: .milliseconds(40))
            #expect(await log.read { $0 }.isEmpty)
        }
    }

    @Test("a body may set a timer without delay; the loop still serves its jobs")
    func chain() async throws {
        try await withLoop { loop in
            let log = OnLoop(loop, 0)
            await log.run { loop, log in
                @Sendable func step() {
                    log.assumeIsolated { $0.change { $0 += 1 } }
                    loop.schedule(after: .zero) { step() }
                }
                step()
            }
            while await log.read({ $0 < 100 }) { try await loop.sleep(for: .milliseconds(1)) }
        }
    }

    @Test("a body that owns something which calls the loop when released")
    func releasing() async throws {
        final class Owner {
            let loop: Loop
            let timer: Loop.Timer
            init(loop: Loop, timer: Loop.Timer) {
                self.loop = loop
                self.timer = timer
            }
            deinit { loop.cancel(timer) }
        }
        try await withLoop { loop in
            let log = OnLoop(loop, 0)
            await log.run { loop, _ in
                let other = loop.schedule(after: .seconds(100)) {}
                let owner = Owner(loop: loop, timer: other)
                let timer = loop.schedule(after: .seconds(100)) { _ = owner }
                loop.cancel(timer)
                let last = Owner(loop: loop, timer: other)
                // Released when the loop ends.
                loop.schedule(after: .seconds(100)) { _ = last }
            }
        }
    }

    @Test("a cancelled sleep ends at once with CancellationError")
    func cancelledSleep() async throws {
        try await withLoop { loop in
            let tasks = (0..<200).map { index in
                Task {
                    if index % 2 == 0 { await Task.yield() }
                    try await loop.sleep(for: .seconds(3600))
                }
            }
            for task in tasks { task.cancel() }
            for task in tasks {
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test("a sleep is not cut short", arguments: [0, 1, 20])
    func whole(milliseconds: Int) async throws {
        try await withLoop { loop in
            let clock = ContinuousClock()
            let start = clock.now
            try await loop.sleep(for: .milliseconds(milliseconds))
            #expect(clock.now - start >= .milliseconds(milliseconds))
        }
    }

    @Test(
        "absurd delays neither trap nor run",
        arguments: [
            Duration.seconds(Int64.max), .seconds(Int64.min), .nanoseconds(-1),
        ])
    func absurd(delay: Duration) async throws {
        try await withLoop { loop in
            await OnLoop(loop, ()).run { loop, _ in
                loop.cancel(loop.schedule(after: delay) {})
                loop.schedule(after: delay) {}
            }
        }
    }
}
