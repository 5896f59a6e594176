import Audit
import Evidence

extension JudgeRow {
    /// A text with the effect of the sound policy.
    static let sameEffect = Sound.policy(extra: ["note: rewritten"])
    static let elsewhere = Sound.policy(mx: ["mx: in.provider.example"])

    static let cache: [JudgeRow] = [
        JudgeRow(
            .idUnchanged, "RFC 8461 §8.1: the text changed alone", .enforced,
            history: .published(PublishedPolicy(sameEffect, from: -30, gone: -1))
        ) { _ in },
        JudgeRow(
            .idUnchanged, "it changed since the last look", .enforced,
            history: .published(PublishedPolicy(sameEffect, from: -30))
        ) { _ in },
        JudgeRow(
            .idUnchanged, "taken away and brought back under the old id", .enforced,
            history: .published(PublishedPolicy(sameEffect, from: -30, gone: -6))
        ) { _ in },
        JudgeRow(
            .idUnchanged, "the step to mode none is not seen", .disabled, with: [.modeNone],
            history: .published(PublishedPolicy(from: -30))
        ) { $0.serve(Sound.policy(mode: "mode: none")) },
        JudgeRow(
            .idReused, "another id stood in between", .enforced,
            history: .published(
                PublishedPolicy(sameEffect, from: -30, gone: -5),
                PublishedPolicy(id: "other", from: -5, gone: -1))
        ) { _ in },
        JudgeRow(
            .idChurn, "three ids in a week, one text", .enforced,
            history: .published(
                PublishedPolicy(id: "a", from: -30, gone: -5),
                PublishedPolicy(id: "b", from: -5, gone: -2),
                PublishedPolicy(from: -2))
        ) { _ in },
        JudgeRow(
            .idChurn, "the third id is new with this look", .enforced,
            history: .published(
                PublishedPolicy(id: "a", from: -30, gone: -5),
                PublishedPolicy(id: "b", from: -5))
        ) { _ in },
        JudgeRow(
            .cachedPolicyBlocksMX, "all mail moved at once", .enforced,
            history: .published(
                PublishedPolicy(id: "old", elsewhere, from: -90, gone: -3),
                PublishedPolicy(from: -3))
        ) { _ in },
        JudgeRow(
            .cachedPolicyBlocksMX, "and under the same id nobody learns of it", .enforced,
            with: [.idUnchanged], history: .published(PublishedPolicy(elsewhere, from: -90))
        ) { _ in },
        JudgeRow(
            .cachedPolicyBlocksMX, "the policy was taken away, and the mail moved", .absent,
            with: [.cachedPolicyOutlivesRemoval],
            history: .published(PublishedPolicy(elsewhere, from: -90, gone: -3))
        ) { $0.withdraw() },
        JudgeRow(
            .cachedPolicyOutlivesRemoval, "no mode none before", .absent,
            history: .published(PublishedPolicy(from: -90))
        ) { $0.withdraw() },
        JudgeRow(
            .cachedPolicyOutlivesRemoval, "the record stayed", .ineffective,
            with: [.policyHostMissing], history: .published(PublishedPolicy(from: -90, gone: -2))
        ) {
            $0.fetches = []
            $0.policyHost = HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing))
        },
        JudgeRow(
            .cachedPolicyOutlivesRemoval, "the provider let it go", .ineffective,
            with: [.policyHostDangling], history: .published(PublishedPolicy(from: -90, gone: -2))
        ) {
            $0.fetches = []
            let missing = Lookup<[IPAddress]>(.nameMissing, aliases: ["gone.provider.example"])
            $0.policyHost = HostAddresses(v4: missing, v6: missing)
        },
        JudgeRow(
            .cachedPolicyOutlivesRemoval, "404 says gone", .ineffective, with: [.policyStatus],
            history: .published(PublishedPolicy(from: -90, gone: -2))
        ) { $0.fetches = [Sound.fetch(status: 404)] },
        JudgeRow(
            .cachedPolicyOutlivesRemoval, "410 says gone for good", .ineffective,
            with: [.policyStatus], history: .published(PublishedPolicy(from: -90, gone: -2))
        ) { $0.fetches = [Sound.fetch(status: 410)] },
        JudgeRow(
            .recheckAfter, "from testing to enforce", .enforced,
            history: .published(
                PublishedPolicy(id: "t", Sound.policy(mode: "mode: testing"), from: -90))
        ) { _ in },
        JudgeRow(
            .recheckAfter, "RFC 8461 §8.3: the none phase is to be waited out", .disabled,
            with: [.modeNone], history: .published(PublishedPolicy(id: "e", from: -90, gone: -1))
        ) { $0.serve(Sound.policy(mode: "mode: none", maxAge: "max_age: 86400")) },
        JudgeRow(
            .recheckAfter, "RFC 8461 §3.3: cached while the certificate is expired", .ineffective,
            with: [.policyCertificateExpired], history: .published(PublishedPolicy(from: -90))
        ) {
            $0.fetches = [Sound.failure(.certificate([.expired]), chain: [Sound.certificate()])]
        },
        JudgeRow(
            .recheckAfter, "an error 500 is broken, not taken away", .ineffective,
            with: [.policyStatus], history: .published(PublishedPolicy(from: -90))
        ) { $0.fetches = [Sound.fetch(status: 500)] },
    ]
}
