// What a probe of the MX hosts finds (RFC 8461 §4.2), where `--probe-mx` asks for it.
extension Explanation {
    static let mxUnreachable = Explanation(
        .mxUnreachable,
        title: "An MX host could not be probed",
        meaning: "The MX host gave no answer on port 25 that tells whether it offers TLS.",
        senderView: "A sender that sees the same tries the next MX host, or again later.",
        remedy:
            "Test again from a network that may connect to port 25, and see that the host runs.",
        rfc: "RFC 8461 §4.2", step: .mx,
        verify: [Command.mx, Command.probe])

    static let mxStartTLSMissing = Explanation(
        .mxStartTLSMissing,
        title: "An MX host does not offer STARTTLS",
        meaning: "The reply of the MX host to EHLO does not name STARTTLS.",
        senderView: "Under enforce a sender delivers nothing to this host.",
        remedy: "Configure the MX host to offer STARTTLS with a certificate for its own name.",
        rfc: "RFC 8461 §4.2", result: .startTLSNotSupported, step: .mx,
        verify: [Command.mxHandshake, Command.probe])

    static let mxCertificateExpired = Explanation(
        .mxCertificateExpired,
        title: "An MX host's certificate has expired",
        meaning: "The certificate that the MX host presents after STARTTLS is out of its dates.",
        senderView: "Under enforce a sender delivers nothing to this host.",
        remedy: "Renew the certificate of the MX host and have its mail server load it.",
        rfc: "RFC 8461 §4.2", result: .certificateExpired, step: .mx,
        verify: [Command.mxHandshake, Command.probe])

    static let mxCertificateNameMismatch = Explanation(
        .mxCertificateNameMismatch,
        title: "An MX host's certificate is for another name",
        meaning: "No dNSName of the certificate stands for the name in the MX record.",
        senderView: "Under enforce a sender delivers nothing to this host.",
        remedy: "Install a certificate that names the MX host exactly as the MX record does.",
        rfc: "RFC 8461 §4.2", result: .certificateHostMismatch, step: .mx,
        verify: [Command.mxHandshake, Command.probe])

    static let mxCertificateUntrusted = Explanation(
        .mxCertificateUntrusted,
        title: "An MX host's certificate is not trusted",
        meaning: """
            The certificate is self-signed, comes without its intermediates, or leads to no root \
            that senders trust.
            """,
        senderView: "Under enforce a sender delivers nothing to this host.",
        remedy: """
            Install a certificate of a public certification authority together with its \
            intermediates.
            """,
        rfc: "RFC 8461 §4.2", result: .certificateNotTrusted, step: .mx,
        verify: [Command.mxHandshake, Command.probe])

    static let mxTLSFailed = Explanation(
        .mxTLSFailed,
        title: "TLS with an MX host fails",
        meaning: "The MX host offers STARTTLS, and no TLS connection comes of it.",
        senderView: "Under enforce a sender delivers nothing to this host.",
        remedy: "Repair the TLS set-up of the MX host so that it accepts TLS 1.2 or later.",
        rfc: "RFC 8461 §4.2", result: .validationFailure, step: .mx,
        verify: [Command.mxHandshake, Command.probe])

    static let mxCertificateExpiring = Explanation(
        .mxCertificateExpiring,
        title: "An MX host's certificate expires soon",
        meaning: "The certificate of the MX host is valid and close to its end.",
        senderView: "A sender delivers until the certificate ends, and not to this host after it.",
        remedy: "Renew the certificate of the MX host before it ends.",
        rfc: "RFC 8461 §4.2", step: .mx,
        verify: [Command.mxHandshake, Command.probe])
}
