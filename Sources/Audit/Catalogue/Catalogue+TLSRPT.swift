// The `_smtp._tls` TXT record (RFC 8460 §3): where senders report what failed.
extension Explanation {
    static let tlsrptMissing = Explanation(
        .tlsrptMissing,
        title: "No TLSRPT record",
        meaning: "MTA-STS is published, and _smtp._tls names nobody to report failures to.",
        senderView: "A sender has nowhere to report failed deliveries, so they stay unseen.",
        remedy: """
            Publish a TXT record "v=TLSRPTv1; rua=mailto:ADDRESS" with an address of your own at \
            _smtp._tls.
            """,
        rfc: "RFC 8460 §3", step: .reports,
        verify: [Command.reporting])

    static let tlsrptMultiple = Explanation(
        .tlsrptMultiple,
        title: "Several TLSRPT records",
        meaning: "More than one TXT record at _smtp._tls begins with v=TLSRPTv1.",
        senderView: "A sender must assume that the domain wants no reports.",
        remedy: "Merge the TLSRPT records at _smtp._tls into one with all destinations in rua.",
        rfc: "RFC 8460 §3", step: .reports,
        verify: [Command.reporting])

    static let tlsrptSyntax = Explanation(
        .tlsrptSyntax,
        title: "The TLSRPT record breaks the grammar",
        meaning: "The record has a wrong version, a wrong delimiter, or no rua field.",
        senderView: "A sender cannot use the record and sends no reports.",
        remedy: "Rewrite the record in the form v=TLSRPTv1; rua=mailto:ADDRESS.",
        rfc: "RFC 8460 §3", step: .reports,
        verify: [Command.reporting])

    static let tlsrptRUAInvalid = Explanation(
        .tlsrptRUAInvalid,
        title: "A report destination is invalid",
        meaning: "A rua value is no mailto: or https: URI, or has characters that must be encoded.",
        senderView: "A sender cannot report to that destination, and may ignore the whole record.",
        remedy: "Write each destination in rua as mailto:ADDRESS or https://HOST/PATH.",
        rfc: "RFC 8460 §3", step: .reports,
        verify: [Command.reporting])

    static let tlsrptLookupFailed = Explanation(
        .tlsrptLookupFailed,
        title: "The TLSRPT record could not be looked up",
        meaning: "The query for the TXT of _smtp._tls got no answer about the name.",
        senderView: "A sender that sees the same sends no reports for the day.",
        remedy: "Test again later and, if it stays so, have the domain's name servers checked.",
        rfc: "RFC 8460 §3", step: .reports,
        verify: ["dig +noall +comments +answer TXT _smtp._tls.DOMAIN"])
}
