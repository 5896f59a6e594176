public import DNSMessage

/// A world in which each domain is a scenario that can be told from its name.
public protocol PlacedWorld: World {
    /// The name below which all domains of this world are, such as `demo.example`.
    var zone: String { get }

    /// Which domain `name` belongs to. Lower case, without the final dot; any bytes.
    func place(of name: String) -> Place?
}

/// A name taken apart: `prefix` stands before `domain`, which is a case of `scenario`.
public struct Place: Sendable {
    public var prefix: String
    public var domain: String
    public var scenario: Scenario
}

extension PlacedWorld {
    public func answer(to name: String, type: RecordType) -> DNSBehaviour {
        if let place = place(of: name) {
            return place.scenario.specification.answer(
                to: place.prefix, of: place.domain, type: type)
        }
        return Surroundings.answer(to: name, zone: zone, type: type)
    }

    public func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let place = place(of: serverName), place.prefix == "mta-sts" else {
            return Surroundings.host
        }
        return place.scenario.specification.policyHost(of: place.domain, at: address)
    }
}

/// What there is beside the domains under audit.
enum Surroundings {
    /// The provider of mail and policy hosts that scenarios delegate to. Every name below it has
    /// the normal address.
    static let provider = "provider.example"

    static func answer(to name: String, zone: String, type: RecordType) -> DNSBehaviour {
        // The names above the zone exist, the root included: a client may ask for its servers.
        if name.isEmpty || name == zone || zone.hasSuffix("." + name) { return .records([]) }
        guard name == provider || name.hasSuffix("." + provider) else { return .nameError }
        guard type == .a, let owner = try? DNSName(name),
            let address = AddressText.data(LabAddress.normal)
        else { return .records([]) }
        return .records([.lab(owner, .a, .a(address))])
    }

    static let host = HostBehaviour(
        response: .reply(status: 404, contentType: "text/html", body: Scenario.Page.notFound))
}

/// Each scenario once, at its own name below the zone: `sound.lab.example`.
public struct ScenarioWorld: PlacedWorld {
    public let zone: String

    public init(zone: String = "lab.example") { self.zone = zone }

    public func domain(of scenario: Scenario) -> String { scenario.name + "." + zone }

    public func place(of name: String) -> Place? {
        guard let inside = name.below(zone) else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        guard let scenario = Scenario.named(String(label)) else { return nil }
        return Place(
            prefix: String(inside.dropLast(label.utf8.count).dropLast()),
            domain: label + "." + zone, scenario: scenario)
    }
}

extension String {
    /// What stands before `.` + `zone`; nil when the name is not below it.
    func below(_ zone: String) -> Substring? {
        let length = utf8.count - zone.utf8.count - 1
        guard length > 0, hasSuffix(zone) else { return nil }
        let dot = utf8.index(utf8.startIndex, offsetBy: length)
        guard utf8[dot] == UInt8(ascii: ".") else { return nil }
        return self[..<dot]
    }
}
