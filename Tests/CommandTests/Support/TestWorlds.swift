import DNSMessage

@testable import Lab

/// Any number of domains that take no timeout to examine, in the order `d0.quick.example`,
/// `d1.quick.example`...: four in five publish nothing, the others go through the scenarios.
///
/// The record's answer is late, so that a run takes long enough to be disturbed.
struct QuickWorld: PlacedWorld {
    let zone = "quick.example"
    var delayMilliseconds = 0

    static let scenarios = Scenario.all.filter { $0.cost == .quick && !$0.isStateful }

    func place(of name: String) -> Place? {
        guard let inside = name.below(zone) else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        guard label.first == "d", let number = Int(label.dropFirst()), number >= 0 else {
            return nil
        }
        let scenario =
            number % 5 == 0 ? Self.scenarios[number / 5 % Self.scenarios.count] : Self.absent
        return Place(
            prefix: String(inside.dropLast(label.utf8.count).dropLast()),
            domain: label + "." + zone, scenario: scenario)
    }

    func answer(to name: String, type: RecordType) -> DNSBehaviour {
        guard let place = place(of: name) else {
            // The root's name servers are how a resolver is tried.
            return name.isEmpty ? .records([]) : .nameError
        }
        let answer = place.scenario.specification.answer(
            to: place.prefix, of: place.domain, type: type)
        guard place.prefix == "_mta-sts", delayMilliseconds > 0 else { return answer }
        return .delayed(milliseconds: delayMilliseconds, answer)
    }

    static let absent = Scenario.named("absent") ?? Scenario.all[0]

    /// A header and a row for each domain, in three accounts.
    static func portfolio(count: Int) -> String {
        (0..<count).reduce(into: "domain,account\n") { text, number in
            text += "d\(number).quick.example,account-\(number % 3)\n"
        }
    }
}

extension Scenario {
    /// Answers otherwise when it is asked again, as a resumed run may do.
    var isStateful: Bool { name.hasSuffix("-once") }
}

/// Domains by their first label, each with a specification of its own.
struct CustomWorld: World {
    let zone = "custom.example"
    var domains: [String: DomainSpecification]

    private func place(of name: String) -> (DomainSpecification, prefix: String, domain: String)? {
        guard let inside = name.below(zone) else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        guard let specification = domains[String(label)] else { return nil }
        return (
            specification, String(inside.dropLast(label.utf8.count).dropLast()),
            label + "." + zone
        )
    }

    func answer(to name: String, type: RecordType) -> DNSBehaviour {
        // The root's name servers are how a resolver is tried.
        if name == zone || name.isEmpty { return .records([]) }
        guard let (specification, prefix, domain) = place(of: name) else { return .nameError }
        return specification.answer(to: prefix, of: domain, type: type)
    }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let (specification, _, domain) = place(of: serverName) else {
            return Surroundings.host
        }
        return specification.policyHost(of: domain, at: address)
    }
}
