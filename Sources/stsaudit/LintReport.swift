internal import Audit
internal import FoundationEssentials
internal import Report

/// What `lint` found, and its two output forms.
struct LintReport {
    var record: LintedRecord?
    var policy: LintedPolicy?
    var mx: [LintedMX]?
    var tlsrpt: LintedReporting?
    /// How real senders read record and policy; for the text form only.
    var panel: SenderPanel?

    /// Everything asked for is valid and covered.
    var isSound: Bool {
        record?.isValid != false && policy?.isValid != false && tlsrpt?.isValid != false
            && mx?.allSatisfy(\.isSound) != false
    }

    /// One object in the stable shape that other tools rely on (see the operations page).
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return InertText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
    }

    func text(domain: String?) -> String {
        var text = domain.map { "\(InertText.line($0))\n\n" } ?? ""
        if let record {
            text += Self.heading("Record", record.isValid, record.id.map { "id \($0)" })
            text += Self.list(record.findings)
        }
        if let policy {
            let facts = policy.mode.map { "mode \($0), max_age \(policy.maxAge ?? 0)" }
            text += Self.heading("Policy", policy.isValid, facts)
            text += Self.list(policy.findings)
        }
        for host in mx ?? [] {
            let name = InertText.line(host.host)
            if host.isCompared {
                let cover = host.pattern.map { "covered by \(InertText.line($0))" }
                text += "MX \(name): \(cover ?? "not covered")\n"
            } else {
                text += "MX \(name): \(host.isHostName ? "a host name" : "no host name")\n"
            }
        }
        if let tlsrpt {
            text += Self.heading("TLSRPT", tlsrpt.isValid, tlsrpt.rua.joined(separator: ", "))
            text += Self.list(tlsrpt.findings)
        }
        return text + (panel.map(PanelText.of) ?? "")
    }

    private static func heading(_ name: String, _ isValid: Bool, _ facts: String?) -> String {
        let facts = facts.map { $0.isEmpty ? "" : " (\(InertText.line($0)))" } ?? ""
        return "\(name): \(isValid ? "valid" : "invalid")\(facts)\n"
    }

    private static func list(_ findings: [Finding]) -> String {
        findings.map { finding in
            "  \(finding.severity.rawValue) \(finding.cause.code): \(finding.place)"
                + "\(InertText.line(finding.detail))\n"
                + "    \(finding.cause.explanation.remedy)\n"
        }.joined()
    }
}

// The shape is part of the contract: names do not follow the Swift ones, and nil is null where
// the part was asked for.
extension LintReport: Encodable {
    private enum Key: String, CodingKey { case record, policy, mx, tlsrpt }
    private enum RecordKey: String, CodingKey { case valid, id, findings }
    private enum PolicyKey: String, CodingKey {
        case valid, mode, mx, findings
        case maxAge = "max_age"
    }
    private enum HostKey: String, CodingKey { case host, covered, pattern }
    private enum ReportingKey: String, CodingKey { case valid, rua, findings }

    func encode(to encoder: any Encoder) throws {
        var root = encoder.container(keyedBy: Key.self)
        if let record {
            var part = root.nestedContainer(keyedBy: RecordKey.self, forKey: .record)
            try part.encode(record.isValid, forKey: .valid)
            try part.encode(record.id, forKey: .id)
            try part.encode(record.findings.map(Line.init), forKey: .findings)
        }
        if let policy {
            var part = root.nestedContainer(keyedBy: PolicyKey.self, forKey: .policy)
            try part.encode(policy.isValid, forKey: .valid)
            try part.encode(policy.mode, forKey: .mode)
            try part.encode(policy.maxAge, forKey: .maxAge)
            try part.encode(policy.mx, forKey: .mx)
            try part.encode(policy.findings.map(Line.init), forKey: .findings)
        }
        if let mx {
            var list = root.nestedUnkeyedContainer(forKey: .mx)
            for host in mx {
                var part = list.nestedContainer(keyedBy: HostKey.self)
                try part.encode(host.host, forKey: .host)
                try part.encode(host.isCovered, forKey: .covered)
                try part.encode(host.pattern, forKey: .pattern)
            }
        }
        if let tlsrpt {
            var part = root.nestedContainer(keyedBy: ReportingKey.self, forKey: .tlsrpt)
            try part.encode(tlsrpt.isValid, forKey: .valid)
            try part.encode(tlsrpt.rua, forKey: .rua)
            try part.encode(tlsrpt.findings.map(Line.init), forKey: .findings)
        }
    }

    /// A finding in the shape above.
    private struct Line: Encodable {
        var finding: Finding
        private enum Key: String, CodingKey { case cause, severity, line, detail }

        func encode(to encoder: any Encoder) throws {
            var part = encoder.container(keyedBy: Key.self)
            try part.encode(finding.cause.code, forKey: .cause)
            try part.encode(finding.severity, forKey: .severity)
            try part.encode(finding.line, forKey: .line)
            try part.encode(finding.detail, forKey: .detail)
        }
    }
}
