// The mode of a usable policy (RFC 8461 §5) and the MX hosts against it (RFC 8461 §4.1).
extension Explanation {
    static let modeTesting = Explanation(
        .modeTesting,
        title: "The policy is in testing mode",
        meaning: "The policy asks senders to report failures and to deliver all the same.",
        senderView: "A sender delivers even where the policy fails, so mail is not protected yet.",
        remedy: "Change the mode to enforce once the TLS reports show no failures.",
        rfc: "RFC 8461 §5", common: .modeNotExpected, step: .policy,
        verify: [Command.policy, Command.reporting])

    static let modeNone = Explanation(
        .modeNone,
        title: "The policy is in mode none",
        meaning: """
            The policy says that the domain has no MTA-STS; this is the first step of removal.
            """,
        senderView: "A sender treats the domain as if it had no policy.",
        remedy: """
            Remove the record and the policy when the longest max_age ever published is over, or \
            set the mode to testing to use MTA-STS.
            """,
        rfc: "RFC 8461 §8.3", common: .modeNotExpected, step: .policy,
        verify: [Command.policy])

    static let modeUnexpected = Explanation(
        .modeUnexpected,
        title: "The mode is not the one the portfolio expects",
        meaning: "The policy's mode differs from expected_mode of the portfolio row.",
        senderView: "A sender goes by the published mode, whatever was meant.",
        remedy: "Publish the mode that is meant with a new record id, or correct expected_mode.",
        rfc: "RFC 8461 §5", common: .modeNotExpected, step: .policy,
        verify: [Command.policy, Command.record])

    static let mxUncovered = Explanation(
        .mxUncovered,
        title: "The policy does not cover all MX hosts",
        meaning: "Some MX hosts of the domain fit none of the policy's mx patterns.",
        senderView: """
            Under enforce a sender skips these hosts, and mail waits or bounces when only they \
            can be reached; under testing it reports them.
            """,
        remedy: "Add an mx line for each uncovered host and publish a new record id.",
        rfc: "RFC 8461 §4.1", result: .validationFailure, common: .mxMismatch, step: .mx,
        verify: [Command.mx, Command.policy])

    static let mxAllUncovered = Explanation(
        .mxAllUncovered,
        title: "The policy covers no MX host",
        meaning: "None of the MX hosts of the domain fits any of the policy's mx patterns.",
        senderView: """
            Under enforce a sender delivers nothing: mail waits in its queue and then bounces; \
            under testing it reports every delivery.
            """,
        remedy: """
            Set the policy to testing at once, list the real MX hosts, and publish a new record \
            id.
            """,
        rfc: "RFC 8461 §4.1", result: .validationFailure, common: .mxMismatch, step: .mx,
        verify: [Command.mx, Command.policy])

    static let mxPatternUnused = Explanation(
        .mxPatternUnused,
        title: "An mx pattern covers no MX host",
        meaning: "The policy lists a pattern that no MX host of today fits.",
        senderView: """
            A sender is not affected; a forgotten entry lets whoever holds that name take part.
            """,
        remedy: "Remove the pattern from the policy unless a move to that host is planned.",
        rfc: "RFC 8461 §4.1", common: .mxMismatch, step: .mx,
        verify: [Command.mx, Command.policy])

    static let mxMissing = Explanation(
        .mxMissing,
        title: "MTA-STS is published, and there is no MX",
        meaning: """
            The domain has an STS record and no MX. With an address of its own it is its own mail \
            host; without one it takes no mail.
            """,
        senderView: """
            A sender delivers to the domain's own address if there is one, and checks the domain \
            name itself against the policy.
            """,
        remedy: """
            Publish an MX record for the domain's mail host, or remove MTA-STS if it takes no \
            mail.
            """,
        rfc: "RFC 5321 §5.1", common: .mxMismatch, step: .mx,
        verify: [Command.mx, "dig +noall +answer A DOMAIN AAAA DOMAIN"])

    static let mxNull = Explanation(
        .mxNull,
        title: "MTA-STS is published for a domain that takes no mail",
        meaning: "The domain has a null MX and an STS record.",
        senderView: "A sender delivers nothing to a null MX, so the policy protects nothing.",
        remedy: "Remove the STS record and the policy, or replace the null MX if mail is wanted.",
        rfc: "RFC 7505 §3", common: .mxMismatch, step: .mx,
        verify: [Command.mx, Command.record])

    static let mxInvalid = Explanation(
        .mxInvalid,
        title: "An MX is no host name",
        meaning: """
            An MX record holds an IP address, a name with characters that host names may not \
            have, or a null MX beside others.
            """,
        senderView: "A sender cannot look the host up, and skips it.",
        remedy: "Replace the MX by the name of a host that has an address record.",
        rfc: "RFC 5321 §5.1", common: .mxMismatch, step: .mx,
        verify: [Command.mx])

    static let mxAlias = Explanation(
        .mxAlias,
        title: "An MX host is a CNAME",
        meaning: "An MX must name a host with address records, and this one is an alias.",
        senderView: """
            A sender checks the MX name, not the alias target, against the policy and the \
            certificate; some senders refuse an alias.
            """,
        remedy: "Name the target of the alias in the MX record, and list it in the policy first.",
        rfc: "RFC 2181 §10.3", common: .mxMismatch, step: .mx,
        verify: [Command.mx])

    static let mxLookupFailed = Explanation(
        .mxLookupFailed,
        title: "The MX could not be looked up",
        meaning: "The query for the MX of the domain got no answer about the name.",
        senderView: "A sender that sees the same keeps the mail and tries again later.",
        remedy: "Test again later and, if it stays so, have the domain's name servers checked.",
        rfc: "RFC 5321 §5.1", common: .mxMismatch, step: .mx,
        verify: [Command.mxStatus])

    static let mxPatternTooBroad = Explanation(
        .mxPatternTooBroad,
        title: "An mx pattern covers a whole top-level domain",
        meaning: "A wildcard stands directly below a top-level domain, as in *.com.",
        senderView: """
            A sender accepts any host one label below that domain, so anybody's host passes \
            the check.
            """,
        remedy: """
            Replace the pattern by the names of the MX hosts or a wildcard of your own domain.
            """,
        rfc: "RFC 8461 §4.1", common: .mxMismatch, step: .mx,
        verify: [Command.policy])
}
