import Audit
import MTASTS
import Testing

@testable import Store

@Suite("Reading a portfolio into the store")
struct IngestTests {
    static func portfolio() throws -> [PortfolioRow] {
        [
            try Sample.row(2, "a.example", account: "one", expecting: .enforce),
            try Sample.row(3, "b.example", account: "one", carried: ["x", "y"]),
            Sample.invalid(4, "https://c.example/", .url),
            try Sample.row(5, "a.example", account: "two", expecting: .testing),
            try Sample.row(6, "b.example", account: "one", carried: ["x", "y"]),
            Sample.invalid(7, "https://c.example/", .url),
        ]
    }

    @Test("a domain is a candidate once, with what all its rows expect")
    func candidates() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        #expect(run.needsIngest)
        try await run.ingestAll(Self.portfolio())
        let candidates = try await run.candidates(limit: 10)
        #expect(candidates.map(\.domain.description) == ["a.example", "b.example"])
        #expect(candidates[0].expectations.modes == [.enforce, .testing])
        #expect(candidates[1].expectations.modes == [])
        let stored = try await store.run(run.id)
        #expect(stored.rowCount == 6)
        #expect(stored.invalidCount == 2)
        #expect(stored.domainCount == 2)
    }

    @Test("candidates come in pages without gaps or repeats")
    func pages() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll((1...25).map { try Sample.row($0, "d\($0).example") })
        var seen: [String] = []
        var last: Int64 = 0
        while true {
            let page = try await run.candidates(after: last, limit: 10)
            seen += page.map(\.domain.description)
            guard let end = page.last else { break }
            last = end.id
        }
        #expect(seen == (1...25).map { "d\($0).example" })
    }

    @Test("the same portfolio on the next night adds no row")
    func unchanged() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night in 0..<3 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll(Self.portfolio())
            #expect(try await store.run(run.id).rowCount == 6)
            try await run.finish(.finished, at: Sample.moment(Int64(night)))
        }
        #expect(try await store.count("entry") == 6)
        #expect(try await store.count("domain") == 2)
    }

    @Test("rows that moved to another line are the same rows")
    func moved() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await first.ingestAll(Self.portfolio())
        try await first.finish(.finished, at: Sample.moment(0))

        let second = try await store.beginRun(Sample.request(), at: Sample.moment(1))
        var rows = try Self.portfolio()
        for index in rows.indices { rows[index].line += 1 }
        rows.insert(try Sample.row(2, "new.example"), at: 0)
        try await second.ingestAll(rows)
        #expect(try await store.count("entry") == 7)
        let run = try await store.run(second.id)
        let inputs = try await store.rows(of: run).map { "\($0.key.line) \($0.input)" }
        #expect(inputs == rows.map { "\($0.line) \($0.input)" })
    }

    struct Change: Sendable, CustomStringConvertible {
        var why: String
        var change: @Sendable (inout [PortfolioRow]) -> Void
        var newEntries: Int
        var description: String { why }
    }

    static let changes = [
        Change(why: "another account", change: { $0[0].account = "three" }, newEntries: 1),
        Change(why: "another expectation", change: { $0[0].expectedMode = nil }, newEntries: 1),
        Change(why: "other tags", change: { $0[0].tags = "vip" }, newEntries: 1),
        Change(why: "another carried value", change: { $0[1].carried[1] = "z" }, newEntries: 1),
        Change(why: "written otherwise", change: { $0[0].input = "A.EXAMPLE" }, newEntries: 1),
        Change(why: "another problem", change: { $0[2].problem = .badRow }, newEntries: 1),
        Change(why: "a row less", change: { $0.removeLast() }, newEntries: 0),
        Change(why: "equal rows stay two", change: { _ in }, newEntries: 0),
        Change(why: "a third equal row", change: { $0.append($0[1]) }, newEntries: 1),
        Change(why: "turned around", change: { $0.reverse() }, newEntries: 0),
    ]

    @Test("a changed row is a new row, and the old one stays in its run", arguments: changes)
    func changed(change: Change) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await first.ingestAll(Self.portfolio())
        try await first.finish(.finished, at: Sample.moment(0))
        let second = try await store.beginRun(Sample.request(), at: Sample.moment(1))
        var rows = try Self.portfolio()
        change.change(&rows)
        for index in rows.indices { rows[index].line = index + 2 }
        try await second.ingestAll(rows)
        #expect(try await store.count("entry") == 6 + change.newEntries)
        let now = try await store.rows(of: store.run(second.id))
        #expect(now.map(\.input) == rows.map(\.input))
        #expect(now.map(\.account) == rows.map(\.account))
        #expect(now.map(\.carried) == rows.map(\.carried))
        #expect(try await store.rows(of: store.run(first.id)).count == 6)
    }

    @Test("an intake that was cut off is forgotten and done again")
    func cutOff() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await first.ingestAll(Self.portfolio())
        try await first.finish(.finished, at: Sample.moment(0))
        do {
            let cut = try await store.beginRun(Sample.request(), at: Sample.moment(1))
            try await cut.ingest(Array(Self.portfolio().prefix(3)) + [Sample.row(9, "x.example")])
        }
        // The process is gone; its lock with it.
        let again = try await store.resumeRun(portfolio: "test", fingerprint: "f")
        #expect(again.id == 2)
        #expect(again.needsIngest)
        try await again.ingestAll(Self.portfolio())
        #expect(try await store.count("entry") == 6)
        #expect(try await store.rows(of: store.run(2)).count == 6)
    }

    @Test("a run that never read its portfolio does not break the next one's intervals")
    func abandonedIntake() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await first.ingestAll(Self.portfolio())
        try await first.finish(.finished, at: Sample.moment(0))
        do {
            let cut = try await store.beginRun(Sample.request(), at: Sample.moment(1))
            try await cut.ingest(Self.portfolio())
        }
        let third = try await store.beginRun(Sample.request(), at: Sample.moment(2))
        #expect(third.run.previous == first.id)
        try await third.ingestAll(Self.portfolio())
        #expect(try await store.count("entry") == 6)
        #expect(try await store.run(2).state == .failed)
        #expect(try await store.latestRun()?.id == 3)
    }

    @Test("two portfolios in one file do not see each other's rows")
    func twoPortfolios() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for (name, domain) in [("p", "p.example"), ("q", "q.example"), ("p", "p.example")] {
            let run = try await store.beginRun(Sample.request(name), at: Sample.moment(0))
            try await run.ingestAll([Sample.row(1, domain)])
            #expect(try await run.candidates(limit: 9).map(\.domain.description) == [domain])
            try await run.finish(.finished, at: Sample.moment(0))
        }
        #expect(try await store.count("entry") == 2)
        #expect(try await store.run(3).previous == 1)
        #expect(try await store.rows(of: store.run(2)).map(\.input) == ["q.example"])
    }
}
