/// Faults on the way to the policy: the policy host's name, its addresses, the connection and the
/// handshake (RFC 8461 §3.3).
extension Scenario {
    static let policyHost: [Scenario] = [
        .fault(
            "policy-host-missing", .ineffective, ["policy-host-missing"], weight: 3, why: "NXDOMAIN"
        ) {
            $0.policyHost = nil
        },
        .fault(
            "policy-host-no-address", .ineffective, ["policy-host-missing"], why: "only a TXT there"
        ) {
            $0.policyHost = DNSNode(texts: [["moved"]])
        },
        .fault(
            "policy-host-dangling", .ineffective, ["policy-host-dangling"], weight: 3,
            why: "a CNAME to a hosting service that was given up"
        ) { $0.policyHost = DNSNode(aliases: ["site-1407.gone.example"], isDangling: true) },
        .fault(
            "policy-host-alias-empty", .ineffective, ["policy-host-dangling"],
            why: "the CNAME's target exists and has no address"
        ) { $0.policyHost = DNSNode(aliases: ["site-1407.provider.example"]) },
        hostLookup("policy-host-servfail", .serverFailure, "SERVFAIL"),
        hostLookup("policy-host-refused", .refused, "REFUSED"),
        hostLookup("policy-host-timeout", .drop, "no answer at all", cost: .blackHole),
        .fault(
            "policy-host-cname-loop", .unmeasured, ["policy-host-lookup-failed"],
            why: "two CNAMEs in a ring"
        ) {
            $0.policyHost = DNSNode(aliases: ["loop.{domain}", "mta-sts.{domain}"])
            $0.others["loop"] = DNSNode(aliases: ["mta-sts.{domain}", "loop.{domain}"])
        },
        connection(
            "policy-host-private", .ineffective, "policy-host-special-address",
            [LabAddress.special],
            "an address of a private network"),
        connection(
            "policy-host-private-v6", .ineffective, "policy-host-special-address",
            [LabAddress.specialV6], "a unique local IPv6 address"),
        connection(
            "policy-host-private-both", .ineffective, "policy-host-special-address",
            [LabAddress.special, LabAddress.specialV6], "private in both families"),
        connection(
            "policy-connect-refused", .ineffective, "policy-connect-refused", [LabAddress.refusing],
            "nothing listens on the port", weight: 2),
        connection(
            "policy-connect-timeout", .unmeasured, "policy-connect-timeout", [LabAddress.hanging],
            "the connection is never accepted", cost: .blackHole, weight: 2),
        connection(
            "policy-unreachable", .unmeasured, "policy-unreachable", [LabAddress.unreachable],
            "there is no route to the address"),
    ]

    static let handshake: [Scenario] = [
        handshake("policy-tls-alert", .alert, "a fatal alert: no such server name", weight: 2),
        handshake("policy-tls-old", .oldVersion, "TLS 1.1 at most"),
        handshake("policy-tls-plain-http", .plainText, "plain HTTP on the TLS port"),
        handshake("policy-tls-reset", .reset, "a reset in reply to the ClientHello"),
        .fault(
            "policy-tls-timeout", .unmeasured, ["policy-tls-timeout"], cost: .blackHole,
            why: "accepts the connection and never says a word"
        ) { $0.host.handshake = .hang },
    ]

    static let certificate: [Scenario] = [
        certificate(
            "certificate-expired", "policy-certificate-expired",
            CertificateRecipe(notBeforeDays: -100, notAfterDays: -10), "not renewed", weight: 3),
        certificate(
            "certificate-expired-yesterday", "policy-certificate-expired",
            CertificateRecipe(notBeforeDays: -90, notAfterDays: -1), "one day late"),
        certificate(
            "certificate-not-yet-valid", "policy-certificate-not-yet-valid",
            CertificateRecipe(notBeforeDays: 2, notAfterDays: 92), "a clock ran ahead"),
        certificate(
            "certificate-name-mismatch", "policy-certificate-name-mismatch",
            CertificateRecipe(names: .other), "a certificate for the web site", weight: 3),
        certificate(
            "certificate-common-name", "policy-certificate-no-san",
            CertificateRecipe(names: .commonNameOnly), "a common name is not enough"),
        certificate(
            "certificate-untrusted", "policy-certificate-untrusted",
            CertificateRecipe(issuer: .untrusted), "a company's own root"),
        certificate(
            "certificate-self-signed", "policy-certificate-self-signed",
            CertificateRecipe(issuer: .selfSigned), "a server's first certificate", weight: 2),
        certificate(
            "certificate-chain-incomplete", "policy-certificate-chain-incomplete",
            CertificateRecipe(issuer: .missingIntermediate), "browsers hide it", weight: 2),
        certificate(
            "certificate-weak", "policy-certificate-weak", CertificateRecipe(key: .rsa1024),
            "RSA 1024"),
        .notice(
            "certificate-expiring", ["policy-certificate-expiring"], weight: 2,
            why: "renewal is overdue, and the certificate still valid"
        ) {
            $0.host.handshake = .certificate(
                CertificateRecipe(notBeforeDays: -85, notAfterDays: 5))
        },
        .compound(
            "certificate-expired-untrusted", .ineffective,
            ["policy-certificate-expired", "policy-certificate-untrusted"],
            why: "renewing it with the same root would not help"
        ) {
            $0.host.handshake = .certificate(
                CertificateRecipe(issuer: .untrusted, notBeforeDays: -100, notAfterDays: -10))
        },
        .compound(
            "certificate-expired-other-name", .ineffective,
            ["policy-certificate-expired", "policy-certificate-name-mismatch"],
            why: "renewing it for the same name would not help"
        ) {
            $0.host.handshake = .certificate(
                CertificateRecipe(names: .other, notBeforeDays: -100, notAfterDays: -10))
        },
    ]

    private static func hostLookup(
        _ name: String, _ fault: DNSFault, _ why: String, cost: Cost = .quick
    ) -> Scenario {
        .fault(name, .unmeasured, ["policy-host-lookup-failed"], cost: cost, why: why) {
            $0.policyHost?.fault = fault
        }
    }

    private static func connection(
        _ name: String, _ outcome: Outcome, _ cause: String, _ addresses: [String], _ why: String,
        cost: Cost = .quick, weight: Int = 1
    ) -> Scenario {
        .fault(name, outcome, [cause], cost: cost, weight: weight, why: why) {
            $0.policyHost?.addresses = addresses
        }
    }

    private static func handshake(
        _ name: String, _ handshake: HandshakeBehaviour, _ why: String, weight: Int = 1
    ) -> Scenario {
        .fault(name, .ineffective, ["policy-tls-failed"], weight: weight, why: why) {
            $0.host.handshake = handshake
        }
    }

    private static func certificate(
        _ name: String, _ cause: String, _ recipe: CertificateRecipe, _ why: String, weight: Int = 1
    ) -> Scenario {
        .fault(name, .ineffective, [cause], weight: weight, why: why) {
            $0.host.handshake = .certificate(recipe)
        }
    }
}
