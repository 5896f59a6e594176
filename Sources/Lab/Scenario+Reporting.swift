/// The TLSRPT record (RFC 8460 §3), which never changes the verdict.
extension Scenario {
    static let tlsrpt: [Scenario] = [
        .notice("tlsrpt-missing", ["tlsrpt-missing"], weight: 15, why: "failures happen unseen") {
            $0.reporting = nil
        },
        .notice("tlsrpt-missing-no-data", ["tlsrpt-missing"], why: "the name holds no TXT") {
            $0.reporting = DNSNode()
        },
        .notice("tlsrpt-missing-other-text", ["tlsrpt-missing"], why: "a different product's TXT") {
            $0.reporting?.texts = [["site-verification=0f8a2c41"]]
        },
        .notice("tlsrpt-multiple", ["tlsrpt-multiple"], why: "two records count as none") {
            $0.reporting?.texts = [
                ["v=TLSRPTv1; rua=mailto:a@{domain}"], ["v=TLSRPTv1; rua=mailto:b@{domain}"],
            ]
        },
        text(
            "tlsrpt-empty-field", "tlsrpt-syntax", "v=TLSRPTv1;;rua=mailto:tls@{domain}",
            "two semicolons"),
        text(
            "tlsrpt-trailing-space", "tlsrpt-syntax", "v=TLSRPTv1; rua=mailto:tls@{domain}; x=1 ",
            "no semicolon behind it"),
        text(
            "tlsrpt-bare-address", "tlsrpt-rua-invalid", "v=TLSRPTv1; rua=tls@{domain}",
            "`mailto:` is missing", weight: 2),
        text(
            "tlsrpt-http", "tlsrpt-rua-invalid", "v=TLSRPTv1; rua=http://tls.{domain}/r",
            "https only"),
        text(
            "tlsrpt-no-address", "tlsrpt-rua-invalid", "v=TLSRPTv1; rua=mailto:",
            "nothing behind `mailto:`"),
        text(
            "tlsrpt-trailing-comma", "tlsrpt-rua-invalid", "v=TLSRPTv1; rua=mailto:tls@{domain},",
            "an empty entry"),
        text(
            "tlsrpt-second-field", "tlsrpt-rua-invalid",
            "v=TLSRPTv1; rua=mailto:tls@{domain},ruf=mailto:tls@{domain}", "a habit from DMARC"),
        lookup("tlsrpt-servfail", .serverFailure, "SERVFAIL"),
        lookup("tlsrpt-refused", .refused, "REFUSED"),
        lookup("tlsrpt-timeout", .drop, "no answer at all", cost: .blackHole),
        .notice(
            "absent-tlsrpt-broken", .absent, ["tlsrpt-rua-invalid"], why: "published, and broken"
        ) {
            $0.withdrawSTS()
            $0.reporting = DNSNode(texts: [["v=TLSRPTv1; rua=tls@{domain}"]])
        },
        .notice(
            "testing-unreported", .testing, ["mode-testing", "tlsrpt-missing"], weight: 5,
            why: "testing without reports tests nothing"
        ) {
            $0.reporting = nil
            $0.serve(PolicyText(mode: "mode: testing"))
        },
    ]

    private static func text(
        _ name: String, _ cause: String, _ text: String, _ why: String, weight: Int = 1
    ) -> Scenario {
        .notice(name, [cause], weight: weight, why: why) { $0.reporting?.texts = [[text]] }
    }

    private static func lookup(
        _ name: String, _ fault: DNSFault, _ why: String, cost: Cost = .quick
    ) -> Scenario {
        .fault(name, .enforced, ["tlsrpt-lookup-failed"], cost: cost, why: why) {
            $0.reporting?.fault = fault
        }
    }
}
