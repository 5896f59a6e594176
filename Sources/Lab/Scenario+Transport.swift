/// MX hosts whose TLS is not as senders want it (RFC 8461 §4.2, RFC 3207).
///
/// What happens after STARTTLS was offered is a fault of the host; what happens before may be
/// for our address alone and is not measured. An MX host that senders cannot use degrades the
/// verdict; where there is no other, and none that could not be measured, mail bounces.
extension Scenario {
    /// Scenarios whose truth is that of an audit that probes MX hosts.
    public static let transport: [Scenario] =
        soundTransport + startTLS + mailHandshake + mailCertificate + mailUnreachable
        + transportStanding

    private static let soundTransport: [Scenario] = [
        .sound("mx-sound-many-lines", why: "an EHLO reply may have any number of lines") {
            $0.place(.manyLines, at: "mx1")
        },
        .sound("mx-sound-slow", cost: .slow, why: "slow, and done before any deadline") {
            $0.place(.slow, at: "mx1")
        },
        .sound("mx-sound-busy-once", cost: .slow, why: "421 heals when tried again") {
            $0.place(.busyOnce, at: "mx1")
        },
        .sound("mx-sound-wildcard-certificate", why: "`*.` + the domain covers its MX hosts") {
            $0.place(.wildcard, at: "mx1")
        },
        .sound("mx-sound-second-address", why: "a sender goes on to the next address") {
            $0.others["mx1"] = DNSNode(addresses: [LabAddress.refusing, LabAddress.normal])
        },
        .sound("mx-sound-beyond-limit", why: "a probe of the first eight hosts is enough") {
            $0.mx = (1...10).map { MailExchange(UInt16($0), "mx\($0).{domain}") }
            $0.place(.noStartTLS, at: "mx9")
            $0.place(.noStartTLS, at: "mx10")
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .notice(
            "mx-certificate-expiring", ["mx-certificate-expiring"],
            why: "nine days left, and nobody has renewed"
        ) { $0.place(.expiring, at: "mx2") },
    ]

    private static let startTLS: [Scenario] = [
        broken("mx-starttls-missing", .noStartTLS, "mx-starttls-missing", "EHLO does not offer it"),
        broken("mx-starttls-deferred", .startTLSDeferred, "mx-tls-failed", "offered, and 454"),
        broken("mx-starttls-refused", .startTLSRefused, "mx-tls-failed", "offered, and 502"),
    ]

    private static let mailHandshake: [Scenario] = [
        broken("mx-tls-dropped", .dropAfterStartTLS, "mx-tls-failed", "220, and then a close"),
        broken("mx-tls-reset", .resetInHandshake, "mx-tls-failed", "a reset for a ClientHello"),
        broken("mx-tls-alert", .alert, "mx-tls-failed", "unrecognized_name"),
        broken("mx-tls-old-version", .oldTLS, "mx-tls-failed", "TLS 1.1 at most (RFC 8996)"),
        broken("mx-tls-plain-text", .plainText, "mx-tls-failed", "220, and more of SMTP"),
    ]

    private static let mailCertificate: [Scenario] = [
        broken(
            "mx-certificate-expired", .expired, "mx-certificate-expired",
            "nobody looks at the certificates of mail hosts"),
        broken(
            "mx-certificate-not-yet-valid", .notYetValid, "mx-certificate-expired",
            "a clock ran ahead"),
        broken(
            "mx-certificate-other-name", .otherName, "mx-certificate-name-mismatch",
            "the provider's own name instead of the MX host's"),
        broken(
            "mx-certificate-common-name", .commonNameOnly, "mx-certificate-name-mismatch",
            "RFC 8461 §4.2: a DNS-ID, not a common name"),
        broken(
            "mx-certificate-self-signed", .selfSigned, "mx-certificate-untrusted",
            "good enough for opportunistic TLS"),
        broken(
            "mx-certificate-untrusted-root", .untrustedRoot, "mx-certificate-untrusted",
            "a root of the organization's own"),
        broken(
            "mx-certificate-missing-intermediate", .missingIntermediate,
            "mx-certificate-untrusted", "the chain was not installed"),
        broken(
            "mx-certificate-weak", .weak, "mx-certificate-untrusted", "an RSA key of 1,024 bits"),
    ]

    private static let mailUnreachable: [Scenario] = [
        unmeasured("mx-greeting-deferred", .greetingDeferred, "421 to every connection"),
        unmeasured("mx-greeting-refused", .greetingRefused, "554: a block list, perhaps"),
        unmeasured("mx-hello-refused", .helloRefused, "550 to EHLO"),
        unmeasured("mx-silent", .silent, "no greeting", cost: .blackHole),
        unmeasured("mx-silent-after-hello", .silentAfterHello, "no EHLO reply", cost: .blackHole),
        unmeasured(
            "mx-silent-after-starttls", .silentAfterStartTLS, "no reply to STARTTLS",
            cost: .blackHole),
        unmeasured(
            "mx-silent-in-handshake", .silentInHandshake, "no ServerHello", cost: .blackHole),
        unmeasured("mx-dripping", .dripping, "a byte a second", cost: .blackHole),
        unmeasured("mx-not-smtp", .web, "a web server on the mail port"),
        unmeasured("mx-mute", .mute, "a close without a word"),
        unmeasured("mx-endless-greeting", .endlessGreeting, "`220-` without end"),
        unmeasured("mx-connect-refused", [LabAddress.refusing], "nothing listens"),
        unmeasured(
            "mx-connect-timeout", [LabAddress.hanging], "packets are dropped", cost: .blackHole),
        unmeasured("mx-no-route", [LabAddress.unreachable], "no route from here"),
        unmeasured(
            "mx-special-address", [LabAddress.special], "private addresses are not contacted"),
        unmeasured("mx-no-address", [], "the name has no address"),
        .fault(
            "mx-address-servfail", .enforced, ["mx-unreachable"], why: "the addresses are unknown"
        ) { $0.others["mx2"] = DNSNode(fault: .serverFailure) },
    ]

    /// What becomes of the verdict.
    private static let transportStanding: [Scenario] = [
        .fault(
            "mx-all-without-starttls", .bouncing, ["mx-starttls-missing"], why: "no host is left"
        ) {
            $0.place(.noStartTLS, at: "mx1")
            $0.place(.noStartTLS, at: "mx2")
        },
        .compound(
            "mx-all-broken", .bouncing, ["mx-certificate-expired", "mx-starttls-missing"],
            why: "each host has a fault of its own"
        ) {
            $0.place(.expired, at: "mx1")
            $0.place(.noStartTLS, at: "mx2")
        },
        .compound(
            "mx-certificate-expired-other-name", .degraded,
            ["mx-certificate-expired", "mx-certificate-name-mismatch"],
            why: "renewing it as it is would not help"
        ) { $0.place(.expiredOtherName, at: "mx2") },
        .compound(
            "mx-broken-and-unreachable", .degraded, ["mx-certificate-expired", "mx-unreachable"],
            why: "the other host may work"
        ) {
            $0.place(.expired, at: "mx1")
            $0.place(.greetingRefused, at: "mx2")
        },
        .fault(
            "mx-all-unreachable", .enforced, ["mx-unreachable"],
            why: "what was not measured changes no verdict"
        ) {
            $0.place(.greetingDeferred, at: "mx1")
            $0.place(.greetingRefused, at: "mx2")
        },
        .fault(
            "mx-broken-testing", .testing, ["mode-testing", "mx-starttls-missing"],
            why: "enforcing would stop the mail"
        ) {
            $0.place(.noStartTLS, at: "mx1")
            $0.place(.noStartTLS, at: "mx2")
            $0.serve(PolicyText(mode: "mode: testing"))
        },
        .notice(
            "mx-broken-disabled", .disabled, ["mode-none"], why: "no sender asks for TLS"
        ) {
            $0.place(.expired, at: "mx1")
            $0.serve(PolicyText(mode: "mode: none"))
        },
        .sound("mx-broken-absent", .absent, why: "nothing is promised") {
            $0.withdrawSTS()
            $0.place(.expired, at: "mx1")
        },
        .fault(
            "mx-broken-uncovered", .degraded, ["mx-uncovered"],
            why: "senders skip the host anyway"
        ) {
            $0.place(.expired, at: "mx2")
            $0.serve(PolicyText(mx: ["mx: mx1.{domain}"]))
        },
        .fault(
            "mx-broken-all-uncovered", .bouncing, ["mx-all-uncovered"],
            why: "senders skip all hosts anyway"
        ) {
            $0.mx = [MailExchange(10, "new.{domain}")]
            $0.place(.expired, at: "new")
        },
        .compound(
            "mx-broken-beside-uncovered", .bouncing, ["mx-starttls-missing", "mx-uncovered"],
            why: "one host is not named, the other has no TLS"
        ) {
            $0.place(.noStartTLS, at: "mx1")
            $0.serve(PolicyText(mx: ["mx: mx1.{domain}"]))
        },
        .compound(
            "mx-broken-policy-broken", .ineffective,
            ["mx-starttls-missing", "policy-mode-invalid"],
            why: "mending the policy alone would lose mail"
        ) {
            $0.place(.noStartTLS, at: "mx1")
            $0.serve(PolicyText(mode: "mode: enforced"))
        },
        .compound(
            "mx-missing-and-broken", .bouncing, ["mx-missing", "mx-starttls-missing"],
            why: "the address takes the mail, without TLS"
        ) {
            $0.mx = []
            $0.apex.addresses = [LabAddress.mail(.noStartTLS)]
            $0.serve(PolicyText(mx: ["mx: {domain}"]))
        },
    ]

    /// One of two MX hosts has this fault; senders go to the other.
    private static func broken(
        _ name: String, _ host: LabMailHost, _ cause: String, _ why: String
    ) -> Scenario {
        .fault(name, .degraded, [cause], why: why) { $0.place(host, at: "mx2") }
    }

    /// One of two MX hosts could not be looked at; the verdict stands.
    private static func unmeasured(
        _ name: String, _ host: LabMailHost, _ why: String, cost: Cost = .quick
    ) -> Scenario {
        unmeasured(name, [host.address], why, cost: cost)
    }

    private static func unmeasured(
        _ name: String, _ addresses: [String], _ why: String, cost: Cost = .quick
    ) -> Scenario {
        .fault(name, .enforced, ["mx-unreachable"], cost: cost, why: why) {
            $0.others["mx2"] = DNSNode(addresses: addresses)
        }
    }
}
