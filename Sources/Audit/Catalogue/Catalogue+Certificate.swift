// The certificate of the policy host (RFC 8461 §3.3). A sender accepts no policy over a
// connection whose certificate is not valid for the policy host.
extension Explanation {
    static let policyCertificateExpired = Explanation(
        .policyCertificateExpired,
        title: "The certificate of the policy host has expired",
        meaning: "A certificate that the policy host presents is past its end of validity.",
        senderView: certificateView,
        remedy: "Renew the certificate of the policy host, and automate its renewal.",
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.certificate, Command.policy])

    static let policyCertificateNotYetValid = Explanation(
        .policyCertificateNotYetValid,
        title: "The certificate of the policy host is not yet valid",
        meaning: """
            The validity of a certificate that the policy host presents begins in the future.
            """,
        senderView: certificateView,
        remedy: "Install a certificate that is valid today, and check the clock of its issuer.",
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.certificate, Command.policy])

    static let policyCertificateNameMismatch = Explanation(
        .policyCertificateNameMismatch,
        title: "The certificate of the policy host is for another name",
        meaning: "No dNSName of the presented certificate covers the policy host's name.",
        senderView: certificateView,
        remedy: """
            Obtain a certificate that names the policy host, and install it for that server name.
            """,
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.certificate, Command.policy])

    static let policyCertificateNoSAN = Explanation(
        .policyCertificateNoSAN,
        title: "The certificate of the policy host has no dNSName",
        meaning: """
            The certificate has no dNSName in its subject alternative names; a common name does \
            not count.
            """,
        senderView: certificateView,
        remedy: """
            Obtain a certificate that names the policy host in its subject alternative names.
            """,
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.certificate, Command.policy])

    static let policyCertificateUntrusted = Explanation(
        .policyCertificateUntrusted,
        title: "The certificate of the policy host is not trusted",
        meaning: """
            The presented chain ends at an authority that is not among the trusted roots, or \
            fails verification in another way.
            """,
        senderView: certificateView,
        remedy: "Install a certificate of a publicly trusted authority on the policy host.",
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.chain, Command.policy])

    static let policyCertificateSelfSigned = Explanation(
        .policyCertificateSelfSigned,
        title: "The certificate of the policy host is self-signed",
        meaning: "The policy host presents a certificate that it has signed itself.",
        senderView: certificateView,
        remedy: """
            Replace the self-signed certificate by one of a publicly trusted authority.
            """,
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.chain, Command.policy])

    static let policyCertificateChainIncomplete = Explanation(
        .policyCertificateChainIncomplete,
        title: "The policy host leaves out an intermediate certificate",
        meaning: """
            The policy host does not present the certificate that issued its own. Browsers may \
            find it elsewhere; senders do not.
            """,
        senderView: certificateView,
        remedy: """
            Configure the full chain, with every intermediate certificate, on the policy host.
            """,
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.chain, Command.policy])

    static let policyCertificateWeak = Explanation(
        .policyCertificateWeak,
        title: "The certificate of the policy host is too weak",
        meaning: """
            A key or a signature in the presented chain is below what TLS libraries accept, such \
            as RSA with 1024 bits or SHA-1.
            """,
        senderView: certificateView,
        remedy: "Replace the certificate by one with an RSA key of 2048 bits or a P-256 key.",
        rfc: "RFC 8461 §3.3", result: .webPKIInvalid, common: .policyNotServed, step: .certificate,
        verify: [Command.certificate, Command.policy])

    static let policyCertificateExpiring = Explanation(
        .policyCertificateExpiring,
        title: "The certificate of the policy host expires soon",
        meaning: "The certificate is valid, and little of its life is left.",
        senderView: """
            A sender accepts the certificate until it ends; after that it can fetch no new policy \
            and keeps to the old one until its max_age is over.
            """,
        remedy: "Renew the certificate of the policy host before the date given.",
        rfc: "RFC 8461 §3.3", common: .policyNotServed, step: .certificate,
        verify: [Command.certificate])

    private static let certificateView = """
        A sender cannot authenticate the policy, does not use it, and delivers as if there were \
        no MTA-STS unless it holds an older policy.
        """
}
