public import DNSMessage

/// A world after its owners have published what `stsaudit fix --output` wrote: the records of
/// `records.csv` in its DNS, the files of `policies` on its policy hosts.
///
/// The base keeps its faults. A policy file takes the place of what a host answers; what comes
/// before the answer (address, handshake, certificate) is the base's, unless the kit moved the
/// host's name.
public struct FixedWorld<Base: World>: World {
    private let base: Base
    private let kit: PublishedKit

    /// - Parameter folder: as `stsaudit fix --output` left it.
    public init(_ base: Base, publishing folder: String) throws(PublishedKit.Failure) {
        self.base = base
        kit = try PublishedKit(folder: folder)
    }

    public func answer(to name: String, type: RecordType) -> DNSBehaviour {
        guard let node = kit.nodes[name], let owner = try? DNSName(name) else {
            return base.answer(to: name, type: type)
        }
        if let target = node.alias, let end = try? DNSName(target) {
            let alias = ResourceRecord.lab(owner, .cname, .cname(end))
            if type == .cname { return .records([alias]) }
            return answer(to: target, type: type).behind(alias)
        }
        if let published = node.records(of: type, owner: owner) { return .records(published) }
        // Without its alias, the name has what was published and nothing else.
        if node.lostAlias { return .records([]) }
        let before = base.answer(to: name, type: type)
        switch before {
        case .nameError where !node.isEmpty: return .records([])
        case .records(let records): return .records(records.filter { !node.ends($0) })
        case .nameError, .danglingAlias, .responseCode, .drop, .delayed, .truncated,
            .formatErrorWithOPT, .raw, .failing, .mischief:
            return before
        }
    }

    public func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let body = kit.policies[serverName] else {
            return base.policyHost(serverName, at: address)
        }
        if kit.nodes[serverName]?.leadsElsewhere == true {
            return HostBehaviour(response: .reply(body: body))
        }
        var host = base.policyHost(serverName, at: address)
        host.response = .reply(body: body)
        return host
    }

    public var mailAddresses: [String] { base.mailAddresses }

    public func mailHost(at address: String) -> MailBehaviour { base.mailHost(at: address) }
}

extension DNSBehaviour {
    /// What a name answers that is an alias of one that answers this.
    fileprivate func behind(_ alias: ResourceRecord) -> DNSBehaviour {
        switch self {
        case .records(let records): .records([alias] + records)
        case .nameError: .danglingAlias([alias])
        case .danglingAlias(let records): .danglingAlias([alias] + records)
        case .responseCode, .drop, .delayed, .truncated, .formatErrorWithOPT, .raw, .failing,
            .mischief:
            self
        }
    }
}
