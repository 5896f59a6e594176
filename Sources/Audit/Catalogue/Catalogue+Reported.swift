// What senders' TLS reports name (RFC 8460 §4.3): one entry for each result type.
extension Explanation {
    static let reportedStartTLSNotSupported = Explanation(
        .reportedStartTLSNotSupported,
        title: "Senders report an MX host without STARTTLS",
        meaning: "The MX host did not offer STARTTLS to the senders that report it.",
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Configure the MX host to offer STARTTLS to every sender.",
        rfc: "RFC 8460 §4.3", result: .startTLSNotSupported, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedCertificateHostMismatch = Explanation(
        .reportedCertificateHostMismatch,
        title: "Senders report a certificate for another name",
        meaning: """
            The MX host presented a certificate that does not name it to the senders that report \
            it.
            """,
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Install a certificate that names the MX host exactly as the MX record does.",
        rfc: "RFC 8460 §4.3", result: .certificateHostMismatch, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedCertificateExpired = Explanation(
        .reportedCertificateExpired,
        title: "Senders report an expired certificate",
        meaning: """
            The MX host presented a certificate out of its dates to the senders that report it.
            """,
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Renew the certificate of the MX host and have every node of it load the new one.",
        rfc: "RFC 8460 §4.3", result: .certificateExpired, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedCertificateNotTrusted = Explanation(
        .reportedCertificateNotTrusted,
        title: "Senders report a certificate they do not trust",
        meaning: """
            The MX host presented a certificate whose chain leads to no root the senders trust.
            """,
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: """
            Install a certificate of a public certification authority together with its \
            intermediates.
            """,
        rfc: "RFC 8460 §4.3", result: .certificateNotTrusted, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedValidationFailure = Explanation(
        .reportedValidationFailure,
        title: "Senders report a validation failure",
        meaning: "TLS with the MX host failed in a way the senders give no closer name.",
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Repair the TLS set-up of the MX host by what the reports say of the failure.",
        rfc: "RFC 8460 §4.3", result: .validationFailure, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedTLSAInvalid = Explanation(
        .reportedTLSAInvalid,
        title: "Senders report an invalid TLSA record",
        meaning: """
            The TLSA record of the MX host does not fit its certificate, for the senders that use \
            DANE.
            """,
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Correct the TLSA record of the MX host, or remove it.",
        rfc: "RFC 8460 §4.3", result: .tlsaInvalid, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedDNSSECInvalid = Explanation(
        .reportedDNSSECInvalid,
        title: "Senders report a DNSSEC failure",
        meaning: "The senders could not validate the records of the MX host with DNSSEC.",
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: "Repair the DNSSEC signatures of the zone of the MX host.",
        rfc: "RFC 8460 §4.3", result: .dnssecInvalid, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedDANERequired = Explanation(
        .reportedDANERequired,
        title: "Senders report that DANE is required and missing",
        meaning: """
            The senders are set to require DANE for this domain and found no usable TLSA record.
            """,
        senderView: "Under enforce a sender that sees the same delivers nothing to this host.",
        remedy: """
            Publish a TLSA record for the MX host in a signed zone, or have the sender drop its \
            requirement.
            """,
        rfc: "RFC 8460 §4.3", result: .daneRequired, step: .reports,
        verify: [Command.reports, Command.probe])

    static let reportedPolicyFetchError = Explanation(
        .reportedPolicyFetchError,
        title: "Senders report that they cannot fetch the policy",
        meaning: "The policy could not be fetched over HTTPS by the senders that report it.",
        senderView: """
            A sender that sees the same has no new policy, and goes by the one it holds, if any.
            """,
        remedy: "Make the policy host answer every sender, with no filter by network or client.",
        rfc: "RFC 8460 §4.3", result: .policyFetchError, step: .reports,
        verify: [Command.reports, Command.check])

    static let reportedPolicyInvalid = Explanation(
        .reportedPolicyInvalid,
        title: "Senders report an invalid policy",
        meaning: "The senders fetched the policy and could not read it.",
        senderView: """
            A sender that sees the same has no new policy, and goes by the one it holds, if any.
            """,
        remedy: "Correct the policy text so that stsaudit lint and every sender reads it.",
        rfc: "RFC 8460 §4.3", result: .policyInvalid, step: .reports,
        verify: [Command.reports, Command.check])

    static let reportedWebPKIInvalid = Explanation(
        .reportedWebPKIInvalid,
        title: "Senders report an invalid certificate of the policy host",
        meaning: "The senders refused the certificate of the policy host.",
        senderView: """
            A sender that sees the same has no new policy, and goes by the one it holds, if any.
            """,
        remedy: """
            Install a valid certificate with its intermediates on every node of the policy host.
            """,
        rfc: "RFC 8460 §4.3", result: .webPKIInvalid, step: .reports,
        verify: [Command.reports, Command.check])
}
