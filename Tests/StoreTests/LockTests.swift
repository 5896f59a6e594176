import Audit
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

    @Test("a second run is refused by a symbolic link to the file, too")
    func link() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let alias = scratch.folder + "/alias.sqlite"
        let linked = unsafe symlink(scratch.path, alias)
        #expect(linked == 0)
        let other = try AuditStore(path: alias)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        await #expect(throws: StoreError.runInProgress(path: alias, holder: getpid())) {
            _ = try await other.beginRun(Sample.request(), at: Sample.moment(1))
        }
        #expect(try await other.listedRuns().map(\.run.state) == [.running])
        try await run.finish(.failed, at: Sample.moment(2))
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

@Suite("Runs as they are listed")
struct RunListTests {
    @Test("running while its process lives, interrupted and resumable when it is gone")
    func states() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        #expect(try await store.listedRuns().isEmpty)
        let first = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await first.ingestAll([try Sample.row(1, "a.example")])
        _ = try await first.sweep { Sample.examined($0) }
        do {
            let second = try await store.beginRun(Sample.request(), at: Sample.moment(1))
            try await second.note(code: "port-25", detail: "blocked")
            let listed = try await store.listedRuns()
            #expect(listed.map(\.run.state) == [.running, .finished])
            #expect(listed.map(\.isResumable) == [false, false])
            #expect(listed.map(\.verdicts) == [[:], [Verdict.absent: 1]])
            #expect(listed[0].notes == [RunNote(code: "port-25", detail: "blocked")])
            // Looking takes nothing away.
            #expect(throws: StoreError.self) { try RunLock(storePath: scratch.path) }
        }
        let listed = try await store.listedRuns()
        #expect(listed.map(\.run.state) == [.interrupted, .finished])
        #expect(listed.map(\.isResumable) == [true, false])
    }

    @Test("only the last run of each portfolio can be gone on with, and no rejudge")
    func resumable() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for portfolio in ["a", "b", "a"] {
            let run = try await store.beginRun(Sample.request(portfolio), at: Sample.moment(0))
            try await run.ingestAll([try Sample.row(1, "a.example")])
            if portfolio == "a" {
                try await run.finish(.interrupted, at: Sample.moment(1))
            } else {
                _ = try await run.sweep { Sample.examined($0) }
            }
        }
        #expect(try await store.listedRuns().map(\.isResumable) == [true, false, false])
        do {
            _ = try await store.beginRejudge(
                of: store.run(2), options: "{}", toolVersion: "0", at: Sample.moment(2))
        }
        #expect(
            try await store.listedRuns().map(\.isResumable) == [false, true, false, false])
    }
}
