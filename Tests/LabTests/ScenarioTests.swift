import DNSMessage
import Testing

@testable import Lab

@Suite("Scenarios")
struct ScenarioTests {
    /// Causes that neither break anything nor leave anything unmeasured.
    static let harmless: Set<String> = [
        "policy-content-type", "policy-address-inconsistent", "policy-max-age-zero",
        "mode-unexpected", "mx-invalid", "mx-pattern-too-broad", "tlsrpt-multiple", "tlsrpt-syntax",
        "tlsrpt-rua-invalid", "record-unrelated-text", "record-wildcard",
        "policy-certificate-expiring", "policy-duplicate-field", "policy-max-age-short",
        "mode-testing", "mode-none", "mx-pattern-unused", "mx-missing", "mx-null", "mx-alias",
        "tlsrpt-missing", "record-sender-disagreement", "policy-sender-disagreement",
    ]

    static let grave: Set<String> = [
        "record-missing", "record-multiple", "record-version", "record-id-missing",
        "record-id-invalid", "record-syntax", "record-misplaced", "record-cname-dangling",
        "record-lookup-failed", "policy-host-missing", "policy-host-dangling",
        "policy-host-lookup-failed", "policy-host-special-address", "policy-connect-refused",
        "policy-connect-timeout", "policy-tls-failed", "policy-tls-timeout", "policy-unreachable",
        "policy-certificate-expired", "policy-certificate-not-yet-valid",
        "policy-certificate-name-mismatch", "policy-certificate-no-san",
        "policy-certificate-untrusted", "policy-certificate-self-signed",
        "policy-certificate-chain-incomplete", "policy-certificate-weak", "policy-redirected",
        "policy-status", "policy-too-large", "policy-response-timeout", "policy-response-broken",
        "policy-empty", "policy-not-a-policy", "policy-version", "policy-mode-missing",
        "policy-mode-invalid", "policy-max-age-missing", "policy-max-age-invalid",
        "policy-mx-missing", "policy-mx-invalid", "policy-syntax", "policy-encoding",
        "policy-line-ends", "policy-max-age-over-limit", "mx-uncovered", "mx-all-uncovered",
        "mx-lookup-failed", "tlsrpt-lookup-failed", "domain-missing",
    ]

    /// Causes that only a probe of MX hosts finds.
    static let transport: Set<String> = [
        "mx-starttls-missing", "mx-tls-failed", "mx-certificate-expired",
        "mx-certificate-name-mismatch", "mx-certificate-untrusted", "mx-unreachable",
    ]
    static let harmlessTransport: Set<String> = ["mx-certificate-expiring"]

    /// With those that need a probe, and the hostile ones.
    static let everything =
        Scenario.all + Scenario.transport + Scenario.hostile + Scenario.hostileTransport

    @Test("names are unique DNS labels that compare as written")
    func names() {
        #expect(Set(Self.everything.map(\.name)).count == Self.everything.count)
        for scenario in Self.everything {
            #expect((1...63).contains(scenario.name.utf8.count))
            #expect(
                scenario.name.allSatisfy {
                    ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
                }, "\(scenario.name)")
            #expect(!scenario.why.isEmpty)
            #expect(scenario.weight > 0)
            #expect(Scenario.named(scenario.name)?.name == scenario.name)
        }
        #expect(Scenario.all.allSatisfy { !$0.needsProbe && !$0.isHostile })
        #expect(Scenario.hostile.allSatisfy { !$0.needsProbe && $0.isHostile })
        #expect(Scenario.hostileTransport.allSatisfy { $0.needsProbe && $0.isHostile })
        #expect(Scenario.transport.allSatisfy { $0.needsProbe })
    }

    @Test("every cause an audit of the lab can find has a scenario")
    func coverage() {
        let shown = Set(Scenario.all.flatMap(\.causes))
        #expect(Self.grave.union(Self.harmless).subtracting(shown).isEmpty)
        #expect(shown.subtracting(Self.grave.union(Self.harmless)).isEmpty)
        let probed = Set(Scenario.transport.flatMap(\.causes))
        #expect(Self.transport.union(Self.harmlessTransport).subtracting(probed).isEmpty)
        let known = Self.grave.union(Self.harmless).union(Self.transport)
        #expect(probed.subtracting(known.union(Self.harmlessTransport)).isEmpty)
    }

    @Test("every kind of mail host is an MX host of a scenario")
    func mailHosts() {
        let shown = Set(
            Scenario.transport.flatMap { scenario in
                ([scenario.specification.apex] + scenario.specification.others.values)
                    .flatMap(\.addresses)
            })
        #expect(LabMailHost.allCases.filter { !shown.contains($0.address) } == [])
    }

    @Test(
        "a scenario of one fault has exactly one error or unmeasured cause", arguments: everything)
    func kinds(scenario: Scenario) {
        #expect(scenario.causes == Set(scenario.causes).sorted())
        // An address in `mx` is the one kind of `policy-mx-invalid` that leaves the policy valid.
        let isHarmless = scenario.name == "policy-mx-address"
        let graves =
            isHarmless ? [] : scenario.causes.filter(Self.grave.union(Self.transport).contains)
        switch scenario.kind {
        case .sound: #expect(scenario.causes.isEmpty)
        case .notice: #expect(!scenario.causes.isEmpty && graves.isEmpty)
        case .fault: #expect(graves.count == 1)
        case .compound: #expect(scenario.causes.count > 1)
        }
    }

    static let probes: [(prefix: String, type: RecordType)] = [
        ("", .mx), ("", .a), ("", .aaaa), ("", .txt), ("_mta-sts", .txt), ("_smtp._tls", .txt),
        ("mta-sts", .a), ("mta-sts", .aaaa), ("mta-sts", .txt), ("_mta_sts", .txt), ("mx1", .a),
        ("zq7fbx", .txt), ("_tls", .txt), ("a.b.c", .txt), ("_mta-sts", .cname),
    ]

    @Test("no template is left in what a domain answers", arguments: everything)
    func templates(scenario: Scenario) throws {
        let world = ScenarioWorld()
        let domain = world.domain(of: scenario)
        for probe in Self.probes {
            let name = probe.prefix.isEmpty ? domain : probe.prefix + "." + domain
            let answer = "\(world.answer(to: name, type: probe.type))"
            #expect(!answer.contains("{domain}"))
        }
        for address in [LabAddress.normal, LabAddress.second] {
            let behaviour = world.policyHost("mta-sts." + domain, at: address)
            for body in Self.bodies(behaviour.response) {
                #expect(!String(decoding: body, as: UTF8.self).contains("{domain}"))
            }
        }
    }

    @Test("every hostile mail host has an address of its own")
    func hostileMailHosts() {
        let addresses =
            HostileMailHost.allCases.map(\.address) + LabMailHost.allCases.map(\.address)
        #expect(Set(addresses).count == addresses.count)
        for host in HostileMailHost.allCases {
            #expect(HostileMailHost(address: host.address) == host)
            #expect(LabMailHost(address: host.address) == nil)
        }
        for address in ["127.0.3.0", "127.0.3.254", "127.0.3.", "127.0.1.1", "", "::1"] {
            #expect(HostileMailHost(address: address) == nil)
        }
    }

    static func bodies(_ response: ResponseBehaviour) -> [[UInt8]] {
        switch response {
        case .reply(_, _, let extra, let body): extra.map { Array($0.utf8) } + [body]
        case .chunked(let body), .truncated(let body), .drip(_, let body), .raw(let body): [body]
        case .failing(_, let first, let then): bodies(first) + bodies(then)
        case .torrent(let torrent): [torrent.head]
        case .oversize, .oversizeChunked, .endlessHeaders, .silence, .empty, .reset: []
        }
    }

    static func records(
        _ scenario: String, _ prefix: String, _ type: RecordType
    ) throws -> [RecordData]? {
        let scenario = try #require(Scenario.named(scenario))
        let answer = scenario.specification.answer(to: prefix, of: "d.example", type: type)
        guard case .records(let records) = answer else { return nil }
        return records.map(\.data)
    }

    @Test("the default domain is published whole")
    func sound() throws {
        let mx = try Self.records("sound", "", .mx)
        #expect(
            mx == [
                .mx(preference: 10, exchange: try DNSName("mx1.d.example")),
                .mx(preference: 20, exchange: try DNSName("mx2.d.example")),
            ])
        #expect(try Self.records("sound", "mta-sts", .a) == [.a([127, 0, 0, 1])])
        #expect(try Self.records("sound", "mta-sts", .aaaa) == [])
        #expect(try Self.records("sound", "mx2", .a) == [.a([127, 0, 0, 1])])
        #expect(try Self.records("sound", "_tls", .txt) == [])
        #expect(try Self.records("sound", "mx3", .a) == nil)
        let specification = try #require(Scenario.named("sound")).specification
        let behaviour = specification.policyHost(of: "d.example", at: LabAddress.normal)
        guard case .reply(200, "text/plain", _, let body) = behaviour.response else {
            Issue.record("no plain reply")
            return
        }
        #expect(
            String(decoding: body, as: UTF8.self) == """
                version: STSv1\r\nmode: enforce\r\nmx: mx1.d.example\r\nmx: mx2.d.example\r\n\
                max_age: 604800\r\n
                """)
    }

    @Test("RFC 4592: a wildcard answers where no name exists")
    func wildcard() throws {
        let text: [RecordData] = [.txt([Array("v=STSv1; id=20240131;".utf8)])]
        #expect(try Self.records("record-wildcard", "zq7fbx", .txt) == text)
        #expect(try Self.records("record-wildcard", "a.zq7fbx", .txt) == text)
        #expect(try Self.records("record-wildcard", "mta-sts", .txt) == [])
        #expect(try Self.records("record-wildcard", "x.mta-sts", .txt) == nil)
        #expect(try Self.records("sound", "zq7fbx", .txt) == nil)
    }

    @Test("the large texts are as large as they say")
    func sizes() throws {
        for (name, size) in [("sound-64-kib", 65_536), ("policy-too-large-by-one", 65_537)] {
            let specification = try #require(Scenario.named(name)).specification
            let behaviour = specification.policyHost(of: "a.much.longer.example", at: "127.0.0.1")
            #expect(Self.bodies(behaviour.response).last?.count == size)
        }
    }

    @Test(
        "names beside the scenarios",
        arguments: [
            ("lab.example", false), ("example", false), ("nothing.lab.example", true),
            ("mta-sts.nothing.lab.example", true), ("provider.example", false),
            ("x.y.provider.example", false), ("gone.example", true), ("", false), (".", true),
            (".lab.example", true), ("lab.example.", true), ("\\255.lab.example", true),
            ("xlab.example", true),
        ])
    func surroundings(name: String, isMissing: Bool) {
        let world = ScenarioWorld()
        switch world.answer(to: name, type: .a) {
        case .nameError: #expect(isMissing)
        default: #expect(!isMissing)
        }
        // Whatever a client names, a policy host behaves.
        if case .reply(404, _, _, _) = world.policyHost(name, at: "127.0.0.1").response { return }
        Issue.record("\(name) is a policy host")
    }
}
