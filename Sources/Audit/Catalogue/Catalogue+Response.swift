// What the policy host answers after a good handshake (RFC 8461 §3.3).
extension Explanation {
    static let policyRedirected = Explanation(
        .policyRedirected,
        title: "The policy host redirects",
        meaning: "The policy host answers with a redirect (3xx) in place of the policy.",
        senderView: "A sender must not follow a redirect, and so has no policy to apply.",
        remedy: """
            Serve the policy with status 200 at /.well-known/mta-sts.txt of the policy host itself.
            """,
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyStatus = Explanation(
        .policyStatus,
        title: "The policy host answers with an error status",
        meaning: """
            The status is not 200. 429 and 503 ask to come back later and count as not measured.
            """,
        senderView: "A sender takes any status but 200 as no policy.",
        remedy: "Serve the policy with status 200 at /.well-known/mta-sts.txt of the policy host.",
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyTooLarge = Explanation(
        .policyTooLarge,
        title: "The policy is too large",
        meaning: "The response is above 64 KiB, the size that senders are told to stop at.",
        senderView: "A sender breaks the download off and has no policy to apply.",
        remedy: "Serve only the policy text, which needs no more than a few hundred bytes.",
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyResponseTimeout = Explanation(
        .policyResponseTimeout,
        title: "The policy host is too slow",
        meaning: "The handshake was good, but the response was not complete by the deadline.",
        senderView: "A sender gives up (one minute is the suggested limit) and has no policy.",
        remedy: "Serve the policy as a static file that is delivered at once.",
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policyTimed])

    static let policyResponseBroken = Explanation(
        .policyResponseBroken,
        title: "The response of the policy host is broken",
        meaning: """
            What came is no whole HTTP response: not HTTP, cut short, badly framed, empty, or \
            the connection was lost.
            """,
        senderView: "A sender cannot use a partial response and has no policy to apply.",
        remedy: "Repair the web server so that it sends a whole HTTP response with the policy.",
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyContentType = Explanation(
        .policyContentType,
        title: "The policy is not served as text/plain",
        meaning: "The Content-Type of the policy is missing or is not text/plain.",
        senderView: """
            Senders should check for text/plain: some do and ignore the policy, others use it.
            """,
        remedy: "Serve the policy with the header Content-Type: text/plain.",
        rfc: "RFC 8461 §3.2", common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyAddressInconsistent = Explanation(
        .policyAddressInconsistent,
        title: "The addresses of the policy host disagree",
        meaning: """
            One address of the policy host gives the policy, and another fails or serves a \
            different text.
            """,
        senderView: """
            A sender gets the policy or not, or one version or another, depending on the address \
            it happens to use.
            """,
        remedy: """
            Serve the same policy from every address of the policy host, or drop the bad \
            address.
            """,
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .certificate,
        verify: [
            Command.hostAddresses,
            """
            curl -sS -i --resolve mta-sts.DOMAIN:443:ADDRESS \
            https://mta-sts.DOMAIN/.well-known/mta-sts.txt
            """,
        ])
}
