import Audit
import Evidence
import MTASTS
import Testing

@Suite("Judge: what senders hold from before (RFC 8461 §3.3, §5.1, §8.1, §8.3)")
struct CacheRuleTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var causes: Set<Cause>
        /// Day from `Sound.now`; nil: there is nothing to wait for.
        var recheck: Int64?
        var why: String
        var history: History
        var change: @Sendable (inout Evidence) -> Void

        init(
            _ causes: Set<Cause>, recheck: Int64? = nil, _ why: String, _ history: History,
            _ change: @escaping @Sendable (inout Evidence) -> Void = { _ in }
        ) {
            self.causes = causes
            self.recheck = recheck
            self.why = why
            self.history = history
            self.change = change
        }

        var testDescription: String { why }

        func assess(now: Timestamp = Sound.now) throws -> Assessment {
            var evidence = Sound.evidence
            change(&evidence)
            return Judge().assess(
                evidence, of: try Sound.domain, expecting: Expectations(), history: history,
                now: now)
        }
    }

    static let testing = Sound.policy(mode: "mode: testing")
    static let long = Sound.policy(
        mx: ["mx: mx1.example.net"], maxAge: "max_age: 2592000")

    static let harmless: [Row] = [
        Row([], "nothing is known", .none),
        Row([], "the same policy stands", .published(PublishedPolicy(from: -90))),
        Row(
            [], "the same id and text came back after a gap",
            .published(PublishedPolicy(from: -90, gone: -3))),
        Row(
            [], "an id comes back with its own text",
            .published(
                PublishedPolicy(from: -90, gone: -5),
                PublishedPolicy(id: "other", JudgeRow.sameEffect, from: -5))),
        Row(
            [], "one change of id is no churn",
            .published(PublishedPolicy(id: "old", from: -90, gone: -2))),
        Row(
            [], "each id with a text of its own",
            .published(
                PublishedPolicy(id: "a", from: -9, gone: -5),
                PublishedPolicy(id: "b", JudgeRow.sameEffect, from: -5, gone: -2))),
        Row(
            [], "max_age of the old id is over to the second",
            .published(PublishedPolicy(JudgeRow.sameEffect, from: -90, gone: -7))),
        Row(
            [.modeNone], "a held policy in mode none beside another",
            .published(
                PublishedPolicy(
                    id: "n", Sound.policy(mode: "mode: none", extra: ["a: b"]), from: -3))
        ) { $0.serve(Sound.policy(mode: "mode: none")) },
        Row(
            [], "RFC 8461 §8.3: mode none, and then nothing",
            .published(
                PublishedPolicy(id: "e", from: -90, gone: -8),
                PublishedPolicy(id: "n", Sound.policy(mode: "mode: none"), from: -8))
        ) { $0.withdraw() },
        Row(
            [.mxNull], "no mail, no delay",
            .published(PublishedPolicy(JudgeRow.elsewhere, from: -90))
        ) { $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")])) },
        Row(
            [.domainMissing], "no domain",
            .published(PublishedPolicy(JudgeRow.elsewhere, from: -90))
        ) { $0.mx = Lookup(.nameMissing) },
    ]

    static let found: [Row] = [
        Row(
            [.idUnchanged], recheck: 29, "the older one is held longer: RFC 8461 §8.3",
            .published(
                PublishedPolicy(
                    Sound.policy(maxAge: "max_age: 2592000"), from: -90, gone: -1),
                PublishedPolicy(JudgeRow.sameEffect, from: -1))),
        Row(
            [.idUnchanged, .idReused], recheck: 6, "both, of different texts",
            .published(
                PublishedPolicy(Sound.policy(extra: ["a: b"]), from: -9, gone: -4),
                PublishedPolicy(id: "other", JudgeRow.sameEffect, from: -4, gone: -2),
                PublishedPolicy(JudgeRow.sameEffect, from: -2, gone: -1))),
        Row(
            [.idChurn], "30 days are not quite over",
            .published(
                PublishedPolicy(id: "a", from: -90, gone: -29),
                PublishedPolicy(id: "b", from: -29, gone: -20),
                PublishedPolicy(id: "c", from: -20, gone: -15),
                PublishedPolicy(JudgeRow.sameEffect, from: -15, gone: -8),
                PublishedPolicy(id: "d", from: -8, gone: -1))),
        Row(
            [], "of two changes one is 30 days old",
            .published(
                PublishedPolicy(id: "a", from: -90, gone: -30),
                PublishedPolicy(id: "b", from: -30, gone: -20),
                PublishedPolicy(from: -20))),
        Row(
            [.cachedPolicyBlocksMX], recheck: 28, "the worst is told, the last date counts",
            .published(
                PublishedPolicy(id: "long", long, from: -90, gone: -2),
                PublishedPolicy(id: "old", JudgeRow.elsewhere, from: -2, gone: -1))),
        Row(
            [.mxUncovered, .mxPatternUnused], "what is skipped today too has its own finding",
            .published(PublishedPolicy(id: "old", from: -90))
        ) {
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net", "mx: c.example"]))
            $0.mx = Lookup(.found(Sound.mxRecords(["mx1.example.net", "mx3.example.net"])))
        },
        Row(
            [.mxUncovered, .mxPatternUnused, .modeTesting, .cachedPolicyBlocksMX], recheck: 7,
            "mode testing skips no host, and who holds the earlier policy does",
            .published(PublishedPolicy(id: "old", from: -90))
        ) {
            $0.serve(
                Sound.policy(mode: "mode: testing", mx: ["mx: mx1.example.net", "mx: c.example"]))
            $0.mx = Lookup(.found(Sound.mxRecords(["mx1.example.net", "mx3.example.net"])))
        },
        Row(
            [.modeNone, .cachedPolicyBlocksMX], recheck: 7, "mode none does not reach the holders",
            .published(PublishedPolicy(id: "old", JudgeRow.elsewhere, from: -90))
        ) { $0.serve(Sound.policy(mode: "mode: none")) },
        Row(
            [.mxLookupFailed, .recheckAfter], recheck: 7,
            "no MX to compare with: by the mode alone",
            .published(PublishedPolicy(id: "t", testing, from: -90))
        ) { $0.mx = Lookup(.failed(.timeout)) },
        Row(
            [.mxLookupFailed], "another set of hosts, and nobody knows today's",
            .published(PublishedPolicy(id: "old", JudgeRow.elsewhere, from: -90))
        ) { $0.mx = Lookup(.failed(.timeout)) },
        Row(
            [.cachedPolicyOutlivesRemoval, .mxLookupFailed], recheck: 5,
            "gone is gone, whatever the MX",
            .published(PublishedPolicy(from: -90, gone: -2))
        ) {
            $0.withdraw()
            $0.mx = Lookup(.failed(.timeout))
        },
        Row(
            [.cachedPolicyOutlivesRemoval], recheck: 21,
            "RFC 8461 §8.3: an older one with a greater max_age outlives the last",
            .published(
                PublishedPolicy(
                    id: "long", Sound.policy(maxAge: "max_age: 2592000"), from: -90, gone: -9),
                PublishedPolicy(id: "short", from: -9, gone: -8))
        ) { $0.withdraw() },
        Row(
            [.recheckAfter], recheck: 6, "testing was the last: removed without harm",
            .published(
                PublishedPolicy(id: "e", from: -90, gone: -6),
                PublishedPolicy(id: "t", testing, from: -6, gone: -1))
        ) { $0.withdraw() },
        Row(
            [.recheckAfter], recheck: 1, "mode none was too short: the one before outlives it",
            .published(
                PublishedPolicy(id: "e", from: -90, gone: -6),
                PublishedPolicy(id: "n", Sound.policy(mode: "mode: none"), from: -6))
        ) { $0.withdraw() },
        Row(
            [.recordLookupFailed], "SERVFAIL: the standing policy stands",
            .published(PublishedPolicy(from: -90))
        ) { $0.record = Lookup(.failed(.serverFailure)) },
        Row(
            [.recordLookupFailed, .cachedPolicyBlocksMX], recheck: 5,
            "SERVFAIL changes no finding",
            .published(
                PublishedPolicy(id: "old", JudgeRow.elsewhere, from: -90, gone: -2),
                PublishedPolicy(from: -2))
        ) { $0.record = Lookup(.failed(.serverFailure)) },
        Row(
            [.policyConnectTimeout, .idUnchanged], recheck: 5, "nor does a host that is silent",
            .published(
                PublishedPolicy(JudgeRow.sameEffect, from: -90, gone: -2),
                PublishedPolicy(from: -2))
        ) { $0.fetches = [Sound.failure(.connectTimeout)] },
        Row(
            [.recordLookupFailed, .recheckAfter], recheck: 5,
            "SERVFAIL after a removal: nothing stands, one is held",
            .published(PublishedPolicy(from: -90, gone: -2))
        ) { $0.record = Lookup(.failed(.serverFailure)) },
        Row(
            [.recordMultiple, .recordSenderDisagreement, .recheckAfter], recheck: 7,
            "a broken record ends the publication",
            .published(PublishedPolicy(from: -90))
        ) { $0.publish(["v=STSv1; id=a;", "v=STSv1; id=b;"]) },
        Row(
            [.mxMissing, .cachedPolicyBlocksMX], recheck: 7,
            "the implicit MX is a host like others",
            .published(PublishedPolicy(id: "old", from: -90))
        ) {
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(
                v4: Lookup(.found([Sound.address])), v6: Lookup(.noData))
            $0.serve(Sound.policy(mx: ["mx: example.com"]))
        },
    ]

    @Test("causes and the date to test again", arguments: harmless + found)
    func row(_ row: Row) throws {
        let assessment = try row.assess()
        #expect(Set(assessment.findings.map(\.cause)) == row.causes)
        #expect(assessment.findings.count == row.causes.count)
        #expect(assessment.recheck?.after == row.recheck.map(Sound.days))
    }

    @Test("no host is left to the holders, and mode testing with a wrong list does not hide it")
    func blockedUnderTesting() throws {
        let row = Row([], "", .published(PublishedPolicy(id: "old", JudgeRow.elsewhere, from: -90)))
        {
            $0.serve(Sound.policy(mode: "mode: testing", mx: ["mx: c.example"]))
        }
        let findings = try row.assess().findings
        let blocked = findings.first { $0.cause == .cachedPolicyBlocksMX }
        #expect(blocked?.severity == .error, "RFC 8461 §5: its holders deliver to no host")
    }

    @Test("history never changes the verdict", arguments: harmless + found)
    func verdict(_ row: Row) throws {
        var without = row
        without.history = .none
        #expect(try row.assess().verdict == without.assess().verdict)
        #expect(try row.assess().publication == without.assess().publication)
    }

    @Test("a second look a minute later says the same, word for word", arguments: found)
    func stable(_ row: Row) throws {
        // As the store would keep it: what went with the first look went then.
        let first = try row.assess()
        var later = row
        var policies = later.history.publications.policies
        if let standing = policies.last, standing.goneBy == nil {
            let index = policies.count - 1
            switch first.publication {
            case .live(let policy) where policy == standing.policy: break
            case .live, .nothing: policies[index].goneBy = Sound.now
            case .unmeasured: break
            }
        }
        if case .live(let policy) = first.publication, policies.last?.policy != policy {
            policies.append(
                PublishedPolicy(policy: policy, firstSeen: Sound.now, lastSeen: Sound.now))
        }
        later.history.publications.policies = policies
        let second = try later.assess(now: Sound.now.adding(seconds: 60))
        #expect(second.findings == first.findings)
        #expect(second.recheck == first.recheck)
    }
}

extension CacheRuleTests {
    @Test("a text that is served without its record can be renewed: the date is no bound (§10.2)")
    func renewable() throws {
        let history = History.published(PublishedPolicy(from: -400))
        func recheck(_ change: (inout Evidence) -> Void) throws -> Recheck? {
            var evidence = Sound.evidence
            evidence.record = Lookup(.nameMissing)
            change(&evidence)
            return Judge().assess(
                evidence, of: try Sound.domain, expecting: Expectations(), history: history,
                now: Sound.now
            ).recheck
        }
        let served = try #require(try recheck { _ in })
        #expect(served.isAtLeast)
        let withdrawn = try #require(try recheck { $0.fetches = [] })
        #expect(!withdrawn.isAtLeast)
        #expect(withdrawn.after == served.after)
    }
}
