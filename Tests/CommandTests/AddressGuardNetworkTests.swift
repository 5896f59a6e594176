import Audit
import DNSMessage
import Evidence
import Fetch
import Lab
import MTASTS
import Survey
import Synchronization
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Where DNS leads an audit, and where it does not, seen from the hosts it was led to.
    @Suite("Address guard on the network", .timeLimit(.minutes(6)))
    struct AddressGuardNetworkTests {
        struct Row: Sendable {
            var name: String
            /// Addresses in the first answer, and in every later one.
            var first: [String]
            var later: [String]
            var contacted: Set<String>
            var causes: [String]
            var why: String
        }

        /// 127.0.0.1 is what is allowed here; 127.0.0.4 answers as well, and may not be asked.
        static let rows: [Row] = [
            Row(
                name: "rebound", first: ["127.0.0.1"], later: ["127.0.0.4"],
                contacted: ["127.0.0.1"], causes: [],
                why: "what was vetted is what is contacted, whatever DNS says a moment later"),
            Row(
                name: "rebound-inward", first: ["127.0.0.1"], later: ["10.0.0.1"],
                contacted: ["127.0.0.1"], causes: [], why: "nobody asks a second time"),
            Row(
                name: "rebound-outward", first: ["127.0.0.4"], later: ["127.0.0.1"], contacted: [],
                causes: ["policy-host-special-address"], why: "refused, and not asked again"),
            Row(
                name: "mixed", first: ["127.0.0.4", "127.0.0.1"],
                later: ["127.0.0.4", "127.0.0.1"], contacted: ["127.0.0.1"],
                causes: ["policy-address-inconsistent"], why: "the good one of two"),
            inward("private", "10.0.0.1"), inward("private-12", "172.16.0.1"),
            inward("private-16", "192.168.0.1"), inward("metadata", "169.254.169.254"),
            inward("shared", "100.64.0.1"), inward("unspecified", "0.0.0.0"),
            inward("this-network", "0.0.0.1"), inward("broadcast", "255.255.255.255"),
            inward("multicast", "224.0.0.1"), inward("benchmark", "198.18.0.1"),
            inward("documentation", "192.0.2.1"), inward("protocol", "192.0.0.1"),
            inward("loopback-v6", "::1"), inward("unspecified-v6", "::"),
            inward("mapped", "::ffff:127.0.0.1"), inward("mapped-private", "::ffff:10.0.0.1"),
            inward("compatible", "::127.0.0.1"), inward("nat64", "64:ff9b::127.0.0.1"),
            inward("nat64-local", "64:ff9b:1::10.0.0.1"), inward("6to4", "2002:7f00:1::1"),
            inward("teredo", "2001:0:7f00:1::1"), inward("unique-local", "fd00::1"),
            inward("link-local-v6", "fe80::1"), inward("isatap", "fe80::5efe:10.0.0.1"),
            inward("site-local", "fec0::1"), inward("multicast-v6", "ff02::1"),
            inward("discard", "100::1"), inward("documentation-v6", "2001:db8::1"),
            inward("benchmark-v6", "2001:2::1"), inward("unallocated", "4000::1"),
        ]

        private static func inward(_ name: String, _ address: String) -> Row {
            Row(
                name: "to-" + name, first: [address], later: [address], contacted: [],
                causes: ["policy-host-special-address"], why: address)
        }

        @Test("only what was vetted is contacted, also when DNS changes its answer")
        func policyHosts() async throws {
            let world = RebindingWorld(rows: Self.rows)
            let results = try await Self.audit(world) { _ in }
            for row in Self.rows {
                let result = try #require(results[row.name])
                let causes = Set(result.assessment.findings.map(\.cause.code)).sorted()
                #expect(causes == row.causes, "\(row.name): \(row.why)")
                #expect(world.contacted(row.name) == row.contacted, "\(row.name): \(row.why)")
                let guarded = result.evidence.guardedAddresses.map(\.description)
                let refused = row.first.compactMap { IPAddress($0) }
                    .filter { $0.description != "127.0.0.1" }.map(\.description)
                #expect(guarded == refused, "\(row.name)")
                #expect(world.addressQueries(row.name) == 1, "\(row.name): asked once")
            }
        }

        @Test("MX hosts are vetted as policy hosts are")
        func mailHosts() async throws {
            let world = RebindingWorld(rows: Self.rows, isForMail: true)
            let results = try await Self.audit(world) {
                $0.examiner.probesMX = true
                $0.probes.perAddress = 64
                $0.probes.perSecond = 1_000
            }
            for row in Self.rows {
                let result = try #require(results[row.name])
                let outcome = try #require(result.evidence.mailProbes?.first?.outcome)
                #expect(
                    outcome == (row.contacted.isEmpty ? .failed(.guarded) : .verified),
                    "\(row.name): \(row.why)")
                #expect(world.addressQueries(row.name) == 1, "\(row.name): asked once")
            }
            #expect(world.mailContacts == ["127.0.0.1"])
        }

        private static func audit(
            _ world: RebindingWorld, _ change: (inout SurveyConfiguration) -> Void
        ) async throws -> [String: Examined] {
            try await Lab.withLab(world: world) { lab in
                var configuration = try lab.probingConfiguration
                configuration.examiner.probesMX = false
                change(&configuration)
                configuration.fetch.addressGuard = AddressGuard(
                    allowed: [try #require(Network("127.0.0.1/32"))])
                let candidates = try rows.enumerated().map { index, row in
                    Candidate(
                        id: Int64(index), domain: try DomainName(row.name + "." + world.zone))
                }
                let outcome = try await TwoPasses.run(candidates, with: configuration)
                return Dictionary(
                    uniqueKeysWithValues: outcome.results.map { (rows[Int($0)].name, $1) })
            }
        }

        // MARK: - Redirects

        static let answers: [(name: String, status: Int, field: String)] = [
            ("m300", 300, "Location"), ("m301", 301, "Location"), ("m302", 302, "Location"),
            ("m303", 303, "Location"), ("m304", 304, "Location"), ("m305", 305, "Location"),
            ("m307", 307, "Location"), ("m308", 308, "Location"), ("m201", 201, "Location"),
            ("refresh", 200, "Refresh"), ("content", 200, "Content-Location"),
            ("service", 200, "Alt-Svc"), ("link", 200, "Link"), ("challenge", 401, "Location"),
        ]

        @Test("whatever a response points to, the host sees one request and nobody else any")
        func oneRequest() async throws {
            let target = "mta-sts.target.custom.example"
            var domains = ["target": DomainSpecification()]
            for answer in Self.answers {
                var specification = DomainSpecification()
                let value =
                    switch answer.field {
                    case "Refresh": "0; url=https://\(target)/.well-known/mta-sts.txt"
                    case "Alt-Svc": "h2=\"\(target):443\"; ma=86400; persist=1"
                    case "Link": "<https://\(target)/.well-known/mta-sts.txt>; rel=canonical"
                    default: "https://\(target)/.well-known/mta-sts.txt"
                    }
                specification.host.response = .reply(
                    status: answer.status,
                    extra: [
                        "\(answer.field): \(value)", "WWW-Authenticate: Basic realm=\"x\"",
                        "Set-Cookie: a=b", "Strict-Transport-Security: max-age=31536000",
                    ], body: PolicyHostText.sound)
                domains[answer.name] = specification
            }
            let options = LabOptions(policyServer: PolicyServerOptions(countsRequests: true))
            try await Lab.withLab(world: CustomWorld(domains: domains), options: options) { lab in
                let candidates = try Self.answers.enumerated().map { index, answer in
                    Candidate(
                        id: Int64(index), domain: try DomainName("\(answer.name).custom.example"))
                }
                let outcome = try await TwoPasses.run(
                    candidates, with: try lab.surveyConfiguration)
                for (index, answer) in Self.answers.enumerated() {
                    let host = "mta-sts.\(answer.name).custom.example"
                    #expect(lab.policyServer.requests(for: host) == 1, "\(answer.name)")
                    let fetch = try #require(outcome.results[Int64(index)]?.evidence.fetches.first)
                    guard case .response(let response) = fetch.outcome else {
                        Issue.record("\(answer.name): \(fetch.outcome)")
                        continue
                    }
                    #expect(response.status == answer.status)
                }
                #expect(lab.policyServer.requests(for: target) == 0)
            }
        }
    }
}

private enum PolicyHostText {
    static let sound = Array(
        """
        version: STSv1\r
        mode: enforce\r
        mx: mx1.{domain}\r
        mx: mx2.{domain}\r
        max_age: 604800\r

        """.utf8)
}

/// Domains whose policy host, or only MX host, is somewhere else from the second question on; it
/// notes where it was visited.
private final class RebindingWorld: World {
    let zone = "custom.example"
    private let base: CustomWorld
    private let rows: [String: EndToEnd.AddressGuardNetworkTests.Row]
    private let isForMail: Bool
    private let notes = Mutex(Notes())

    private struct Notes {
        var queries: [String: Int] = [:]
        var contacts: [String: Set<String>] = [:]
        var mail: Set<String> = []
    }

    init(rows: [EndToEnd.AddressGuardNetworkTests.Row], isForMail: Bool = false) {
        var specification = DomainSpecification()
        if isForMail { specification.mx = [MailExchange(10, "mx1.{domain}")] }
        specification.host.response = .reply(
            body: isForMail
                ? Array("version: STSv1\nmode: enforce\nmx: mx1.{domain}\nmax_age: 604800\n".utf8)
                : PolicyHostText.sound)
        base = CustomWorld(
            domains: Dictionary(uniqueKeysWithValues: rows.map { ($0.name, specification) }))
        self.rows = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
        self.isForMail = isForMail
    }

    func answer(to name: String, type: RecordType) -> DNSBehaviour {
        let labels = name.split(separator: ".").map(String.init)
        guard labels.count == 4, labels[0] == (isForMail ? "mx1" : "mta-sts"),
            type == .a || type == .aaaa, let row = rows[labels[1]],
            let owner = try? DNSName(name)
        else { return base.answer(to: name, type: type) }
        let count = notes.withLock { notes in
            notes.queries["\(labels[1]) \(type.rawValue)", default: 0] += 1
            return notes.queries["\(labels[1]) \(type.rawValue)"] ?? 0
        }
        let addresses = (count == 1 ? row.first : row.later).compactMap { IPAddress($0) }
        return .records(
            addresses.filter { ($0.family == .v4) == (type == .a) }.map { address in
                ResourceRecord(
                    name: owner, type: type, ttl: 0,
                    data: type == .a ? .a(address.bytes) : .aaaa(address.bytes))
            })
    }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        let labels = serverName.split(separator: ".").map(String.init)
        if labels.count > 1 {
            notes.withLock { _ = $0.contacts[labels[1], default: []].insert(address) }
        }
        return base.policyHost(serverName, at: address)
    }

    var mailAddresses: [String] { [LabAddress.normal, LabAddress.second, "::1"] }

    func mailHost(at address: String) -> MailBehaviour {
        notes.withLock { _ = $0.mail.insert(address) }
        return .sound
    }

    func contacted(_ name: String) -> Set<String> {
        notes.withLock { $0.contacts[name] ?? [] }
    }

    var mailContacts: Set<String> { notes.withLock { $0.mail } }

    /// The most questions for the addresses of one family.
    func addressQueries(_ name: String) -> Int {
        notes.withLock { notes in
            max(notes.queries["\(name) 1"] ?? 0, notes.queries["\(name) 28"] ?? 0)
        }
    }
}
