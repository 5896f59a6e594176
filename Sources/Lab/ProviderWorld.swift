public import DNSMessage

/// Any number of domains that share the MX hosts of one provider, each host at an address of its
/// own: `d123.customers.example` has `mx4` and `mx5.provider.example`.
///
/// A domain's own part is sound. Nothing is stored for a domain.
public struct ProviderWorld: World {
    public let zone = "customers.example"
    /// Domains are numbered from 0 to below this.
    public let count: Int
    /// What each MX host does; the first is `mx1`.
    public let hosts: [MailBehaviour]
    // By the first of a domain's MX hosts.
    private let specifications: [DomainSpecification]

    /// - Parameters:
    ///   - hosts: at most 254 are taken.
    ///   - hasPolicies: without, the policy hosts do not exist: a broken domain that costs no
    ///     fetch, and whose MX hosts are all worth a probe.
    public init(
        count: Int, hosts: [MailBehaviour] = Array(repeating: .sound, count: 40),
        hasPolicies: Bool = true
    ) {
        self.count = max(0, count)
        let hosts = Array(hosts.prefix(254))
        self.hosts = hosts
        specifications = hosts.indices.map { index in
            var specification = DomainSpecification()
            specification.mx = [
                MailExchange(10, Self.name(ofHost: index)),
                MailExchange(20, Self.name(ofHost: (index + 1) % hosts.count)),
            ]
            specification.serve(PolicyText(mx: ["mx: *." + Surroundings.provider]))
            if !hasPolicies { specification.policyHost = nil }
            return specification
        }
    }

    public func domain(at index: Int) -> String { "d\(index)." + zone }

    /// - Parameter index: from 0.
    public static func name(ofHost index: Int) -> String {
        "mx\(index + 1)." + Surroundings.provider
    }

    /// - Parameter index: from 0.
    public static func address(ofHost index: Int) -> String { "127.0.2.\(index + 1)" }

    public var mailAddresses: [String] { hosts.indices.map(Self.address(ofHost:)) }

    public func mailHost(at address: String) -> MailBehaviour {
        guard let last = address.split(separator: ".").last, let number = Int(last),
            hosts.indices.contains(number - 1)
        else { return .sound }
        return hosts[number - 1]
    }

    public func answer(to name: String, type: RecordType) -> DNSBehaviour {
        if let (prefix, domain, specification) = place(of: name) {
            return specification.answer(to: prefix, of: domain, type: type)
        }
        guard let label = name.below(Surroundings.provider), label.hasPrefix("mx"),
            let number = Int(label.dropFirst(2)), hosts.indices.contains(number - 1)
        else { return Surroundings.answer(to: name, zone: zone, type: type) }
        guard type == .a, let owner = try? DNSName(name),
            let address = AddressText.data(Self.address(ofHost: number - 1))
        else { return .records([]) }
        return .records([.lab(owner, .a, .a(address))])
    }

    public func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let (prefix, domain, specification) = place(of: serverName), prefix == "mta-sts"
        else {
            return Surroundings.host
        }
        return specification.policyHost(of: domain, at: address)
    }

    private func place(
        of name: String
    ) -> (prefix: String, domain: String, specification: DomainSpecification)? {
        guard let inside = name.below(zone), !specifications.isEmpty else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        // Only the number as it is made: no sign, no zeros in front.
        guard let index = Int(label.dropFirst()), (0..<count).contains(index),
            label == "d\(index)"
        else { return nil }
        return (
            String(inside.dropLast(label.utf8.count).dropLast()), domain(at: index),
            specifications[index % specifications.count]
        )
    }
}
