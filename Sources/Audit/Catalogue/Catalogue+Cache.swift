// What senders hold from earlier (RFC 8461 §3.3, §5.1, §8.1, §8.3): seen by comparing runs.
extension Explanation {
    static let idUnchanged = Explanation(
        .idUnchanged,
        title: "The policy changed and the record's id did not",
        meaning: "A policy with another text was published under an id that senders know already.",
        senderView: "A sender with the earlier policy sees no reason to fetch the new one.",
        remedy: "Publish the STS record with a new id whenever the policy text changes.",
        rfc: "RFC 8461 §8.1", common: .cachedPolicy, step: .cache,
        verify: [Command.record, Command.history])

    static let idChurn = Explanation(
        .idChurn,
        title: "The record's id changes and the policy does not",
        meaning: "The id of the STS record changed again and again over the same policy text.",
        senderView: "A sender fetches the same policy anew with each id.",
        remedy: "Change the id only when the policy text changes.",
        rfc: "RFC 8461 §3.1", common: .cachedPolicy, step: .cache,
        verify: [Command.record, Command.history])

    static let idReused = Explanation(
        .idReused,
        title: "An earlier id of the record came back",
        meaning: "The record has an id that stood for another policy text before.",
        senderView:
            "A sender that still holds the policy of that time takes it for the current one.",
        remedy:
            "Publish the STS record with an id that was never used before, such as a time stamp.",
        rfc: "RFC 8461 §3.1", common: .cachedPolicy, step: .cache,
        verify: [Command.record, Command.history])

    static let cachedPolicyBlocksMX = Explanation(
        .cachedPolicyBlocksMX,
        title: "A cached policy does not cover today's MX hosts",
        meaning: """
            An earlier policy in mode enforce, which senders may hold until its max_age is over, \
            does not cover the MX hosts of today.
            """,
        senderView: """
            A sender that holds it skips these hosts, and delays the mail when no other is left, \
            until it has fetched the new policy.
            """,
        remedy: """
            Publish a new policy that covers old and new hosts under a new id, and keep an MX \
            host that the earlier policy covers until its max_age is over.
            """,
        rfc: "RFC 8461 §5.1", common: .cachedPolicy, step: .cache,
        verify: [Command.history, Command.plan])

    static let cachedPolicyOutlivesRemoval = Explanation(
        .cachedPolicyOutlivesRemoval,
        title: "MTA-STS was removed while senders hold a policy",
        meaning: "Record or policy was taken away without a policy of mode none before it.",
        senderView: "A sender goes on enforcing the policy it holds until its max_age is over.",
        remedy: """
            Publish record and policy again in mode none with a small max_age and a new id, and \
            remove them when the longest max_age of before is over.
            """,
        rfc: "RFC 8461 §8.3", common: .cachedPolicy, step: .cache,
        verify: [Command.history, Command.plan])

    static let recheckAfter = Explanation(
        .recheckAfter,
        title: "Senders may still act on an earlier policy",
        meaning: "A policy that treats the domain otherwise than the present one may be held.",
        senderView: "A sender that holds it may go by it until its max_age is over.",
        remedy: "Test again after the date given, when the last sender has let go.",
        rfc: "RFC 8461 §3.3", common: .cachedPolicy, step: .retest,
        verify: [Command.history, Command.check])
}
