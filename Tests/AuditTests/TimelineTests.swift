import Audit
import Evidence
import Testing

@Suite("Timeline: when each part of the set-up was seen, and what changed with what")
struct TimelineTests {
    /// A look of a day, that many days after `Sound.now`.
    private static func look(
        _ day: Int64, until last: Int64? = nil, verdict: Verdict = .enforced,
        _ change: (inout Evidence) -> Void = { _ in }
    ) -> TimelineLook {
        var evidence = Sound.evidence
        change(&evidence)
        return TimelineLook(
            firstSeen: Sound.days(day), lastSeen: Sound.days(last ?? day), verdict: verdict,
            evidence: evidence)
    }

    private static func fails(_ evidence: inout Evidence) {
        evidence.mx = Lookup(.failed(.serverFailure))
        evidence.record = Lookup(.failed(.serverFailure))
        evidence.tlsrpt = Lookup(.failed(.timeout))
        evidence.policyHost = HostAddresses(
            v4: Lookup(.failed(.timeout)), v6: Lookup(.failed(.timeout)))
        evidence.fetches = [Sound.failure(.connectTimeout)]
    }

    @Test(
        "one look: each facet with what it was",
        arguments: [
            (Facet.verdict, ["enforced"]), (.mx, ["10 mx1.example.net", "20 mx2.example.net"]),
            (.mxAlias, []), (.record, ["v=STSv1; id=20261101T000000;"]), (.recordAlias, []),
            (.hostAddress, ["203.0.113.10"]), (.hostAlias, []),
            (
                .certificate,
                ["CN=mta-sts.example.com, by CN=Example Issuing CA, 2026-10-24 to 2027-01-22"]
            ),
            (
                .policy,
                ["mode: enforce", "max_age: 604800", "mx: mx1.example.net", "mx: mx2.example.net"]
            ),
            (.reporting, ["v=TLSRPTv1; rua=mailto:tls@example.com"]),
        ])
    func facets(_ facet: Facet, _ items: [String]) {
        let timeline = Timeline([Self.look(0, until: 9)])
        let history = timeline.history(of: facet)
        #expect(history.stays.map(\.value.items) == [items])
        #expect(history.stays.first?.firstSeen == Sound.days(0))
        #expect(history.stays.first?.lastSeen == Sound.days(9))
        #expect(timeline.changes.isEmpty)
    }

    @Test("no looks, nothing to tell")
    func empty() {
        let timeline = Timeline([])
        #expect(timeline.histories.map(\.facet) == Facet.allCases)
        #expect(timeline.histories.allSatisfy { $0.stays.isEmpty && $0.unmeasuredUntil == nil })
    }

    @Test("a failed night neither ends nor begins anything", arguments: Facet.allCases)
    func gap(_ facet: Facet) {
        let looks = [
            Self.look(0), Self.look(1, verdict: .unmeasured, Self.fails), Self.look(2, until: 3),
        ]
        let timeline = Timeline(looks)
        #expect(timeline.history(of: facet).stays.count == 1)
        #expect(timeline.history(of: facet).stays.last?.lastSeen == Sound.days(3))
        #expect(timeline.history(of: facet).unmeasuredUntil == nil)
        #expect(timeline.changes.isEmpty)
        let broken = Timeline(Array(looks.prefix(2))).history(of: facet)
        #expect(broken.stays.last?.lastSeen == Sound.days(0))
        #expect(broken.unmeasuredUntil == Sound.days(1))
    }

    @Test("a change during a failed night is between the looks that could tell")
    func changeInGap() throws {
        let timeline = Timeline([
            Self.look(0, until: 4), Self.look(5, verdict: .unmeasured, Self.fails),
            Self.look(6) { $0.publish(["v=STSv1; id=next;"]) },
        ])
        let change = try #require(timeline.changes.first?.changes.first)
        #expect(change.facet == .record)
        #expect(change.lastSeenBefore == Sound.days(4))
        #expect(timeline.changes.first?.seenAt == Sound.days(6))
    }

    @Test("a provider move shows DNS, hosting and provider together")
    func providerMove() throws {
        let timeline = Timeline([
            Self.look(0),
            Self.look(1, verdict: .bouncing) {
                $0.mx = Lookup(.found(Sound.mxRecords(["in.provider.example"])))
                $0.record = Lookup(
                    .found(["v=STSv1; id=next;"]), aliases: ["_mta-sts.provider.example"])
                $0.policyHost = HostAddresses(
                    v4: Lookup(.found([Sound.otherAddress]), aliases: ["sts.provider.example"]),
                    v6: Lookup(.noData, aliases: ["sts.provider.example"]))
                $0.fetches = [
                    Sound.fetch(Sound.policy(maxAge: "max_age: 86400"), from: Sound.otherAddress)
                ]
            },
        ])
        let change = try #require(timeline.changes.first)
        #expect(timeline.changes.count == 1)
        #expect(
            change.changes.map(\.facet) == [
                .verdict, .mx, .record, .recordAlias, .hostAddress, .hostAlias, .policy,
            ])
        #expect(Set(change.changes.map(\.facet.side)) == Set(Facet.Side.allCases))
    }

    @Test("gone is a value like others, and may come back")
    func removal() {
        let timeline = Timeline([
            Self.look(0), Self.look(1, verdict: .absent) { $0.withdraw() }, Self.look(2),
        ])
        #expect(timeline.history(of: .record).stays.map(\.value.isNothing) == [false, true, false])
        #expect(timeline.history(of: .policy).stays.map(\.value.isNothing) == [false, true, false])
        #expect(timeline.history(of: .certificate).stays.count == 1, "nothing showed another one")
        #expect(timeline.changes.map(\.seenAt) == [Sound.days(1), Sound.days(2)])
    }

    @Test("a policy that is not served says why")
    func notServed() {
        let timeline = Timeline([
            Self.look(0),
            Self.look(1, verdict: .ineffective) { $0.fetches = [Sound.fetch(status: 404)] },
            Self.look(2, verdict: .ineffective) { $0.serve("hello") },
        ])
        #expect(
            timeline.history(of: .policy).stays.map { $0.value.items.first } == [
                "mode: enforce", "not served: the host answers with status 404",
                "no usable policy",
            ])
    }

    @Test("texts that read the same are told apart by their digest")
    func digests() {
        let timeline = Timeline([Self.look(0), Self.look(1) { $0.serve(JudgeRow.sameEffect) }])
        #expect(timeline.history(of: .policy).stays.count == 2)
    }

    @Test("half an answer changes nothing that is in the whole")
    func partial() {
        let whole: (inout Evidence) -> Void = {
            $0.policyHost = HostAddresses(
                v4: Lookup(.found([Sound.address, Sound.otherAddress])), v6: Lookup(.noData))
            $0.fetches = [
                Sound.fetch(Sound.policy), Sound.fetch(Sound.policy, from: Sound.otherAddress),
            ]
        }
        let half: (inout Evidence) -> Void = {
            $0.policyHost = HostAddresses(
                v4: Lookup(.found([Sound.address])), v6: Lookup(.failed(.timeout)))
            $0.fetches = [
                Sound.fetch(Sound.policy), Sound.failure(.connectTimeout, from: Sound.otherAddress),
            ]
        }
        #expect(Timeline([Self.look(0, whole), Self.look(1, half)]).changes.isEmpty)
        let grown = Timeline([Self.look(0, half), Self.look(1, whole)])
        #expect(grown.changes.flatMap(\.changes).map(\.facet) == [.hostAddress])
    }

    @Test("the CNAME of an MX host goes with the host, and is not seen where nobody saw it")
    func mxAlias() {
        let aliased: (inout Evidence) -> Void = {
            $0.mxAliases = ["mx1.example.net": "in.provider.example"]
        }
        let moved = Timeline([
            Self.look(0, aliased),
            Self.look(1) { $0.mx = Lookup(.found(Sound.mxRecords(["new.example.org"]))) },
        ])
        #expect(moved.history(of: .mxAlias).stays.map(\.value.isNothing) == [false, true])
        let untold = Timeline([Self.look(0, aliased), Self.look(1)]).history(of: .mxAlias)
        #expect(untold.stays.count == 1)
        #expect(untold.stays.last?.lastSeen == Self.look(0).lastSeen)
        #expect(untold.unmeasuredUntil == Self.look(1).lastSeen)
    }

    @Test("a renewed certificate is the only change")
    func renewal() {
        let timeline = Timeline([
            Self.look(0),
            Self.look(1) { $0.fetches[0].chain = [Sound.certificate(names: ["renewed"])] },
        ])
        #expect(timeline.changes.flatMap(\.changes).map(\.facet) == [.certificate])
    }
}
