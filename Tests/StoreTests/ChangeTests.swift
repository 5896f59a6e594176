import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

/// What a domain is in a night: the store's side of the comparison. Its rules are tested where
/// they are (`ComparisonTests` of Audit).
@Suite("Changes between two runs")
struct ChangeTests {
    enum Look: Sendable {
        case sound
        case soundWithOtherMX
        case broken
        case unmeasured
        case provisional
        case missing
        case absent
        /// No record, and a policy is served.
        case orphaned
        /// No record, and whether a policy is served could not be told.
        case unanswered
        /// The run does not come to it.
        case notExamined
    }

    struct Row: Sendable, CustomTestStringConvertible {
        /// A look for each night; nil: not in the portfolio.
        var nights: [Look?]
        /// The nights compared, from 1.
        var compared = (1, 2)
        var kind: ChangeKind?
        var before: (run: Int64, verdict: Verdict)?
        var differences: [DomainChange.Difference] = []
        var why: String

        var testDescription: String { why }
    }

    static let rows: [Row] = [
        Row(nights: [.sound, .sound], why: "unchanged"),
        Row(
            nights: [.sound, .broken], kind: .regressed, before: (1, .enforced),
            differences: [.verdict, .causes], why: "an error where there was none"),
        Row(
            nights: [.broken, .sound], kind: .fixed, before: (1, .ineffective),
            differences: [.verdict, .causes], why: "the error is gone"),
        Row(
            nights: [.sound, .soundWithOtherMX], kind: .changed, before: (1, .enforced),
            differences: [.evidence], why: "the same verdict with other evidence"),
        Row(
            nights: [.sound, .missing], kind: .lapsed, before: (1, .enforced),
            differences: [.verdict, .causes], why: "gone from DNS"),
        Row(nights: [nil, .broken], kind: .new, why: "broken from the beginning is no regression"),
        Row(nights: [.sound, nil], kind: .gone, before: (1, .enforced), why: "taken out"),
        Row(
            nights: [.sound, .unmeasured], kind: .notMeasured, before: (1, .enforced),
            differences: [.verdict, .causes], why: "not measured now"),
        Row(
            nights: [.unmeasured, .sound], kind: .measuredAgain, why: "nothing to compare with"),
        Row(
            nights: [.sound, .unmeasured, .sound], compared: (2, 3), kind: .measuredAgain,
            before: (1, .enforced), why: "as it was before the failure"),
        Row(
            nights: [.sound, .unmeasured, .broken], compared: (2, 3), kind: .regressed,
            before: (1, .enforced), differences: [.verdict, .causes],
            why: "what broke during the failure is told after it"),
        Row(
            nights: [.broken, .unmeasured, .sound], compared: (2, 3), kind: .fixed,
            before: (1, .ineffective), differences: [.verdict, .causes],
            why: "and what was mended"),
        Row(
            nights: [.sound, .unmeasured, .unmeasured, .unmeasured], compared: (2, 4),
            kind: .notMeasured, before: (1, .enforced), differences: [.verdict, .causes],
            why: "the failure lasts: said each time"),
        Row(
            nights: [.sound, .broken, .sound], compared: (1, 3),
            why: "a break between two runs that are compared is none of theirs"),
        Row(
            nights: [.sound, .sound, .sound, .broken], compared: (2, 4), kind: .regressed,
            before: (2, .enforced), differences: [.verdict, .causes],
            why: "the state of an earlier run goes on to the one compared"),
        Row(
            nights: [.sound, nil, .sound], compared: (1, 3), why: "taken out and back in between"),
        Row(
            nights: [.sound, nil, .broken], compared: (1, 3), kind: .regressed,
            before: (1, .enforced), differences: [.verdict, .causes],
            why: "back in the portfolio, and broken"),
        Row(nights: [.sound, nil, .broken], compared: (2, 3), kind: .new, why: "new again"),
        Row(
            nights: [.broken, .provisional], kind: .notMeasured, before: (1, .ineffective),
            differences: [.verdict, .causes], why: "a provisional state never counts"),
        Row(
            nights: [.sound, .provisional, .broken], compared: (2, 3), kind: .regressed,
            before: (1, .enforced), differences: [.verdict, .causes],
            why: "nor does one of an earlier run that was given up"),
        Row(
            nights: [.sound, .notExamined], kind: .notMeasured, before: (1, .enforced),
            why: "an unfinished run has not come to it"),
        Row(nights: [nil, .notExamined], kind: .new, why: "nor to what is new"),
        Row(
            nights: [.sound, .notExamined, .sound], compared: (2, 3), kind: .measuredAgain,
            before: (1, .enforced), why: "a run that was given up saw nothing of it"),
        Row(
            nights: [.orphaned, .unanswered], kind: .notMeasured, before: (1, .absent),
            differences: [.causes, .evidence], why: "a side question without an answer"),
        Row(
            nights: [.orphaned, .unanswered, .orphaned], compared: (2, 3), kind: .measuredAgain,
            before: (2, .absent), differences: [.causes, .evidence],
            why: "as it was when it had one"),
        Row(
            nights: [.absent, .unanswered, .orphaned], compared: (2, 3), kind: .regressed,
            before: (2, .absent), differences: [.causes, .evidence],
            why: "an error of the time in which it had none"),
        Row(
            nights: [.orphaned, .unanswered, .absent], compared: (2, 3), kind: .fixed,
            before: (2, .absent), differences: [.evidence], why: "and what was mended then"),
        Row(
            nights: [.unanswered, .unanswered], why: "nothing else became known or unknown"),
    ]

    static func examined(_ candidate: Candidate, _ look: Look) -> Examined? {
        switch look {
        case .sound: Sample.examined(candidate, verdict: .enforced)
        case .soundWithOtherMX:
            Sample.examined(candidate, Sample.absent(mx: "other.example"), verdict: .enforced)
        case .broken:
            Sample.examined(
                candidate, verdict: .ineffective, findings: [Sample.finding(.recordSyntax)])
        case .unmeasured, .provisional:
            Sample.examined(
                candidate, verdict: .unmeasured,
                findings: [Sample.finding(.recordLookupFailed, .unmeasured)],
                isProvisional: look == .provisional)
        case .missing:
            Sample.examined(
                candidate, verdict: .noDomain, findings: [Sample.finding(.domainMissing)])
        case .absent: Sample.examined(candidate)
        case .orphaned:
            Sample.examined(candidate, findings: [Sample.finding(.recordMissing)])
        case .unanswered: Sample.examined(candidate, Sample.unanswered())
        case .notExamined: nil
        }
    }

    /// One night with every row's domain; the accounts are named after the looks.
    static func sweep(
        _ store: AuditStore, portfolio: String = "test", night: Int, _ rows: [[Look?]]
    ) async throws {
        let looks = rows.map { night <= $0.count ? $0[night - 1] : nil }
        let run = try await store.beginRun(
            Sample.request(portfolio), at: Sample.moment(Int64(night)))
        var lines: [PortfolioRow] = []
        for (number, look) in looks.enumerated() where look != nil {
            // Each is named twice, by two accounts.
            for account in ["b", "a"] {
                lines.append(
                    try Sample.row(lines.count + 1, "d\(number).example", account: account))
            }
        }
        try await run.ingestAll(lines)
        let examined = try await run.candidates(limit: .max).compactMap { candidate in
            let number = Int(candidate.domain.description.dropFirst().prefix { $0 != "." }) ?? 0
            return looks[number].flatMap { Self.examined(candidate, $0) }
        }
        try await run.record(examined)
        let isWhole = examined.count == looks.count { $0 != nil }
        let isSettled = !examined.contains(where: \.isProvisional)
        try await run.finish(
            isWhole && isSettled ? .finished : .interrupted, at: Sample.moment(Int64(night)))
    }

    static func changes(
        _ store: AuditStore, _ runs: (Int64, Int64), account: String? = nil, limit: Int = 500
    ) async throws -> [DomainChange] {
        let (before, after) = (try await store.run(runs.0), try await store.run(runs.1))
        var changes: [DomainChange] = []
        var key: ChangeKey? = .start
        while let start = key {
            let page = try await store.changes(
                from: before, to: after, account: account, after: start, limit: limit)
            #expect(page.changes.count <= limit)
            changes += page.changes
            key = page.next
        }
        return changes
    }

    @Test("what became of a domain", arguments: rows)
    func kinds(row: Row) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        // Another portfolio, whose runs and states lie between, must not disturb.
        for night in 1...row.nights.count {
            try await Self.sweep(store, night: night, [row.nights])
            try await Self.sweep(store, portfolio: "other", night: night, [[.broken, .sound]])
        }
        let runs = (Int64(2 * row.compared.0 - 1), Int64(2 * row.compared.1 - 1))
        let changes = try await Self.changes(store, runs)
        #expect(changes.map(\.kind) == (row.kind.map { [$0] } ?? []), "\(row.why)")
        guard let change = changes.first else { return }
        #expect(change.domain == "d0.example")
        #expect(change.accounts == ["a", "b"])
        #expect(change.before?.run == row.before.map { 2 * $0.run - 1 }, "\(row.why)")
        #expect(change.before?.verdict == row.before?.verdict, "\(row.why)")
        #expect(change.differences == row.differences, "\(row.why)")
        switch row.nights[row.compared.1 - 1] {
        case nil, .notExamined: #expect(change.after == nil)
        case .some: #expect(change.after != nil)
        }
    }

    @Test("all of them together, in pages of any size, come once each and in the same order")
    func pages() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let rows = Self.rows.filter { $0.compared == (1, 2) }
        for night in 1...2 { try await Self.sweep(store, night: night, rows.map(\.nights)) }
        let whole = try await Self.changes(store, (1, 2))
        var found: [String: ChangeKind] = [:]
        for change in whole {
            #expect(found.updateValue(change.kind, forKey: change.domain) == nil)
        }
        for (number, row) in rows.enumerated() {
            #expect(found["d\(number).example"] == row.kind, "\(row.why)")
        }
        for limit in [1, 2, 3, 7] {
            #expect(try await Self.changes(store, (1, 2), limit: limit) == whole)
        }
        #expect(try await Self.changes(store, (1, 2), account: "a") == whole)
        #expect(try await Self.changes(store, (1, 2), account: "c").isEmpty)
    }

    @Test("a night with port 25 blocked is one without a probe")
    func blocked() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night in 1...3 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([try Sample.row(1, "a.example")])
            _ = try await run.sweep { candidate in
                var evidence = Sample.absent()
                // A host of that name is no blocked port.
                evidence.mailProbes = [
                    MailProbe(
                        host: "portBlocked",
                        outcome: .failed(night == 2 ? .portBlocked : .startTLSMissing))
                ]
                return Sample.examined(
                    candidate, evidence, verdict: night == 2 ? .enforced : .bouncing,
                    findings: night == 2 ? [] : [Sample.finding(.mxStartTLSMissing)])
            }
        }
        #expect(try await Self.changes(store, (1, 2)).map(\.kind) == [.notMeasured])
        #expect(try await Self.changes(store, (2, 3)).map(\.kind) == [.measuredAgain])
        #expect(try await Self.changes(store, (1, 3)).isEmpty)
    }

    @Test("domains that did not change are not looked at")
    func touched() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        try await Self.sweep(store, night: 1, [[.sound]])
        let plan = try await store.select(
            """
            EXPLAIN QUERY PLAN
            SELECT s.id FROM state s INDEXED BY state_by_first_run
            WHERE s.portfolio_id = 1 AND (s.first_run, s.domain_id) > (1, 2)
                AND s.first_run <= 3 AND s.last_run >= 3 ORDER BY s.first_run, s.domain_id
            """, columns: 4
        ).map { $0[3] }
        #expect(plan.count == 1, "sorted by the index")
        #expect(plan[0].contains("(portfolio_id=? AND (first_run,domain_id)>(?,?)"))
    }
}
