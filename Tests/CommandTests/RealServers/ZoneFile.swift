import DNSMessage

@testable import Lab

/// The lab's world as one zone that a real name server can load: the root with everything in it.
struct ZoneFile {
    private(set) var lines: Set<String> = []
    /// Scenarios that a zone cannot say, with the reason.
    private(set) var left: [String: String] = [:]

    init(_ scenarios: [Scenario], of world: ScenarioWorld) {
        lines = [
            ". IN SOA ns.root.example. host.root.example. 1 3600 600 86400 300",
            ". IN NS ns.root.example.", "ns.root.example. IN A 127.0.0.1",
            // Every name below the provider has the normal address.
            "\(Surroundings.provider). IN A \(LabAddress.normal)",
            "*.\(Surroundings.provider). IN A \(LabAddress.normal)",
        ]
        for scenario in scenarios { add(scenario, of: world) }
    }

    var text: String { "$TTL 300\n" + lines.sorted().joined(separator: "\n") + "\n" }

    private mutating func add(_ scenario: Scenario, of world: ScenarioWorld) {
        let specification = scenario.specification
        guard specification.exists else { return }
        let domain = world.domain(of: scenario)
        var found: Set<String> = []
        var prefixes = ["", "_mta-sts", "_smtp._tls", "mta-sts", "_mta_sts"]
        prefixes += specification.others.keys
        if specification.wildcard != nil { prefixes.append("nobody-has-this-name") }
        let suffix = "." + Template.token
        for host in specification.mx.map(\.host) where host.lowercased().hasSuffix(suffix) {
            prefixes.append(String(host.lowercased().dropLast(suffix.utf8.count)))
        }
        for prefix in prefixes {
            var exists = false
            var isEmpty = true
            for type in [RecordType.mx, .txt, .a, .aaaa, .cname] {
                let behaviour = specification.answer(to: prefix, of: domain, type: type)
                guard let records = Self.records(behaviour) else {
                    left[scenario.name] = "a server that fails: \(behaviour)"
                    return
                }
                if case .nameError = behaviour {} else { exists = true }
                if !records.isEmpty { isEmpty = false }
                found.formUnion(
                    records.map { Self.line($0, domain, isWild: prefix == "nobody-has-this-name") })
                // The end of a chain exists unless it dangles, whatever it holds.
                if let last = records.last, case .cname(let target) = last.data,
                    type != .cname, Self.isWhole(behaviour)
                {
                    let name = target.description
                    if !prefixes.contains(where: { $0 + "." + domain == name }) {
                        found.insert("\(name). IN HINFO \"lab\" \"lab\"")
                    }
                }
            }
            // A name that holds nothing is not one that does not exist.
            if exists, isEmpty, !prefix.isEmpty {
                found.insert("\(prefix).\(domain). IN HINFO \"lab\" \"lab\"")
            }
        }
        lines.formUnion(found)
    }

    /// Nil where the server itself misbehaves.
    private static func records(_ behaviour: DNSBehaviour) -> [ResourceRecord]? {
        switch behaviour {
        case .records(let records), .danglingAlias(let records): records
        case .nameError: []
        case .delayed(_, let truth), .truncated(let truth), .formatErrorWithOPT(let truth):
            records(truth)
        case .responseCode, .drop, .raw, .failing, .mischief: nil
        }
    }

    private static func isWhole(_ behaviour: DNSBehaviour) -> Bool {
        switch behaviour {
        case .danglingAlias: false
        case .records, .nameError, .delayed, .truncated, .formatErrorWithOPT, .responseCode, .drop,
            .raw, .failing, .mischief:
            true
        }
    }

    private static func line(_ record: ResourceRecord, _ domain: String, isWild: Bool) -> String {
        let owner = isWild ? "*." + domain : record.name.description
        return "\(owner). IN \(text(of: record.data))"
    }

    private static func text(of data: RecordData) -> String {
        func absolute(_ name: DNSName) -> String {
            name.description.isEmpty ? "." : name.description + "."
        }
        switch data {
        case .a(let bytes): return "A " + bytes.map(String.init).joined(separator: ".")
        case .aaaa(let bytes):
            let groups = stride(from: 0, to: 16, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }
            return "AAAA " + groups.joined(separator: ":")
        case .cname(let target): return "CNAME " + absolute(target)
        case .mx(let preference, let exchange): return "MX \(preference) " + absolute(exchange)
        case .txt(let strings): return "TXT " + strings.map(quoted).joined(separator: " ")
        case .ns, .soa, .opt, .other: return "TXT \"not of the lab\""
        }
    }

    /// Every byte that is not plain as `\DDD` (RFC 1035 §5.1).
    private static func quoted(_ bytes: [UInt8]) -> String {
        let text = bytes.map { byte -> String in
            let isPlain = (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C
            if isPlain { return String(UnicodeScalar(byte)) }
            let digits = String(byte)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        return "\"" + text.joined() + "\""
    }
}
