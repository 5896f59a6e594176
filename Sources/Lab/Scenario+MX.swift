import DNSMessage

/// Modes and MX coverage (RFC 8461 §3.2, §4.1, §5).
extension Scenario {
    static let mode: [Scenario] = [
        .notice(
            "testing", .testing, ["mode-testing"], weight: 60, why: "the first step of a roll-out"
        ) {
            $0.serve(PolicyText(mode: testing))
        },
        .notice(
            "testing-as-expected", .testing, ["mode-testing"], weight: 3, expecting: "testing",
            why: "the portfolio expects testing"
        ) { $0.serve(PolicyText(mode: testing)) },
        .notice("disabled", .disabled, ["mode-none"], weight: 8, why: "the way out, in two steps") {
            $0.serve(PolicyText(mode: none))
        },
        .notice(
            "disabled-without-mx", .disabled, ["mode-none", "policy-sender-disagreement"],
            why: "mode none needs no mx"
        ) {
            $0.serve(PolicyText(mode: none, mx: []))
        },
        .notice(
            "disabled-stale-mx", .disabled, ["mode-none"], why: "nobody reads the list any more"
        ) {
            $0.serve(PolicyText(mode: none, mx: ["mx: old.{domain}"]))
            $0.reporting = nil
        },
        .notice(
            "mode-unexpected-testing", .testing, ["mode-testing", "mode-unexpected"], weight: 3,
            expecting: "enforce", why: "the owner believes that it enforces"
        ) { $0.serve(PolicyText(mode: testing)) },
        .notice(
            "mode-unexpected-enforce", ["mode-unexpected"], expecting: "testing",
            why: "somebody went ahead"
        ) { _ in },
        .notice(
            "mode-unexpected-none", .disabled, ["mode-none", "mode-unexpected"],
            expecting: "enforce",
            why: "switched off and forgotten"
        ) { $0.serve(PolicyText(mode: none)) },
        .notice(
            "mode-unexpected-not-none", ["mode-unexpected"], expecting: "none",
            why: "was to be switched off"
        ) { _ in },
    ]

    static let mx: [Scenario] = [
        .fault(
            "mx-uncovered", .degraded, ["mx-uncovered"], weight: 4,
            why: "a host was added to MX only"
        ) {
            $0.serve(PolicyText(mx: ["mx: mx1.{domain}"]))
        },
        .fault("mx-uncovered-deep", .degraded, ["mx-uncovered"], why: "`*.` stands for one label") {
            $0.mx.append(MailExchange(30, "backup.dc2.{domain}"))
            $0.others["backup.dc2"] = DNSNode(addresses: [LabAddress.normal])
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .fault(
            "mx-all-uncovered", .bouncing, ["mx-all-uncovered"], weight: 3,
            why: "mail moved to a provider and the policy did not"
        ) { $0.mx = providerMX },
        .fault(
            "mx-all-uncovered-deep", .bouncing, ["mx-all-uncovered"], why: "two labels, one `*.`"
        ) {
            $0.mx = [MailExchange(0, "{domain}.in.provider.example")]
            $0.serve(PolicyText(mx: ["mx: *.provider.example"]))
        },
        .fault("mx-all-uncovered-apex", .bouncing, ["mx-all-uncovered"], why: "`*.` is not nothing")
        {
            $0.mx = [MailExchange(0, "{domain}")]
            $0.apex.addresses = [LabAddress.normal]
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .fault(
            "mx-uncovered-testing", .testing, ["mode-testing", "mx-uncovered"], weight: 2,
            why: "testing is there to find this"
        ) { $0.serve(PolicyText(mode: testing, mx: ["mx: mx1.{domain}"])) },
        .fault(
            "mx-all-uncovered-testing", .testing, ["mode-testing", "mx-all-uncovered"],
            why: "enforcing would stop the mail"
        ) {
            $0.mx = providerMX
            $0.serve(PolicyText(mode: testing))
        },
        .notice(
            "mx-pattern-unused", ["mx-pattern-unused"], weight: 4, why: "a host left the MX set"
        ) {
            $0.serve(PolicyText(mx: ["mx: mx1.{domain}", "mx: mx2.{domain}", "mx: old.{domain}"]))
        },
        .compound(
            "mx-replaced", .degraded, ["mx-pattern-unused", "mx-uncovered"],
            why: "a host was renamed in MX only"
        ) { $0.serve(PolicyText(mx: ["mx: mx1.{domain}", "mx: mail2.{domain}"])) },
        .notice("mx-missing", ["mx-missing"], why: "the address takes the mail, and is named") {
            $0.mx = []
            $0.apex.addresses = [LabAddress.normal]
            $0.serve(PolicyText(mx: ["mx: {domain}"]))
        },
        .notice(
            "mx-missing-no-mail", .noMail, ["mx-missing"], why: "a policy and nowhere to deliver"
        ) {
            $0.mx = []
        },
        .notice("mx-null", .noMail, ["mx-null"], why: "a policy for a domain that takes no mail") {
            $0.mx = [.null]
        },
        .notice("mx-address", ["mx-invalid"], why: "an MX names a host, never an address") {
            $0.mx.append(MailExchange(30, "192.0.2.25"))
        },
        .notice("mx-underscore", ["mx-invalid"], why: "no host name has an underscore") {
            $0.mx.append(MailExchange(30, "mail_3.{domain}"))
        },
        .notice("mx-null-beside", ["mx-invalid"], why: "a null MX has to stand alone") {
            $0.mx.append(.null)
        },
        .notice("mx-alias", ["mx-alias"], weight: 2, why: "an MX host must not be a CNAME") {
            $0.others["mx1"] = DNSNode(
                addresses: [LabAddress.normal], aliases: ["in1.provider.example"])
        },
        .notice(
            "mx-pattern-too-broad", ["mx-pattern-too-broad"],
            why: "any host of the top-level domain"
        ) {
            $0.mx = [MailExchange(10, "provider.example")]
            $0.serve(PolicyText(mx: ["mx: *.example"]))
        },
        lookup("mx-servfail", .serverFailure, "SERVFAIL", weight: 2),
        lookup("mx-refused", .refused, "REFUSED"),
        lookup("mx-timeout", .drop, "no answer at all", cost: .blackHole),
        .fault(
            "mx-servfail-absent", .unmeasured, ["mx-lookup-failed"],
            why: "not even that it has mail"
        ) {
            $0.withdrawSTS()
            $0.apex.fault = DNSFault(.responseCode(2), only: .mx)
        },
        .fault(
            "mx-servfail-testing", .testing, ["mode-testing", "mx-lookup-failed"],
            why: "the mode does not depend on the MX set"
        ) {
            $0.apex.fault = DNSFault(.responseCode(2), only: .mx)
            $0.serve(PolicyText(mode: testing))
        },
        .compound(
            "mx-servfail-policy-broken", .ineffective, ["mx-lookup-failed", "policy-mode-invalid"],
            why: "what was measured keeps its findings"
        ) {
            $0.apex.fault = DNSFault(.responseCode(2), only: .mx)
            $0.serve(PolicyText(mode: "mode: enforced"))
        },
    ]

    private static let testing = "mode: testing"
    private static let none = "mode: none"

    private static func lookup(
        _ name: String, _ fault: DNSFault, _ why: String, cost: Cost = .quick, weight: Int = 1
    ) -> Scenario {
        .fault(name, .unmeasured, ["mx-lookup-failed"], cost: cost, weight: weight, why: why) {
            $0.apex.fault = DNSFault(fault.manner, only: .mx)
        }
    }
}
