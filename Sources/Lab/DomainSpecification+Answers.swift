public import DNSMessage

/// The specification as a pure function: nothing is kept between two questions.
extension DomainSpecification {
    /// What a name of the domain answers.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the domain, without the dot between them; empty for the
    ///     domain itself. Lower case.
    ///   - domain: in presentation form, without the final dot.
    public func answer(to prefix: String, of domain: String, type: RecordType) -> DNSBehaviour {
        guard exists else { return .nameError }
        let truth = trueAnswer(to: prefix, of: domain, type: type)
        return zoneFault?.applied(to: truth, type: type) ?? truth
    }

    /// What the policy host does on this address, with the domain filled in.
    public func policyHost(of domain: String, at address: String) -> HostBehaviour {
        (hostByAddress[address] ?? host).filled(with: domain)
    }

    private func trueAnswer(to prefix: String, of domain: String, type: RecordType) -> DNSBehaviour
    {
        guard let node = node(prefix) ?? wildcardNode(for: prefix) else { return .nameError }
        let name = prefix.isEmpty ? domain : prefix + "." + domain
        guard let owner = try? DNSName(name) else { return .nameError }
        var truth = node.answer(owner: owner, domain: domain, type: type)
        if type == .mx, prefix.isEmpty {
            truth = .records(mx.compactMap { $0.record(owner: owner, domain: domain) })
        }
        return node.fault?.applied(to: truth, type: type) ?? truth
    }

    private func node(_ prefix: String) -> DNSNode? {
        switch prefix {
        case "": apex
        case "_mta-sts": record
        case "_smtp._tls": reporting
        case "mta-sts": policyHost
        // An empty non-terminal: the name exists because one below it does (RFC 8020 §2).
        case "_tls" where reporting != nil: DNSNode()
        default: others[prefix] ?? (isMailHost(prefix) ? Self.mailHost : nil)
        }
    }

    private static let mailHost = DNSNode(addresses: [LabAddress.normal])

    private func isMailHost(_ prefix: String) -> Bool {
        let host = prefix + "." + Template.token
        return mx.contains { $0.host == host || $0.host.lowercased() == host }
    }

    /// RFC 4592 §3.3.1: a wildcard answers below the closest name that exists, here the domain.
    private func wildcardNode(for prefix: String) -> DNSNode? {
        guard wildcard != nil, let top = prefix.split(separator: ".").last else { return nil }
        return top.utf8.count < prefix.utf8.count && node(String(top)) != nil ? nil : wildcard
    }
}

extension DNSNode {
    fileprivate func answer(owner: DNSName, domain: String, type: RecordType) -> DNSBehaviour {
        var records: [ResourceRecord] = []
        var name = owner
        for alias in aliases {
            guard let target = try? DNSName(Template.fill(alias, with: domain)) else { break }
            records.append(.lab(name, .cname, .cname(target)))
            name = target
        }
        // A question for the CNAME itself is not taken along the chain (RFC 1034 §3.6.2).
        if type == .cname { return .records(Array(records.prefix(1))) }
        if isDangling { return .danglingAlias(records) }
        switch type {
        case .txt:
            for strings in texts {
                let data = strings.map { Array(Template.fill($0, with: domain).utf8) }
                records.append(.lab(name, .txt, .txt(data)))
            }
        case .a, .aaaa:
            for address in addresses {
                guard let data = AddressText.data(address) else { continue }
                switch (data.count, type) {
                case (4, .a): records.append(.lab(name, .a, .a(data)))
                case (16, .aaaa): records.append(.lab(name, .aaaa, .aaaa(data)))
                default: continue
                }
            }
        default: break
        }
        return .records(records)
    }
}

extension MailExchange {
    fileprivate func record(owner: DNSName, domain: String) -> ResourceRecord? {
        guard let exchange = try? DNSName(Template.fill(host, with: domain)) else { return nil }
        return .lab(owner, .mx, .mx(preference: preference, exchange: exchange))
    }
}

extension ResourceRecord {
    /// A record of the lab: five minutes to live.
    static func lab(_ name: DNSName, _ type: RecordType, _ data: RecordData) -> ResourceRecord {
        ResourceRecord(name: name, type: type, ttl: 300, data: data)
    }
}

extension DNSFault {
    fileprivate func applied(to truth: DNSBehaviour, type: RecordType) -> DNSBehaviour {
        if let only, only != type { return truth }
        return manner.applied(to: truth)
    }
}

extension DNSFault.Manner {
    fileprivate func applied(to truth: DNSBehaviour) -> DNSBehaviour {
        switch self {
        case .responseCode(let code): .responseCode(code)
        case .drop: .drop
        case .delay(let milliseconds): .delayed(milliseconds: milliseconds, truth)
        case .truncation: .truncated(truth)
        case .formatErrorWithOPT: .formatErrorWithOPT(truth)
        case .raw(let bytes): .raw(bytes)
        case .mischief(let mischief): .mischief(mischief, truth)
        case .once(let manner): .failing(times: 1, manner.applied(to: truth), then: truth)
        }
    }
}

/// The textual forms of the lab's own addresses; scenario tables hold nothing else.
enum AddressText {
    /// 4 or 16 bytes; nil for anything but a dotted quad, `prefix::last` or `::last`.
    static func data(_ text: String) -> [UInt8]? {
        let quad = text.split(separator: ".", omittingEmptySubsequences: false)
        if quad.count == 4 {
            let bytes = quad.compactMap { UInt8($0) }
            return bytes.count == 4 ? bytes : nil
        }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 3, halves[1].isEmpty,
            let first = UInt16(halves[0].isEmpty ? "0" : halves[0], radix: 16),
            let last = UInt16(halves[2], radix: 16)
        else { return nil }
        return [UInt8(first >> 8), UInt8(first & 0xFF)] + Array(repeating: 0, count: 12)
            + [UInt8(last >> 8), UInt8(last & 0xFF)]
    }
}
