import Testing

@testable import Lab

/// An authority, the resolver in front of it, and what the two can show of the lab's scenarios.
struct DNSPair: Sendable, CustomTestStringConvertible {
    let authority: NameServers.Authority
    let resolver: NameServers.Resolver
    /// What the authority serves.
    let zone: ZoneFile

    static let world = ScenarioWorld()

    /// Those that answer at once and the same each time. A policy host that does not is none of
    /// the name servers' business, and costs time.
    static let scenarios = Scenario.all.filter { $0.cost == .quick && !$0.isStateful }

    static let all = [DNSPair(.nsd, .unbound), DNSPair(.bind, .dnsmasq)]

    /// dnsmasq with a root anchor that no key has, and BIND: nothing validates.
    static let trustingNothing = ["domain-servfail"]

    init(_ authority: NameServers.Authority, _ resolver: NameServers.Resolver) {
        self.authority = authority
        self.resolver = resolver
        let faulty = resolver.faults.map(\.scenario)
        zone = ZoneFile(Self.scenarios.filter { !faulty.contains($0.name) }, of: Self.world)
    }

    var testDescription: String { "\(authority.rawValue) behind \(resolver.rawValue)" }

    /// Those that are compared.
    var told: [Scenario] { Self.scenarios.filter { zone.left[$0.name] == nil } }

    /// The text of the zone file. Where the resolver has the fault, what is published is sound.
    var zoneText: String {
        var lines = zone.lines
        for fault in resolver.faults { lines.formUnion(Self.soundLines(at: fault.scenario)) }
        return "$TTL 300\n" + lines.sorted().joined(separator: "\n") + "\n"
    }

    /// The sound scenario's part of the zone, at another scenario's name.
    static func soundLines(at name: String) -> Set<String> {
        guard let sound = Scenario.named("sound") else { return [] }
        let (from, to) = (world.domain(of: sound), "\(name).\(world.zone)")
        return Set(ZoneFile([sound], of: world).lines.map { $0.replacing(from, with: to) })
    }

    /// What the documentation's table says of the scenario.
    func cell(_ scenario: Scenario) -> String {
        if let reason = resolver.otherEvidence[scenario.name] { return reason.rawValue }
        if zone.left[scenario.name] == nil { return "same" }
        if resolver == .dnsmasq, Self.trustingNothing.contains(scenario.name) { return "same" }
        return "a server that fails: not in a zone"
    }
}

extension NameServers.Resolver {
    /// A fault of a name that the resolver has for real, whatever the zone holds.
    struct Fault {
        var scenario: String
        /// What stands before the scenario's domain.
        var prefix = ""
        var kind: Kind

        enum Kind {
            /// Nothing validates there: SERVFAIL.
            case bogus
            /// The resolver does not talk about it: REFUSED.
            case refused
        }

        var name: String { "\(prefix)\(scenario).\(DNSPair.world.zone)" }
    }

    var faults: [Fault] {
        switch self {
        case .unbound:
            [
                Fault(scenario: "domain-servfail", kind: .bogus),
                Fault(scenario: "record-servfail", prefix: "_mta-sts.", kind: .bogus),
                Fault(scenario: "policy-host-servfail", prefix: "mta-sts.", kind: .bogus),
                Fault(scenario: "tlsrpt-servfail", prefix: "_smtp._tls.", kind: .bogus),
                Fault(scenario: "record-refused", prefix: "_mta-sts.", kind: .refused),
                Fault(scenario: "policy-host-refused", prefix: "mta-sts.", kind: .refused),
                Fault(scenario: "tlsrpt-refused", prefix: "_smtp._tls.", kind: .refused),
            ]
        case .dnsmasq: []
        }
    }

    /// Scenarios for which it says something else than the lab, by its nature. No verdict and no
    /// cause sees it.
    var otherEvidence: [String: OtherEvidence] {
        let rings: [String: OtherEvidence] = [
            "policy-host-cname-loop": .failure, "record-cname-loop": .failure,
        ]
        switch self {
        case .unbound: return rings
        case .dnsmasq:
            return rings.merging(["policy-host-dangling": .noDataForMissing]) { first, _ in first }
        }
    }
}

/// What a resolver says in place of what the lab says.
enum OtherEvidence: String {
    case failure = "SERVFAIL: the resolver gives up on the ring itself"
    /// dnsmasq, of two questions that are under way at the same time: whether they are is a
    /// matter of microseconds.
    case noDataForMissing = "same, or NODATA for one of the two types, by timing"
}
