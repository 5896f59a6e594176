import Audit
import Evidence
import Foundation
import MTASTS
import Testing

@testable import Store

/// Nights of two portfolios with domains that come and go, change, are not measured, publish
/// policies, and runs that are cut off. All is told by the seed, the night and the domain, so that
/// the order in which domains come does not matter.
struct Nights: Sendable {
    var seed: UInt64

    static let domains = 24
    static let secondsPerNight = 10 * Timestamp.secondsPerDay

    private func draw(_ what: String, _ night: Int, _ domain: Int = 0, below: Int) -> Int {
        var hash = SipHash(key: SipHash.Key(first: seed, second: UInt64(night)))
        hash.combine("\(what) \(domain)".utf8)
        return Int(hash.finish().first % UInt64(below))
    }

    /// One night of one portfolio.
    ///
    /// - Returns: what the judge was told of each domain's past.
    @discardableResult
    func run(_ night: Int, in store: AuditStore) async throws -> [String] {
        let portfolio = ["one", "two"][draw("portfolio", night, below: 2)]
        let at = Int64(night) * Self.secondsPerNight
        let run = try await store.beginRun(Sample.request(portfolio), at: Sample.moment(at))
        var rows: [PortfolioRow] = []
        for number in 0..<Self.domains where draw("row", night, number, below: 12) > 0 {
            let account = "a\(number % 3)\(draw("account", night, number, below: 9) / 8)"
            rows.append(
                try Sample.row(rows.count + 1, "d\(number).example", account: account))
        }
        rows.append(Sample.invalid(rows.count + 1, "?", .badCharacter))
        try await run.ingestAll(rows, at: at)
        if draw("note", night, below: 4) == 0 {
            try await run.note(code: "note", detail: "\(night)")
        }
        let candidates = try await run.candidates(limit: .max)
        let isCut = draw("cut", night, below: 6) == 0
        let done = candidates.filter { !isCut || number($0) < 9 }
        try await run.record(done.map { examined($0, night, at: at) })
        if !isCut {
            let late = try await run.provisionalCandidates(limit: .max)
            try await run.record(late.map { examined($0, night, at: at + 1, isLast: true) })
        }
        try await run.finish(isCut ? .interrupted : .finished, at: Sample.moment(at + 2))
        return candidates.map { "\($0.domain) \($0.history.publications.policies)" }.sorted()
    }

    private func number(_ candidate: Candidate) -> Int {
        Int(candidate.domain.description.dropFirst().prefix { $0 != "." }) ?? 0
    }

    private func examined(
        _ candidate: Candidate, _ night: Int, at: Int64, isLast: Bool = false
    ) -> Examined {
        let number = number(candidate)
        func draw(_ what: String, below: Int) -> Int {
            self.draw(what, night, number, below: below)
        }
        // Most keep the condition that their name gives them.
        let kind = draw("change", below: 5) == 0 ? draw("kind", below: 8) : number % 4
        var evidence = Sample.absent(mx: "mx\(kind).example")
        var examined = Sample.examined(candidate, evidence, at: at)
        switch kind {
        case 0, 1:
            examined.assessment.verdict = [.enforced, .testing][kind]
            examined.assessment.publication = PublicationTests.policy(
                "\(draw("id", below: 3))", maxAge: 86_400 * (1 + draw("age", below: 300)))
        case 2:
            examined.assessment.publication = .nothing
            if draw("orphan", below: 2) == 0 {
                examined.assessment.findings = [Sample.finding(.recordMissing)]
            } else if draw("answer", below: 2) == 0 {
                evidence.unanswered = [.orphanedPolicy]
            }
        case 3:
            examined.assessment.verdict = .ineffective
            examined.assessment.findings = [
                Sample.finding(.policyCertificateExpired), Sample.finding(.mxAlias, .advice),
            ]
            evidence.fetches = EvidenceTextTests.fetched(.failed(.certificate([.expired]))).fetches
            examined.assessment.publication = .nothing
        case 4:
            examined.assessment.verdict = .unmeasured
            examined.assessment.findings = [Sample.finding(.recordLookupFailed, .unmeasured)]
            examined.isProvisional = !isLast && draw("late", below: 2) == 0
        case 5:
            examined.assessment.verdict = .enforced
            examined.assessment.findings = [Sample.finding(.tlsrptLookupFailed, .unmeasured)]
        case 6:
            examined.assessment.verdict = .noMail
        default:
            // Evidence that nobody else has, with a body and a certificate of its own.
            let digest =
                Digest((0..<32).map { UInt8(draw("byte \($0)", below: 256)) })
                ?? EvidenceTextTests.digest
            var certificate = EvidenceTextTests.certificate
            certificate.digest = digest
            evidence.fetches =
                EvidenceTextTests.fetched(
                    .response(HTTPResponse(status: 200, body: .init(digest: digest, bytes: [1])))
                ).fetches
            evidence.fetches[0].chain = [certificate]
            evidence.mailProbes = EvidenceTextTests.probed(.verified).mailProbes
            examined.assessment.verdict = .degraded
            examined.assessment.findings = [Sample.finding(.mxUncovered)]
        }
        examined.evidence = evidence
        return examined
    }
}

@Suite("Old runs are removed, and nothing else changes", .timeLimit(.minutes(10)))
struct PruneTests {
    /// Everything that runs show, in every way it can be asked for.
    ///
    /// - Parameter hasIDs: with the numbers of rows.
    static func reports(
        of runs: [Run], in store: AuditStore, hasIDs: Bool = true
    ) async throws -> [String] {
        var text: [String] = []
        for run in runs {
            let stored = try await store.run(run.id)
            var bare = stored
            bare.previous = nil
            text.append("\(bare)")
            for var row in try await store.rows(of: stored) {
                if !hasIDs { row.key.id = 0 }
                text.append("\(run.id) \(row)")
                guard let domain = row.domain else { continue }
                let evidence = try await store.evidence(for: DomainName(domain), in: stored)
                text.append("\(run.id) \(domain) \(String(describing: evidence))")
            }
            let verdicts = try await store.verdictCounts(of: stored)
            let ordered = verdicts.domains.sorted { $0.key.rawValue < $1.key.rawValue }
            text.append("\(run.id) \(ordered) \(verdicts.examined) \(verdicts.outstanding)")
            for var count in try await store.causeCounts(of: stored) {
                // In the order of the domains' numbers.
                if !hasIDs { count.examples.sort() }
                text.append("\(run.id) \(count)")
            }
            text.append("\(run.id) \(try await store.accountCounts(of: stored))")
            text.append("\(run.id) \(try await store.notes(of: stored))")
        }
        for before in runs {
            for after in runs.prefix(4)
            where after.portfolio == before.portfolio && after.id > before.id {
                text += try await changes(from: before, to: after, in: store)
            }
        }
        let plain = ["current_status", "cause_summary", "account_summary", "regressions"]
        for view in plain + (hasIDs ? ["latest_entry", "latest_state"] : []) {
            let rows = try await store.select("SELECT * FROM \(view)", columns: 10)
            text += rows.map { "\(view) \($0)" }
        }
        return text
    }

    private static func changes(
        from before: Run, to after: Run, in store: AuditStore
    ) async throws -> [String] {
        var text: [String] = []
        var key: ChangeKey? = .start
        while let next = key {
            let page = try await store.changes(from: before, to: after, after: next)
            text += page.changes.map { "\(before.id)-\(after.id) \($0)" }
            key = page.next
        }
        return text
    }

    /// The runs that are to be kept.
    static func kept(_ runs: [Run], _ retention: Retention) -> [Run] {
        runs.filter { run in
            let own = runs.filter { $0.portfolio == run.portfolio }.map(\.id)
            let finished = runs.filter { own.contains($0.id) && $0.state == .finished }
            let isOfLast = finished.sorted { $0.id > $1.id }.prefix(retention.runs)
                .contains { $0.id <= run.id }
            let isRecent = runs.contains {
                own.contains($0.id) && $0.id <= run.id
                    && $0.startedAt >= retention.since ?? Timestamp(seconds: .max)
            }
            return isOfLast || isRecent || finished.count < retention.runs
        }
    }

    /// The domains, in quotes, that the reports show of a portfolio's runs.
    static func names(_ reports: [String], in runs: [Run], of portfolio: String) -> Set<String> {
        let rows = runs.filter { $0.portfolio == portfolio }.map { "\($0.id) ReportRow" }
        let lines = reports.filter { line in rows.contains { line.hasPrefix($0) } }
        return Set(
            (0..<Nights.domains).map { "\"d\($0).example\"" }.filter { name in
                lines.contains { $0.contains(name) }
            })
    }

    static let retentions = [
        Retention(runs: 1), Retention(runs: 3), Retention(runs: 100),
        Retention(runs: 1, since: Sample.moment(30 * Nights.secondsPerNight)),
        Retention(runs: 2, since: Sample.moment(1000 * Nights.secondsPerNight)),
    ]

    @Test(
        "kept runs show the same, and so do the next nights",
        arguments: 1...4 as ClosedRange<UInt64>)
    func same(seed: UInt64) async throws {
        let scratch = try Scratch()
        let nights = Nights(seed: seed)
        let whole = try AuditStore(path: scratch.path)
        for night in 1...40 { try await nights.run(night, in: whole) }
        try whole.close()
        let paths = Self.retentions.indices.map { "\(scratch.folder)/\($0).sqlite" }
        for path in paths { try FileManager.default.copyItem(atPath: scratch.path, toPath: path) }

        let other = try AuditStore(path: scratch.path)
        var told: [[String]] = []
        for night in 41...44 { told.append(try await nights.run(night, in: other)) }
        let next = Array(try await other.runs().prefix(4))
        let shown = try await Self.reports(of: next, in: other, hasIDs: false)
        for (path, retention) in zip(paths, Self.retentions) {
            let store = try AuditStore(path: path)
            let all = try await store.runs()
            let kept = Self.kept(all, retention)
            let before = try await Self.reports(of: kept, in: store)
            let planned = try await store.prune(retention, isDryRun: true)
            #expect(try await Self.reports(of: kept, in: store) == before)

            let summary = try await store.prune(retention)
            #expect(summary.runs == all.count - kept.count)
            #expect(summary.isEmpty == (retention.runs == 100))
            #expect(try await store.runs().map(\.id) == kept.map(\.id))
            var counts = summary
            (counts.bytesAfter, counts.freeBytes) = (planned.bytesAfter, planned.freeBytes)
            #expect(counts == planned, "the dry run says what is done")
            let now = try await Self.reports(of: kept, in: store)
            #expect(now == before, "\(retention) \(now.difference(from: before))")
            for check in ["integrity_check", "foreign_key_check"] {
                let found = try await store.select("PRAGMA \(check)", columns: 1)
                #expect(found == (check == "integrity_check" ? [["ok"]] : []))
            }
            #expect(try await store.prune(retention).isEmpty, "nothing is left to remove")

            for night in 41...44 {
                #expect(try await nights.run(night, in: store) == told[night - 41])
            }
            // A domain that no kept run of the portfolio names is forgotten there: when it comes
            // back, it is compared with nothing.
            let remembered = Self.names(before, in: kept, of: try #require(next.first).portfolio)
            func isRemembered(_ line: String) -> Bool {
                !line.hasPrefix("regressions") || remembered.contains { line.contains($0) }
            }
            let later = try await Self.reports(of: next, in: store, hasIDs: false)
                .filter(isRemembered)
            let expected = shown.filter(isRemembered)
            #expect(later == expected, "\(retention) \(later.difference(from: expected))")
            try store.close()
        }
    }

    @Test("what only old runs saw goes; what publications and kept states refer to stays")
    func orphans() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        func fetched(_ text: UInt8) throws -> Evidence {
            let digest = try #require(Digest(Array(repeating: text, count: 32)))
            var evidence = EvidenceTextTests.fetched(
                .response(HTTPResponse(status: 200, body: .init(digest: digest, bytes: [text]))))
            evidence.fetches[0].chain[0].digest = digest
            return evidence
        }
        // Seen once: with a policy that is held for long, with one that is not, without any.
        let long = PublicationTests.policy("1", text: 1, maxAge: 31_557_600)
        let short = PublicationTests.policy("1", text: 2, maxAge: 60)
        for night: Int64 in 1...3 {
            let at = night * 400 * Timestamp.secondsPerDay
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(at))
            let names = night == 1 ? ["long", "short", "none", "stays"] : ["stays"]
            try await run.ingestAll(
                names.enumerated().map { try Sample.row($0.offset + 1, "\($0.element).example") })
            let evidence = try (1...5).map { try fetched(UInt8($0)) }
            _ = try await run.sweep(at: at) { candidate in
                let name = candidate.domain.description.prefix { $0 != "." }
                let index = ["long", "short", "none", "stays"].firstIndex(of: String(name)) ?? 0
                var examined = Sample.examined(
                    candidate, evidence[night == 3 ? 4 : index], at: at)
                examined.assessment.publication = [long, short, .nothing, .nothing][index]
                return examined
            }
        }
        let summary = try await store.prune(Retention(runs: 2), isCompacting: true)
        #expect(summary.runs == 1)
        #expect(summary.states == 3)
        #expect(summary.entries == 3)
        // 400 days later nobody holds either of the two any more.
        #expect(summary.publications == 2)
        #expect(summary.domains == 3)
        #expect(summary.evidence == 3)
        #expect(summary.policyBodies == 3)
        #expect(summary.certificates == 3, "all chains have one in common, which stays")
        #expect(summary.freeBytes == 0)
        let looks = try await store.looks(at: DomainName("stays.example"))
        #expect(looks.map(\.runs) == [1...2, 3...3])
    }

    @Test("a policy that somebody may hold stays, with its text")
    func held() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let body: [UInt8] = Array("policy".utf8)
        for night: Int64 in 1...3 {
            let at = night * 100 * Timestamp.secondsPerDay
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(at))
            try await run.ingestAll([Sample.row(1, night == 1 ? "gone.example" : "a.example")])
            let evidence = EvidenceTextTests.fetched(
                .response(
                    HTTPResponse(
                        status: 200, body: .init(digest: EvidenceTextTests.digest, bytes: body))))
            _ = try await run.sweep(at: at) { candidate in
                var examined = Sample.examined(
                    candidate, night == 1 ? evidence : Sample.absent(), at: at)
                examined.assessment.publication =
                    night > 1
                    ? .nothing
                    : .live(
                        LivePolicy(
                            recordID: "1", digest: EvidenceTextTests.digest, mode: "enforce",
                            maxAge: 31_557_600, patterns: []))
                return examined
            }
        }
        let summary = try await store.prune(Retention())
        #expect(summary.publications == 0)
        #expect(summary.policyBodies == 0)
        #expect(summary.evidence == 1)
        #expect(summary.domains == 0)
        let history = try await store.history(of: DomainName("gone.example"))
        #expect(history.publications.policies.count == 1)
        #expect(history.publications.observedSince != nil)
    }

    @Test("orphans of provisional results go too")
    func provisional() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll([Sample.row(1, "a.example")])
        let candidates = try await run.candidates(limit: 1)
        try await run.record(
            candidates.map {
                Sample.examined(
                    $0, EvidenceTextTests.failed(.timeout), verdict: .unmeasured,
                    isProvisional: true)
            })
        _ = try await run.record(candidates.map { Sample.examined($0) })
        try await run.finish(.finished, at: Sample.moment(1))
        #expect(try await store.count("evidence") == 2)
        let summary = try await store.prune(Retention(runs: 1))
        #expect(summary.evidence == 1)
        #expect(summary.states == 0)
        #expect(summary.runs == 0)
    }

    @Test("the run lock is taken, and given back")
    func lock() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        await #expect(throws: StoreError.self) { try await store.prune(Retention()) }
        try await run.finish(.interrupted, at: Sample.moment(0))
        #expect(try await store.prune(Retention()).isEmpty)
        _ = try await store.resumeRun(portfolio: "test", fingerprint: "f")
    }

    @Test("an interrupted run goes on after a prune as if there had been none")
    func interrupted() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let rows = try (1...6).map { try Sample.row($0, "d\($0).example") }
        for night: Int64 in 1...3 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(night))
            try await run.ingestAll(rows)
            _ = try await run.sweep(at: night) { Sample.examined($0, at: night) }
        }
        let cut = try await store.beginRun(Sample.request(), at: Sample.moment(4))
        try await cut.ingestAll(rows)
        try await cut.record(cut.candidates(limit: 2).map { Sample.examined($0, at: 4) })
        try await cut.finish(.interrupted, at: Sample.moment(4))
        #expect(try await store.prune(Retention(runs: 1)).runs == 2)
        let again = try await store.resumeRun(portfolio: "test", fingerprint: "f")
        #expect(again.run.previous == 3)
        let summary = try await again.sweep(at: 5) { Sample.examined($0, at: 5) }
        #expect(summary == RecordSummary(unchanged: 4, changed: 0, ignored: 0))
        #expect(
            try await store.select("SELECT DISTINCT first_run, last_run FROM state", columns: 2)
                == [["1", "4"]])
    }
}
