import Audit
import Evidence
import MTASTS
import Testing

@Suite("Publish kits: from what was found to what cures it (RFC 8461 §3, §8.1; RFC 8460 §3)")
struct PublishKitTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var why: String
        var wishes = PublishKitTests.wishes
        var isAskedFor = false
        /// The standing's code, or that of the obstacle.
        var standing = "publish"
        /// `action type owner value`, with ID for the fresh id.
        var records: [String] = []
        /// `mode: ` and the patterns of the policy.
        var policy: String?
        var forecast: Verdict?
        /// Codes of what remains.
        var remaining: [String] = []
        var change: @Sendable (inout Evidence) -> Void = { _ in }
        var testDescription: String { why }
    }

    static let id = "20261123T120000Z"
    static let wishes = KitWishes(
        reportsTo: ["mailto:r@example.org"], policyHost: target.map { .alias($0) })
    static let plain = KitWishes()
    static let enforcing = KitWishes(mode: .enforce)
    private static let target = try? DomainName("sts.example.org")

    private static let add = "add TXT _mta-sts.example.com v=STSv1; id=\(id);"
    private static let replace = "replace TXT _mta-sts.example.com v=STSv1; id=\(id);"
    private static let host = "add CNAME mta-sts.example.com sts.example.org"
    private static let reporting =
        "add TXT _smtp._tls.example.com v=TLSRPTv1; rua=mailto:r@example.org"
    private static let testing = "testing: mx1.example.net mx2.example.net"
    private static let enforce = "enforce: mx1.example.net mx2.example.net"

    static let absent: [Row] = [
        Row(
            why: "nothing there: all of it", records: [host, add, reporting], policy: testing,
            forecast: .testing
        ) { $0.withdraw() },
        Row(
            why: "no web server was named, and nobody to report to", wishes: plain, records: [add],
            policy: testing, forecast: .ineffective,
            remaining: ["policy-host-missing", "tlsrpt-missing"]
        ) { $0.withdraw() },
        Row(
            why: "enforce at once, for who has tested", wishes: enforcing, records: [add],
            policy: enforce, forecast: .enforced
        ) { $0.record = Lookup(.nameMissing) },
        Row(
            why: "what every name answers is not at this name", records: [add], policy: testing,
            forecast: .testing
        ) {
            $0.record = Lookup(.found(["v=spf1 -all"]))
            $0.wildcardProbe = $0.record
        },
        Row(
            why: "a record where nobody looks goes",
            records: [add, "delete TXT _mta_sts.example.com v=STSv1; id=1;"], policy: testing,
            forecast: .testing
        ) {
            $0.record = Lookup(.nameMissing)
            $0.misplacedRecords = [MisplacedRecord(place: .underscore, record: "v=STSv1; id=1;")]
        },
        Row(
            why: "the orphan host's certificate is not cured by a text", records: [add],
            policy: testing, forecast: .ineffective, remaining: ["policy-certificate-expired"]
        ) {
            $0.record = Lookup(.nameMissing)
            $0.fetches = [Sound.failure(.certificate([.expired]))]
        },
    ]

    static let broken: [Row] = [
        Row(
            why: "two records give way to one", records: [replace], policy: testing,
            forecast: .testing
        ) { $0.publish(["v=STSv1; id=1;", "v=STSv1; id=2;"]) },
        Row(
            why: "RFC 1034 §3.6.2: no TXT beside a CNAME",
            records: ["delete CNAME _mta-sts.example.com gone.example", add], policy: testing,
            forecast: .testing
        ) { $0.record = Lookup(.nameMissing, aliases: ["gone.example"]) },
        Row(
            why: "404: the file is put there", records: [replace], policy: testing,
            forecast: .testing
        ) { $0.fetches = [Sound.fetch(status: 404)] },
        Row(
            why: "a CNAME to nothing is replaced",
            records: ["replace CNAME mta-sts.example.com sts.example.org", replace],
            policy: testing, forecast: .testing
        ) {
            $0.policyHost = HostAddresses(
                v4: Lookup(.nameMissing, aliases: ["gone.example"]),
                v6: Lookup(.nameMissing, aliases: ["gone.example"]))
            $0.fetches = []
        },
        Row(
            why: "a private address goes",
            records: [
                "delete A mta-sts.example.com 10.0.0.1", host, replace,
            ], policy: testing, forecast: .testing
        ) {
            $0.policyHost = HostAddresses(
                v4: Lookup(.found([Sound.privateAddress])), v6: Lookup(.noData))
            $0.guardedAddresses = [Sound.privateAddress]
            $0.fetches = []
        },
        Row(
            why: "an address in the place of an address",
            wishes: KitWishes(policyHost: .addresses([Sound.address])),
            records: ["replace A mta-sts.example.com 203.0.113.10", replace], policy: testing,
            forecast: .testing
        ) {
            $0.policyHost = HostAddresses(
                v4: Lookup(.found([Sound.privateAddress])), v6: Lookup(.noData))
            $0.guardedAddresses = [Sound.privateAddress]
            $0.fetches = []
        },
        Row(
            why: "an expired certificate: record and policy may be as good as can be",
            standing: "elsewhere", remaining: ["policy-certificate-expired"]
        ) { $0.fetches = [Sound.failure(.certificate([.expired]))] },
        Row(
            why: "a refused connection", standing: "elsewhere",
            remaining: ["policy-connect-refused"]
        ) { $0.fetches = [Sound.failure(.connectRefused)] },
    ]

    static let hosts: [Row] = [
        Row(
            why: "a new MX host is named", records: [replace],
            policy: "testing: mx1.example.net mx2.example.net mx3.example.net",
            forecast: .testing
        ) { $0.mx = Lookup(.found(Sound.mxRecords(Sound.mxHosts + ["mx3.example.net"]))) },
        Row(
            why: "bouncing: what is live is not kept", records: [replace],
            policy: "testing: in.example.org", forecast: .testing
        ) { $0.mx = Lookup(.found(Sound.mxRecords(["in.example.org"]))) },
        Row(
            why: "an operator's own wildcard, once; another host by name", records: [replace],
            policy: "testing: *.mail.protection.outlook.com mx.example.net", forecast: .testing
        ) {
            $0.mx = Lookup(
                .found(
                    Sound.mxRecords([
                        "mx.example.net", "example-com.mail.protection.outlook.com",
                        "other-com.mail.protection.outlook.com",
                    ])))
        },
        Row(
            why: "a wildcard is for one label: deeper hosts by name", records: [replace],
            policy: "testing: a.b.mail.protection.outlook.com", forecast: .testing
        ) {
            $0.mx = Lookup(.found(Sound.mxRecords(["a.b.mail.protection.outlook.com"])))
        },
        Row(
            why: "no MX: the domain itself", records: [add], policy: "testing: example.com",
            forecast: .testing, remaining: ["mx-missing"]
        ) {
            $0.record = Lookup(.nameMissing)
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(
                v4: Lookup(.found([Sound.otherAddress])), v6: Lookup(.noData))
        },
        Row(
            why: "no list is made of hosts that are not known", standing: "mx-unknown",
            remaining: ["mx-lookup-failed"]
        ) { $0.mx = Lookup(.failed(.serverFailure)) },
        Row(
            why: "nor for a broken policy", standing: "mx-unknown",
            remaining: ["policy-empty", "mx-lookup-failed"]
        ) {
            $0.mx = Lookup(.failed(.serverFailure))
            $0.serve("")
        },
        Row(
            why: "nothing but an address in MX", standing: "no-hosts",
            remaining: ["mx-invalid", "policy-empty"]
        ) {
            $0.mx = Lookup(.found([MXRecord(preference: 1, host: "192.0.2.1")]))
            $0.fetches = [Sound.fetch("")]
        },
    ]

    static let others: [Row] = [
        Row(why: "sound", standing: "sound"),
        Row(
            why: "sound, and named: what enforces is not taken back", isAskedFor: true,
            standing: "sound"),
        Row(
            why: "testing is a choice", wishes: enforcing, standing: "sound"
        ) { $0.serve(Sound.policy(mode: "mode: testing")) },
        Row(
            why: "named: on to enforce", wishes: enforcing, isAskedFor: true, records: [replace],
            policy: enforce, forecast: .enforced
        ) { $0.serve(Sound.policy(mode: "mode: testing")) },
        Row(why: "switched off", standing: "sound") { $0.serve(Sound.policy(mode: "mode: none")) },
        Row(
            why: "switched off, and named", isAskedFor: true, records: [replace], policy: testing,
            forecast: .testing
        ) { $0.serve(Sound.policy(mode: "mode: none")) },
        Row(
            why: "a stale pattern: enforced before and after", records: [replace], policy: enforce,
            forecast: .enforced
        ) { $0.serve(Sound.policy(extra: ["mx: old.example.net"])) },
        Row(
            why: "a TLSRPT record beside a policy that stays", records: [reporting],
            forecast: .enforced
        ) { $0.tlsrpt = Lookup(.nameMissing) },
        Row(why: "and none for nobody", wishes: plain, standing: "sound") {
            $0.tlsrpt = Lookup(.nameMissing)
        },
        Row(
            why: "what could not be seen may be there: no TLSRPT record", records: [add],
            policy: testing, forecast: .testing, remaining: ["tlsrpt-lookup-failed"]
        ) {
            $0.record = Lookup(.nameMissing)
            $0.tlsrpt = Lookup(.failed(.timeout))
        },
        Row(
            why: "nothing is published over what could not be seen",
            standing: "policy-unmeasured", remaining: ["record-lookup-failed"]
        ) { $0.record = Lookup(.failed(.timeout)) },
        Row(why: "no domain", standing: "no-domain", remaining: ["domain-missing"]) {
            $0.mx = Lookup(.nameMissing)
        },
        Row(why: "no mail", standing: "no-mail", remaining: ["mx-null"]) {
            $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")]))
        },
    ]

    static func kit(
        _ row: Row, of domain: DomainName, history: History = .none
    ) throws -> PublishKit {
        var evidence = Sound.evidence
        row.change(&evidence)
        let look = TimelineLook(
            firstSeen: Sound.days(-3), lastSeen: Sound.days(-1), verdict: .absent,
            evidence: evidence)
        let past = try #require(
            DomainPast(domain, looks: [look], publications: history.publications))
        return try #require(
            PublishKit(past, wishes: row.wishes, isAskedFor: row.isAskedFor, now: Sound.now))
    }

    @Test("what is published, and what remains", arguments: absent + broken + hosts + others)
    func kits(row: Row) throws {
        let kit = try Self.kit(row, of: Sound.domain)
        let standing =
            switch kit.standing {
            case .sound, .publish: kit.standing.code
            case .blocked(let obstacle): obstacle.code
            }
        #expect(standing == row.standing)
        #expect(kit.records.map(\.line) == row.records)
        let policy = kit.policy.map { policy in
            let read = STSPolicyReading.read(Array(policy.publication.policy.utf8)).policy
            let mx = (read?.mx ?? []).map(\.description).joined(separator: " ")
            return "\(policy.mode.rawValue): \(mx)"
        }
        #expect(policy == row.policy)
        #expect(kit.forecast == row.forecast)
        #expect(kit.remaining.map(\.cause.code).sorted() == row.remaining.sorted())
        #expect((kit.plan != nil) == (row.policy != nil))
    }

    /// What is in the kit is right by the rules that find what is wrong.
    @Test("everything passes lint", arguments: absent + broken + hosts + others)
    func lint(row: Row) throws {
        let kit = try Self.kit(row, of: Sound.domain)
        let lint = Lint()
        for change in kit.records where change.action != .delete {
            guard case .text(let octets) = change.value else { continue }
            let findings =
                change.owner.hasPrefix("_mta-sts.")
                ? lint.record([octets.bytes]).findings : lint.tlsrpt([octets.bytes]).findings
            #expect(findings == [])
        }
        guard let policy = kit.policy else { return }
        let linted = lint.policy(Array(policy.publication.policy.utf8))
        #expect(linted.findings.allSatisfy { $0.cause == .modeTesting })
    }

    @Test("a name too long for _mta-sts. is said, not cut")
    func longName() throws {
        let label = String(repeating: "a", count: 60)
        let name = Array(repeating: label, count: 4).joined(separator: ".") + ".example"
        let row = Row(why: "", change: { $0.withdraw() })
        let kit = try Self.kit(row, of: try DomainName(name))
        #expect(kit.standing == .blocked(.nameTooLong))
        #expect(kit.records == [])
    }

    @Test("testing leads to enforce after two weeks of reports; enforcing holders are waited for")
    func plans() throws {
        let absent = try Self.kit(Row(why: "", change: { $0.withdraw() }), of: Sound.domain)
        #expect(
            absent.plan?.steps.map(\.action) == [
                .publishReporting, .publishTesting, .waitForReports, .publishEnforce,
                .waitForCaches,
            ])
        #expect(absent.plan?.steps[2].date == Sound.days(14))
        let bouncing = try Self.kit(
            Row(why: "", change: { $0.mx = Lookup(.found(Sound.mxRecords(["in.example.org"]))) }),
            of: Sound.domain, history: .published(PublishedPolicy(from: -90)))
        #expect(
            bouncing.plan?.steps.map(\.action) == [
                .publishReporting, .publishTesting, .waitForCaches,
            ])
        #expect(bouncing.plan?.steps[2].date == Sound.days(7))
    }

    @Test(
        "a URI for reports is one URI",
        arguments: [
            (["mailto:r@example.org"], true),
            (["mailto:r@example.org", "https://x.example/r"], true),
            ([], false), ([""], false), (["r@example.org"], false),
            (["mailto:a@example.org,mailto:b@example.org"], false),
            (["mailto:a@example.org; x=1"], false), (["http://x.example"], false),
            (["mailto:a@example.org\n"], false),
        ])
    func reportsTo(uris: [String], isValid: Bool) {
        #expect(KitWishes.areValid(reportsTo: uris) == isValid)
    }

    @Test("each operator's wildcard has its document and the day it was read")
    func operators() {
        #expect(MailOperator.all.count == 2)
        for entry in MailOperator.all {
            #expect(entry.pattern.isWildcard && entry.pattern.labelCount > 2)
            #expect(entry.document.hasPrefix("https://"))
            #expect(entry.read.count == 10)
        }
        #expect(MailOperator.serving(["mail.protection.outlook.com"]) == [])
        #expect(MailOperator.serving(["route1.mx.cloudflare.net"]).count == 1)
    }
}

extension RecordChange {
    fileprivate var line: String {
        let text =
            switch value {
            case .text(let octets): octets.display
            case .alias(let target): target
            case .address(let address): address.description
            }
        return "\(action.rawValue) \(type) \(owner) \(text)"
    }
}
