import Glibc
import Testing

@testable import Store

@Suite("One run at a time")
struct LockTests {
    @Test("a second run is refused and names the first one's process")
    func refused() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let other = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        do {
            _ = try await other.beginRun(Sample.request(), at: Sample.moment(1))
            Issue.record("two runs at once")
        } catch {
            guard case .runInProgress(scratch.path, let holder) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(holder == getpid())
            #expect("\(error)".contains("Another run"))
        }
        await #expect(throws: StoreError.self) {
            try await other.resumeRun(portfolio: "test", fingerprint: "f")
        }
        // Reading goes on meanwhile.
        #expect(try await other.runs().count == 1)

        try await run.finish(.failed, at: Sample.moment(2))
        let next = try await other.beginRun(Sample.request(), at: Sample.moment(3))
        #expect(next.id == 2)
    }

    @Test("a lock whose owner is gone is free")
    func abandoned() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        do {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
            try await run.ingestAll([])
        }
        let next = try await store.beginRun(Sample.request(), at: Sample.moment(1))
        #expect(try await store.run(1).state == .interrupted)
        #expect(next.run.previous == 1)
    }
}
