import Audit
import Evidence
import GRDB
import MTASTS
import Testing

@testable import Store

@Suite("TLS reports: kept once, joined by name (RFC 8460 §4)")
struct TLSReportTests {
    /// 2026-11-23T12:00:00Z.
    static let now = Timestamp(seconds: 1_795_435_200)

    /// The first second of a day so many before the one of `now`.
    static func day(_ before: Int64) -> Timestamp {
        now.startOfDay.adding(seconds: -before * Timestamp.secondsPerDay)
    }

    static func failure(
        _ type: String?, _ sessions: Int, mx: String? = nil
    ) -> TLSReport.Failure {
        TLSReport.Failure(
            resultType: type, sessions: sessions, sendingMTA: "198.51.100.1", receivingMX: mx)
    }

    static func report(
        _ id: String, of domain: String? = "a.example", by organization: String = "Google Inc.",
        day before: Int64 = 1, good: Int = 10, bad: Int? = nil,
        _ failures: [TLSReport.Failure] = []
    ) -> TLSReport {
        TLSReport(
            organization: organization, id: id, contact: "tls@example.net",
            start: day(before).seconds, end: day(before).seconds + 86_399,
            policies: [
                TLSReport.Policy(
                    type: "sts", domain: domain, strings: ["version: STSv1", "mode: enforce"],
                    mxHosts: ["*.example.net"], successfulSessions: good,
                    failedSessions: bad ?? failures.reduce(0) { $0 + $1.sessions },
                    failures: failures)
            ])
    }

    private static func store(_ reports: TLSReport...) async throws -> (Scratch, AuditStore) {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        _ = try await store.add(reports.map { ReceivedReport($0, source: "a.json") }, at: now)
        return (scratch, store)
    }

    @Test("a report counts once, however often and by whatever way it comes")
    func idempotent() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = Self.report("1", [Self.failure("certificate-expired", 3, mx: "mx.a.example")])
        let second = Self.report("2", day: 2)
        let other = Self.report("1", good: 11)
        let batch = [
            ReceivedReport(first, source: "1.json"),
            ReceivedReport(first, source: "1.eml", submitter: "google.com"),
            ReceivedReport(second, source: "2.json"), ReceivedReport(other, source: "other.json"),
        ]
        var summary = try await store.add(batch, at: Self.now)
        #expect(
            [summary.added, summary.known, summary.failureRows, summary.newDomains] == [2, 1, 1, 1]
        )
        #expect(summary.contradicting == ["other.json"])
        summary = try await store.add(batch, at: Self.now)
        #expect([summary.added, summary.known, summary.newDomains] == [0, 3, 0])
        #expect(summary.contradicting == ["other.json"])
        #expect(
            try await store.select(
                """
                SELECT report_id, source, submitter, contradicted_at IS NOT NULL FROM tls_report
                ORDER BY report_id
                """, columns: 4) == [["1", "1.json", "", "1"], ["2", "2.json", "", "0"]])
        #expect(try await store.count("tls_failure") == 1)
        #expect(try await store.count("tls_policy_text") == 1, "one policy, stored once")
    }

    @Test("the day a report counts for")
    func day() {
        let start = Self.day(1).seconds
        let rows: [(Int64, Int64, Int64, String)] = [
            (0, 86_399, 1, "to its last second"), (0, 86_400, 1, "to the first of the next"),
            (-7200, 79_200, 1, "a day two hours east"), (18_000, 104_400, 1, "five hours west"),
            (-6 * 86_400, 86_399, 1, "a week"), (3600, 3600, 1, "a moment"),
            (80_000, 40_000, 1, "reversed"),
        ]
        for (first, last, expected, why) in rows {
            var report = Self.report("1")
            report.start = start + first
            report.end = start + last
            #expect(report.day == Self.day(expected), "\(why)")
        }
    }

    @Test("texts are cut to what they may need, and nothing of a stranger's breaks them")
    func bounds() async throws {
        let long = String(repeating: "ä", count: 8000)
        var report = Self.report("1", of: nil)
        report.policies[0].strings = [String(repeating: "x", count: 65_000), long, "after"]
        report.policies[0].failures = [
            TLSReport.Failure(
                resultType: long, sessions: 1_000_000_000_000, sendingMTA: long, receivingMX: long,
                receivingHELO: long, receivingIP: long, additionalInformation: "a\u{0}b\u{1B}[2J",
                reasonCode: long)
        ]
        let (scratch, store) = try await Self.store(report)
        #expect(scratch.path == store.path)
        #expect(
            try await store.select(
                """
                SELECT length(CAST(result_type AS BLOB)), length(CAST(sending_mta AS BLOB)),
                    length(CAST(receiving_mx AS BLOB)), length(CAST(reason AS BLOB)),
                    length(CAST(additional AS BLOB)), sessions FROM tls_failure
                """, columns: 6) == [["64", "64", "254", "1024", "7", "1000000000000"]])
        #expect(
            try await store.select(
                "SELECT json_array_length(strings) FROM tls_policy_text", columns: 1) == [["1"]])
        #expect(
            try await store.select("SELECT domain_id IS NULL FROM tls_policy", columns: 1)
                == [["1"]], "it names no domain")
    }

    @Test("history: senders, hosts, days and sessions of each known type in the window")
    func history() async throws {
        let google = (1...12).map { before in
            Self.report(
                "g\(before)", day: Int64(before), [Self.failure("sts-policy-fetch-error", 2)])
        }
        let (scratch, store) = try await Self.store(
            Self.report(
                "m", by: "Mail.ru", day: 3,
                [
                    Self.failure("sts-policy-fetch-error", 100),
                    Self.failure("certificate-expired", 5, mx: "mx2.a.example"),
                    Self.failure("certificate-expired", 1, mx: "mx1.a.example"),
                    Self.failure("from-the-future", 7), Self.failure(nil, 1),
                ]),
            Self.report("old", day: 15, [Self.failure("dane-required", 1)]),
            Self.report("coming", day: -30, [Self.failure("tlsa-invalid", 1)]),
            Self.report("b", of: "b.example", day: 15, [Self.failure("tlsa-invalid", 1)]),
            Self.report("c", of: "c.example", day: 14, good: 3, bad: 2))
        _ = try await store.add(google.map { ReceivedReport($0, source: "") }, at: Self.now)
        #expect(scratch.path == store.path)
        let found = try await store.history(of: DomainName("a.example"), at: Self.now).reports
        #expect(
            found
                == ReportedFailures(
                    failures: [
                        ReportedFailure(
                            resultType: .certificateExpired, sessions: 6, senders: ["Mail.ru"],
                            mxHosts: ["mx1.a.example", "mx2.a.example"], days: 1,
                            firstDay: Self.day(3), lastDay: Self.day(3)),
                        ReportedFailure(
                            resultType: .policyFetchError, sessions: 124,
                            senders: ["Mail.ru", "Google Inc."], mxHosts: [], days: 12,
                            firstDay: Self.day(12), lastDay: Self.day(1)),
                    ], successfulSessions: 130, failedSessions: 138, lastDay: Self.day(1)))
        // As long as no other report comes, the reports are the same.
        let later = Self.now.adding(seconds: 13 * 86_400)
        #expect(try await store.history(of: DomainName("a.example"), at: later).reports == found)
        let afterwards = try await store.history(
            of: DomainName("a.example"), at: later.adding(seconds: 86_400)
        ).reports
        #expect(afterwards == ReportedFailures(), "nobody has reported anything for two weeks")
        let coming = try await store.history(of: DomainName("a.example"), at: Self.day(-30)).reports
        #expect(coming.failures.map(\.resultType) == [.tlsaInvalid], "not before its day")
        #expect(
            try await store.history(of: DomainName("b.example"), at: Self.now).reports
                == ReportedFailures(), "too old")
        #expect(
            try await store.history(of: DomainName("c.example"), at: Self.now).reports
                == ReportedFailures(
                    successfulSessions: 3, failedSessions: 2, lastDay: Self.day(14)))
        #expect(try await store.history(of: DomainName("a.example")).reports == ReportedFailures())
    }

    @Test("candidates come with reports, and a rejudge with those that were there")
    func candidates() async throws {
        let (scratch, store) = try await Self.store(
            Self.report("1", [Self.failure("certificate-expired", 3)]))
        #expect(scratch.path == store.path)
        let run = try await store.beginRun(Sample.request(), at: Self.now)
        try await run.ingestAll([Sample.row(1, "a.example"), Sample.row(2, "b.example")])
        let candidates = try await run.candidates(limit: 10)
        #expect(
            candidates.map(\.history.reports.failures.first?.sessions) == [3, nil])
        try await run.record(
            candidates.map { candidate in
                var examined = Sample.examined(candidate)
                examined.measurement.at = Self.now
                return examined
            })
        try await run.finish(.finished, at: Self.now)
        _ = try await store.add(
            [ReceivedReport(Self.report("2", [Self.failure("tlsa-invalid", 1)]), source: "")],
            at: Self.now.adding(seconds: 60))
        let again = try await store.beginRejudge(
            of: try await store.run(run.id), options: "{}", toolVersion: "0", at: Self.now)
        let looks = try await again.storedLooks(limit: 10)
        #expect(looks.map(\.candidate.history) == candidates.map(\.history))
        try await again.abandonRejudge()
    }

    @Test("sums by domain, organization, type and account")
    func sums() async throws {
        let (scratch, store) = try await Self.store(
            Self.report("1", [Self.failure("certificate-expired", 3, mx: "mx.a.example")]),
            Self.report("2", by: "Mail.ru", day: 2, good: 5, bad: 9, [Self.failure("new", 4)]),
            Self.report("3", of: "b.example", good: 1, [Self.failure("certificate-expired", 1)]),
            Self.report("4", of: "stranger.example", good: 100),
            Self.report("5", day: 30, [Self.failure("certificate-expired", 50)]),
            Self.report("6", day: -5, [Self.failure("certificate-expired", 50)]))
        #expect(scratch.path == store.path)
        let run = try await store.beginRun(Sample.request(), at: Self.now)
        try await run.ingestAll([
            Sample.row(1, "a.example", account: "acme"),
            Sample.row(2, "a.example", account: "acme"), Sample.row(3, "a.example"),
            Sample.row(4, "b.example", account: "beta"), Sample.row(5, "c.example"),
        ])
        let days = try #require(try await store.reportDays(14, until: Self.now))
        #expect(days == ReportDays(first: Self.day(14), last: Self.day(1)))
        #expect(days.count == 14)
        func group(_ name: String, _ domains: Int, _ good: Int, _ bad: Int) -> ReportedGroup {
            ReportedGroup(
                name: name, domains: domains,
                count: SessionCount(successful: good, failed: bad))
        }
        #expect(
            try await store.reportedAccounts(in: days, of: run.run) == [
                group("beta", 1, 1, 1), group("", 1, 15, 12), group("acme", 1, 15, 12),
            ])
        var scope = ReportScope(days: days)
        let totals = try await store.reportedTotals(in: scope)
        #expect(totals.all == group("", 3, 116, 13))
        #expect(
            totals.types == [
                ReportedType(resultType: "certificate-expired", domains: 2, sessions: 4),
                ReportedType(resultType: "new", domains: 1, sessions: 4),
            ])
        #expect(
            totals.organizations == [group("Mail.ru", 1, 5, 9), group("Google Inc.", 3, 111, 4)])
        #expect(
            try await store.worstReported(in: scope, limit: 5) == [
                group("a.example", 1, 15, 12), group("b.example", 1, 1, 1),
            ])
        var names: [String] = []
        while true {
            let page = try await store.reportedDomains(in: scope, after: names.last, limit: 2)
            names += page.map(\.domain)
            if page.count < 2 { break }
        }
        #expect(names == ["a.example", "b.example", "stranger.example"])
        scope.account = ("acme", run.run)
        let ofAccount = try await store.reportedDomains(in: scope)
        #expect(ofAccount.map(\.domain) == ["a.example"])
        #expect(try await store.reportedTotals(in: scope).all == group("", 1, 15, 12))
        let known = try await store.reported(of: DomainName("a.example"), in: days)
        #expect(known == ofAccount.first)
        #expect(
            known?.failures.map { "\($0.day.day) \($0.organization) \($0.mxHost ?? "-")" } == [
                "2026-11-21 Mail.ru -", "2026-11-22 Google Inc. mx.a.example",
            ])
        #expect(try await store.reported(of: DomainName("c.example"), in: days) == nil)
        #expect(try await store.reportDays(14, until: Self.day(40)) == nil)
        #expect(
            try await store.select(
                """
                SELECT organization, days, successful, failed, failure_rate
                FROM tls_report_summary WHERE domain = 'a.example' ORDER BY organization
                """, columns: 5) == [
                    ["Google Inc.", "3", "30", "103", "0.774436"],
                    ["Mail.ru", "1", "5", "9", "0.642857"],
                ])
        #expect(
            try await store.select(
                """
                SELECT organization, result_type, sessions, first_day, last_day
                FROM tls_failure_summary WHERE receiving_mx = 'mx.a.example'
                """, columns: 5) == [
                    ["Google Inc.", "certificate-expired", "3", "2026-11-22", "2026-11-22"]
                ])
        try await run.finish(.finished, at: Self.now)
    }

    @Test("counts that add up to too much stay at the greatest number")
    func tooMany() async throws {
        let (scratch, store) = try await Self.store(
            Self.report("1", [Self.failure("tlsa-invalid", 1, mx: "mx.a.example")]),
            Self.report("2", day: 2, [Self.failure("tlsa-invalid", 1, mx: "mx.a.example")]))
        #expect(scratch.path == store.path)
        // No import does this in one report; many could together.
        _ = try await store.write { db in
            try db.execute(
                sql: """
                    UPDATE tls_failure SET sessions = 9000000000000000000;
                    UPDATE tls_policy SET failed = 9000000000000000000;
                    """)
        }
        let days = try #require(try await store.reportDays(14, until: Self.now))
        let history = try await store.history(of: DomainName("a.example"), at: Self.now).reports
        #expect(history.failures.map(\.sessions) == [.max])
        #expect(history.failedSessions == .max)
        let totals = try await store.reportedTotals(in: ReportScope(days: days))
        #expect(totals.all.count.failed == .max)
        #expect(totals.types.map(\.sessions) == [.max])
        #expect(
            try await store.worstReported(in: ReportScope(days: days), limit: 1).map(
                \.count.failed) == [.max])
        #expect(try await store.reportedDomains(in: ReportScope(days: days)).count == 1)
    }

    @Test("a file of version 3 is brought up to date, with all that is in it")
    func migration() async throws {
        let scratch = try Scratch()
        try VersionThree.make(
            scratch.path,
            rows: """
                INSERT INTO portfolio VALUES (1, 'test');
                INSERT INTO domain VALUES (1, 'a.example', 1000);
                INSERT INTO publication VALUES (1, 1, 'id', '\(String(repeating: "1", count: 64))',
                    'enforce', 86400, 'mx.a.example', 1000, 2000, NULL);
                """)
        let store = try AuditStore(path: scratch.path)
        #expect(
            try await store.select("SELECT domain, record_id FROM publications", columns: 2)
                == [["a.example", "id"]])
        _ = try await store.add(
            [ReceivedReport(Self.report("1"), source: "")], at: Self.now)
        let history = try await store.history(of: DomainName("a.example"), at: Self.now)
        #expect(history.publications.policies.map(\.policy.recordID) == ["id"])
        #expect(history.reports.successfulSessions == 10)
        let other = try Scratch()
        let query = """
            SELECT m.type, m.name, coalesce(group_concat(c.name || c.type || c."notnull" || c.pk), '')
            FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) c
            GROUP BY m.name ORDER BY m.name
            """
        let new = try await AuditStore(path: other.path).select(query, columns: 3)
        #expect(try await store.select(query, columns: 3) == new)
        #expect(new.count { $0[1].hasPrefix("tls_") } >= 8)
    }
}
