// Reaching the policy host (RFC 8461 §3.2 for its name, §3.3 for the fetch).
extension Explanation {
    static let policyHostMissing = Explanation(
        .policyHostMissing,
        title: "The policy host has no address",
        meaning: """
            There is an STS record, but the name mta-sts has neither an A nor an AAAA record.
            """,
        senderView: "A sender cannot fetch the policy and delivers as if there were no MTA-STS.",
        remedy: """
            Publish an address or a CNAME at mta-sts that leads to the web server of the policy.
            """,
        rfc: "RFC 8461 §3.2", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.hostAddresses])

    static let policyHostDangling = Explanation(
        .policyHostDangling,
        title: "The CNAME of the policy host leads nowhere",
        meaning: """
            mta-sts is a CNAME, and the name it leads to has no address. If that name can be \
            registered by others, they can serve a policy for this domain.
            """,
        senderView: "A sender cannot fetch the policy and delivers as if there were no MTA-STS.",
        remedy: "Point the CNAME at mta-sts to a live policy host, or remove it at once.",
        rfc: "RFC 8461 §8.2", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.hostStatus])

    static let policyHostLookupFailed = Explanation(
        .policyHostLookupFailed,
        title: "The policy host could not be looked up",
        meaning: "The queries for the addresses of mta-sts got no answer about the name.",
        senderView: """
            A sender that sees the same cannot fetch the policy, and keeps to an older one if it \
            holds one.
            """,
        remedy: "Test again later and, if it stays so, have the domain's name servers checked.",
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .fetch,
        verify: [Command.hostStatus])

    static let policyHostSpecialAddress = Explanation(
        .policyHostSpecialAddress,
        title: "The policy host has only special-purpose addresses",
        meaning: """
            All addresses of mta-sts are private, loopback, documentation or other special-purpose \
            addresses, which are not reachable from the Internet and were not contacted.
            """,
        senderView: "A sender cannot fetch the policy and delivers as if there were no MTA-STS.",
        remedy: "Publish the public address of the policy's web server at mta-sts.",
        rfc: "RFC 6890 §2.2", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.hostAddresses])

    static let policyConnectRefused = Explanation(
        .policyConnectRefused,
        title: "The policy host refuses connections",
        meaning: "The policy host answers on TCP port 443 with a reset: nothing listens there.",
        senderView: "A sender cannot fetch the policy and delivers as if there were no MTA-STS.",
        remedy: """
            Start the HTTPS server of the policy host on port 443, and open it in the firewall.
            """,
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyConnectTimeout = Explanation(
        .policyConnectTimeout,
        title: "The policy host does not answer connections",
        meaning: "No TCP connection to port 443 of the policy host came about in time.",
        senderView: """
            A sender that sees the same cannot fetch the policy, and keeps to an older one if it \
            holds one.
            """,
        remedy: """
            Test again from another network and, if it stays so, open port 443 in the firewall.
            """,
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .fetch,
        verify: [Command.policyTimed])

    static let policyUnreachable = Explanation(
        .policyUnreachable,
        title: "The policy host cannot be reached from here",
        meaning: """
            The machine of the audit has no route to any address of the policy host, or could not \
            make the connection, itself or through the proxy that it was told to use.
            """,
        senderView: "Nothing is known: this says more about the audit's network than the domain.",
        remedy: """
            Run the audit from a network, or through a proxy, that reaches the addresses, IPv6 ones \
            included.
            """,
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .fetch,
        verify: [Command.policyTimed, Command.hostAddresses])

    static let policyTLSFailed = Explanation(
        .policyTLSFailed,
        title: "The TLS handshake with the policy host fails",
        meaning: """
            The policy host breaks the handshake off, speaks only TLS versions below 1.2, or does \
            not speak TLS on port 443 at all.
            """,
        senderView: "A sender cannot fetch the policy and delivers as if there were no MTA-STS.",
        remedy: """
            Set up TLS 1.2 or 1.3 for the server name mta-sts of the domain on the policy host.
            """,
        rfc: "RFC 8461 §3.3", result: .policyFetchError, common: .policyNotServed, step: .fetch,
        verify: [Command.handshake])

    static let policyTLSTimeout = Explanation(
        .policyTLSTimeout,
        title: "The TLS handshake with the policy host does not finish",
        meaning: "The policy host takes the connection but did not finish the handshake in time.",
        senderView: """
            A sender that sees the same cannot fetch the policy, and keeps to an older one if it \
            holds one.
            """,
        remedy: """
            Test again later and, if it stays so, check the load and the TLS set-up of the host.
            """,
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .fetch,
        verify: [Command.handshake])
}
