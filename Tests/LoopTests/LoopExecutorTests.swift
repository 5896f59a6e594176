import Loop
import Testing

@Suite("Loop: jobs and stopping", .timeLimit(.minutes(6)))
struct LoopExecutorTests {
    actor Counter {
        private let loop: Loop
        private(set) var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            unsafe loop.asUnownedSerialExecutor()
        }
        init(loop: Loop) { self.loop = loop }
        func increment() {
            #expect(loop.isCurrent)
            count += 1
        }
    }

    @Test("no wake-up is lost between many threads and the loop")
    func wakeups() async throws {
        try await withLoop { loop in
            let counter = Counter(loop: loop)
            await withTaskGroup { group in
                for _ in 0..<16 {
                    group.addTask {
                        for _ in 0..<2_000 { await counter.increment() }
                    }
                }
            }
            #expect(await counter.count == 32_000)
        }
    }

    @Test("a task that prefers the loop runs on it, child tasks included")
    func preference() async throws {
        try await withLoop { loop in
            await Task(executorPreference: loop) {
                #expect(loop.isCurrent)
                await Task.yield()
                #expect(loop.isCurrent)
                async let child = loop.isCurrent
                #expect(await child)
            }.value
            #expect(!loop.isCurrent)
        }
    }

    @Test("jobs enqueued before stop are run by it")
    func drains() async throws {
        let loop = try Loop.start()
        let tasks = (0..<500).map { _ in Task(executorPreference: loop) { 1 } }
        await loop.stop()
        var sum = 0
        for task in tasks { sum += await task.value }
        #expect(sum == 500)
    }

    @Test("stop may be asked for twice, and from two tasks at once")
    func stopTwice() async throws {
        let loop = try Loop.start()
        async let first: Void = loop.stop()
        async let second: Void = loop.stop()
        _ = await (first, second)
        await loop.stop()
        #expect(!loop.isCurrent)
    }

    @Test("fifty loops come and go")
    func manyLoops() async throws {
        for _ in 0..<50 {
            try await withLoop { loop in
                #expect(await Task(executorPreference: loop) { loop.isCurrent }.value)
            }
        }
    }
}
