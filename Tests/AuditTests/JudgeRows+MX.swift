import Audit
import Evidence

extension JudgeRow {
    static let mx: [JudgeRow] = [
        JudgeRow(.mxUncovered, "a host was added to the MX only", .degraded) {
            $0.mx = Lookup(.found(Sound.mxRecords(Sound.mxHosts + ["mx3.example.net"])))
        },
        JudgeRow(.mxUncovered, "testing is there to find it", .testing, with: [.modeTesting]) {
            $0.mx = Lookup(.found(Sound.mxRecords(Sound.mxHosts + ["mx3.example.net"])))
            $0.serve(Sound.policy(mode: "mode: testing"))
        },
        JudgeRow(.mxAllUncovered, "mail moved; no unused patterns on top", .bouncing) {
            $0.mx = Lookup(.found(Sound.mxRecords(["in.provider.example"])))
        },
        JudgeRow(.mxAllUncovered, "`*.` is one label, not two", .bouncing) {
            $0.mx = Lookup(.found(Sound.mxRecords(["a.b.example.net"])))
            $0.serve(Sound.policy(mx: ["mx: *.example.net"]))
        },
        JudgeRow(.mxAllUncovered, "the implicit MX is the domain", .bouncing, with: [.mxMissing]) {
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(
                v4: Lookup(.found([Sound.address])), v6: Lookup(.noData))
        },
        JudgeRow(.mxPatternUnused, "a host left the MX", .enforced) {
            $0.mx = Lookup(.found(Sound.mxRecords(["mx1.example.net"])))
        },
        JudgeRow(.mxMissing, "the domain's address takes the mail, and is listed", .enforced) {
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(
                v4: Lookup(.found([Sound.address])), v6: Lookup(.noData))
            $0.serve(Sound.policy(mx: ["mx: example.com"]))
        },
        JudgeRow(.mxMissing, "a policy and nowhere to deliver", .noMail) {
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(v4: Lookup(.noData), v6: Lookup(.noData))
        },
        JudgeRow(.mxNull, "what else is broken protects no mail either", .noMail) {
            $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")]))
            $0.fetches = [Sound.fetch(status: 404)]
        },
        JudgeRow(.mxInvalid, "an address no sender can use", .enforced) {
            $0.mx = Lookup(.found(Sound.mxRecords(Sound.mxHosts + ["192.0.2.1"])))
        },
        JudgeRow(.mxInvalid, "a null MX beside others", .enforced) {
            $0.mx = Lookup(.found(Sound.mxRecords([""] + Sound.mxHosts)))
        },
        JudgeRow(.mxInvalid, "and nothing else to deliver to", .bouncing, with: [.mxAllUncovered]) {
            $0.mx = Lookup(.found(Sound.mxRecords(["192.0.2.1"])))
        },
        JudgeRow(.mxInvalid, "covered all the same: delivered", .enforced) {
            $0.mx = Lookup(.found(Sound.mxRecords(["mx_1.example.net"])))
            $0.serve(Sound.policy(mx: ["mx: *.example.net"]))
        },
        JudgeRow(.mxAlias, "an MX host is a CNAME", .enforced) {
            $0.mxAliases = ["mx1.example.net": "in.provider.example"]
        },
        JudgeRow(.mxLookupFailed, "enforce, and nobody knows for which hosts", .unmeasured) {
            $0.mx = Lookup(.failed(.serverFailure))
        },
        JudgeRow(.mxLookupFailed, "no MX, and the address cannot be looked up", .unmeasured) {
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(v4: Lookup(.failed(.timeout)), v6: Lookup(.noData))
        },
        JudgeRow(.mxLookupFailed, "the mode stands", .testing, with: [.modeTesting]) {
            $0.mx = Lookup(.failed(.timeout))
            $0.serve(Sound.policy(mode: "mode: testing"))
        },
        JudgeRow(.mxLookupFailed, "without a record it may have no mail either", .unmeasured) {
            $0.mx = Lookup(.failed(.refused))
            $0.withdraw()
        },
        JudgeRow(.mxPatternTooBroad, "and not unused as well", .enforced) {
            $0.serve(Sound.policy(extra: ["mx: *.com"]))
        },
    ]

    static let reporting: [JudgeRow] = [
        reporting(.tlsrptMissing, "no such name", Lookup(.nameMissing)),
        reporting(.tlsrptMissing, "another product's text", Lookup(.found(["hello"]))),
        reporting(
            .tlsrptMultiple, "two count as none",
            Lookup(
                .found(["v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@d.example"])
            )),
        reporting(
            .tlsrptSyntax, "two semicolons",
            Lookup(.found(["v=TLSRPTv1;;rua=mailto:a@b.example"]))),
        reporting(
            .tlsrptRUAInvalid, "no mailto:", Lookup(.found(["v=TLSRPTv1; rua=a@b.example"]))),
        reporting(.tlsrptLookupFailed, "never changes the verdict", Lookup(.failed(.timeout))),
        JudgeRow(.tlsrptRUAInvalid, "published and broken, with or without STS", .absent) {
            $0.withdraw()
            $0.tlsrpt = Lookup(.found(["v=TLSRPTv1; rua=a@b.example"]))
        },
    ]

    private static func reporting(
        _ cause: Cause, _ why: String, _ lookup: Lookup<[TXTRecord]>
    ) -> JudgeRow {
        JudgeRow(cause, why, .enforced) { $0.tlsrpt = lookup }
    }
}
