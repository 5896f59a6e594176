internal import Audit
internal import Evidence

/// What was seen of a domain, for a reader: a label and a line each, in the order of the guide.
enum EvidenceLines {
    private static let textLimit = 600
    private static let lineLimit = 12

    static func of(_ evidence: Evidence) -> [(label: String, text: String)] {
        var lines: [(label: String, text: String)] = []
        for record in evidence.record.found ?? [] {
            lines.append(("Record", "\"\(record.display)\""))
        }
        if let alias = evidence.record.aliases.last { lines.append(("Record by CNAME", alias)) }
        if let failure = evidence.record.failure { lines.append(("Record", failure.phrase)) }
        if let host = evidence.policyHost {
            if let alias = host.v4.aliases.last ?? host.v6.aliases.last {
                lines.append(("Policy host by CNAME", alias))
            }
            let addresses = host.all.map(\.description).joined(separator: " ")
            if !addresses.isEmpty { lines.append(("Policy host", addresses)) }
        }
        for fetch in evidence.fetches { lines += of(fetch) }
        for record in evidence.tlsrpt.found ?? [] {
            lines.append(("TLSRPT", "\"\(record.display)\""))
        }
        return Array(lines.prefix(lineLimit))
    }

    private static func of(_ fetch: Fetch) -> [(label: String, text: String)] {
        var lines: [(label: String, text: String)] = []
        if let leaf = fetch.chain.first {
            lines.append(
                ("Certificate", "\(leaf.subject), issuer \(leaf.issuer), until \(leaf.notAfter)"))
        }
        switch fetch.outcome {
        case .failed: break
        case .response(let response):
            lines.append(("Fetch", "\(fetch.address): status \(response.status)"))
            guard response.status == 200 else { break }
            let text = String(decoding: response.body.bytes.prefix(textLimit), as: UTF8.self)
            let rows = text.split(whereSeparator: \.isNewline).joined(separator: " | ")
            lines.append(("Policy", rows))
        }
        return lines
    }

    /// When the policy host's certificate ends: the first of several.
    static func expiry(_ evidence: Evidence) -> Timestamp? {
        evidence.fetches.compactMap(\.chain.first?.notAfter).min()
    }
}
