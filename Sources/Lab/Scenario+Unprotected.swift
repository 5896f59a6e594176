/// Domains without MTA-STS, without mail, or without existence.
extension Scenario {
    static let unprotected: [Scenario] = [
        .sound("absent", .absent, weight: 500, why: "mail and nothing else: most of the world") {
            $0.withdrawSTS()
        },
        .sound(
            "absent-with-reporting", .absent, weight: 10,
            why: "TLSRPT alone is fine (it serves DANE too)"
        ) {
            $0.record = nil
            $0.policyHost = nil
        },
        .sound(
            "absent-wildcard-host", .absent, weight: 20,
            why: "every name has an address; it answers 404"
        ) {
            $0.withdrawSTS()
            $0.wildcard = DNSNode(addresses: [LabAddress.normal])
            $0.host.response = .reply(status: 404, contentType: "text/html", body: Page.notFound)
        },
        .sound("absent-wildcard-text", .absent, weight: 3, why: "every name answers the SPF record")
        {
            $0.withdrawSTS()
            $0.wildcard = DNSNode(texts: [["v=spf1 -all"]])
        },
        .sound("absent-unrelated-text", .absent, why: "TXT that is no STS record is discarded") {
            $0.withdrawSTS()
            $0.record = DNSNode(texts: [["site-verification=0f8a2c41"]])
        },
        .sound("absent-no-data", .absent, weight: 5, why: "the name exists and holds no TXT") {
            $0.withdrawSTS()
            $0.record = DNSNode()
        },
        .sound(
            "absent-host-web-page", .absent, weight: 5,
            why: "an orphan host that serves its web site"
        ) {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.normal])
            $0.host.response = .reply(contentType: "text/html", body: Page.home)
        },
        .sound(
            "absent-host-unusable-policy", .absent,
            why: "an orphan host whose policy no one could use"
        ) {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.normal])
            $0.serve(PolicyText(mode: "mode: enforced"))
        },
        .sound(
            "absent-host-refusing", .absent, weight: 3,
            why: "an orphan host that refuses connections"
        ) {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.refusing])
        },
        .sound("absent-host-hanging", .absent, cost: .blackHole, why: "an orphan host that hangs") {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.hanging])
        },
        .sound(
            "absent-host-wrong-certificate", .absent, weight: 5,
            why: "a web host with its own certificate"
        ) {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.normal])
            $0.host.handshake = .certificate(CertificateRecipe(names: .other))
        },
        .sound("absent-host-dangling", .absent, why: "a CNAME left behind points at nothing") {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(aliases: ["customer-8841.gone.example"], isDangling: true)
        },
        .sound("absent-host-servfail", .absent, why: "an orphan host's failures are never findings")
        {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(fault: .serverFailure)
        },
        .sound("absent-host-special-address", .absent, why: "an orphan host inside the company") {
            $0.withdrawSTS()
            $0.policyHost = DNSNode(addresses: [LabAddress.special])
        },
        .sound("absent-implicit-mx", .absent, weight: 20, why: "no MX: the address takes the mail")
        {
            $0.withdrawSTS()
            $0.mx = []
            $0.apex.addresses = [LabAddress.normal]
        },
        .sound("parked", .noMail, weight: 60, why: "neither MX nor address, nothing published") {
            $0.withdrawSTS()
            $0.mx = []
            $0.apex.texts = [["v=spf1 -all"]]
        },
        .sound("parked-null-mx", .noMail, weight: 20, why: "a null MX says that no mail is taken") {
            $0.withdrawSTS()
            $0.mx = [.null]
            $0.apex.addresses = [LabAddress.normal]
        },
        .fault("domain-missing", .noDomain, ["domain-missing"], weight: 15, why: "NXDOMAIN") {
            $0.exists = false
        },
    ]

    /// Pages of web servers.
    enum Page {
        static let notFound = Array(
            "<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not here.</body></html>\n"
                .utf8)
        static let home = Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Welcome</title></head>
            <body><h1>Welcome</h1><p>version: 2, mode: modern</p></body>
            </html>

            """.utf8)
    }
}
