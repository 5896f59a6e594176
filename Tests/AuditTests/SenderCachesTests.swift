import Audit
import Evidence
import MTASTS
import Testing

@Suite("Sender caches: what may be held, and until when (RFC 8461 §3.2, §5.1, §8.3)")
struct SenderCachesTests {
    private static func caches(
        _ history: History, _ publication: Publication = .live(Sound.livePolicy()),
        mx: [String]? = Sound.mxHosts, now: Timestamp = Sound.now
    ) -> SenderCaches {
        SenderCaches(history.publications, publication: publication, mxHosts: mx, now: now)
    }

    @Test("max_age counts from the look that found the policy gone, each by its own")
    func dates() {
        let caches = Self.caches(
            .published(
                PublishedPolicy(
                    id: "a", Sound.policy(maxAge: "max_age: 2592000"), from: -90, gone: -10),
                PublishedPolicy(id: "b", from: -10, gone: -8),
                PublishedPolicy(id: "c", from: -8, gone: -3),
                PublishedPolicy(from: -3)))
        #expect(caches.held.map(\.policy.recordID) == ["a", "c"], "b: eight days ago, for seven")
        #expect(caches.held.map(\.until) == [Sound.days(20), Sound.days(4)])
        #expect(caches.liveSince == Sound.days(-3))
        #expect(caches.clearAfter == nil, "none of them has another effect")
    }

    @Test("held to the second")
    func boundary() {
        let history = History.published(PublishedPolicy(id: "a", from: -90, gone: 0))
        let end = Sound.days(7)
        #expect(Self.caches(history, now: end.adding(seconds: -1)).held.count == 1)
        #expect(Self.caches(history, now: end).held.isEmpty)
    }

    @Test("without history nothing is held, and nothing is known for sure")
    func firstLook() {
        let caches = Self.caches(.none)
        #expect(caches.live == Sound.livePolicy())
        #expect(caches.liveSince == Sound.now)
        #expect(caches.held.isEmpty)
        #expect(caches.isAtLeast)
    }

    @Test("an unmeasured look leaves things as they stood")
    func unmeasured() {
        let history = History.published(
            PublishedPolicy(id: "a", from: -90, gone: -3), PublishedPolicy(from: -3))
        #expect(Self.caches(history, .unmeasured) == Self.caches(history))
        let gone = History.published(PublishedPolicy(from: -90, gone: -3))
        #expect(Self.caches(gone, .unmeasured) == Self.caches(gone, .nothing))
    }

    @Test("the bound is certain once the domain was watched for the longest max_age")
    func atLeast() {
        // max_age is seven days for both.
        let policies = PublishedPolicy(id: "a", from: -5, gone: -1)
        for (observed, isAtLeast) in [(nil, true), (-6, true), (-7, false), (-400, false)]
            as [(Int64?, Bool)]
        {
            #expect(Self.caches(.published(policies, observed: observed)).isAtLeast == isAtLeast)
        }
        let long = Sound.livePolicy(Sound.policy(maxAge: "max_age: 31557600"))
        #expect(Self.caches(.published(policies, observed: -300), .live(long)).isAtLeast)
    }

    @Test("what each held policy does with each host")
    func treatment() {
        let caches = Self.caches(
            .published(
                PublishedPolicy(
                    id: "a", Sound.policy(mx: ["mx: mx1.example.net"]), from: -9, gone: -4),
                PublishedPolicy(
                    id: "b", Sound.policy(mode: "mode: testing", mx: ["mx: *.example.net"]),
                    from: -4, gone: -3),
                PublishedPolicy(id: "c", Sound.policy(mode: "mode: none"), from: -3, gone: -2)),
            mx: ["mx1.example.net", "elsewhere.example"])
        let treatments = caches.held.map { held in
            (held.mxHosts ?? []).map { held.treatment(of: $0) }
        }
        #expect(
            treatments == [[.verified, .skipped], [.tested, .reported], [.ignored, .ignored]])
        #expect(caches.held.map(\.differs) == [false, true, true])
        #expect(caches.clearAfter == Sound.days(5))
    }

    @Test("how an id compares with the live one")
    func likeness() {
        let caches = Self.caches(
            .published(
                PublishedPolicy(JudgeRow.elsewhere, from: -7, gone: -6),
                PublishedPolicy(from: -6, gone: -5),
                PublishedPolicy(id: "other", from: -5, gone: -4),
                PublishedPolicy(JudgeRow.sameEffect, from: -4, gone: -2)))
        #expect(
            caches.held.map(\.likeness) == [.idReused, .same, .otherID, .idUnchanged])
    }

    @Test("a store that says nonsense makes nothing overflow")
    func hostile() {
        let extremes: [Int64] = [.min, -1, 0, 1, .max]
        for first in extremes {
            for gone in extremes.map(Optional.some) + [nil] {
                for maxAge in [Int.min, -1, 0, Int.max] {
                    let policy = LivePolicy(
                        recordID: "", digest: Sound.livePolicy().digest, mode: "enforced",
                        maxAge: maxAge, patterns: ["*", "", "a b", "mx1.example.net"])
                    let published = PublishedPolicy(
                        policy: policy, firstSeen: Timestamp(seconds: first),
                        lastSeen: Timestamp(seconds: first),
                        goneBy: gone.map(Timestamp.init(seconds:)))
                    let history = PublicationHistory(
                        policies: [published, published],
                        observedSince: Timestamp(seconds: first))
                    for now in extremes {
                        let caches = SenderCaches(
                            history, publication: .nothing, mxHosts: Sound.mxHosts,
                            now: Timestamp(seconds: now))
                        #expect(caches.held.allSatisfy { !$0.differs }, "an unknown mode is none")
                    }
                }
            }
        }
    }
}
