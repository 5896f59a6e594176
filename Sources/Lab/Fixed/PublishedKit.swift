import DNSMessage
internal import Glibc

/// What `stsaudit fix --output` wrote, read as a bulk import and a web server read it.
public struct PublishedKit: Sendable {
    public enum Failure: Error, Hashable, Sendable {
        case unreadable(path: String)
        /// The row of `records.csv`, counted from 1 without the header.
        case row(Int)
    }

    /// What changes at one name.
    struct Node: Sendable {
        var alias: String?
        /// The data of TXT, A and AAAA records.
        var texts: [[UInt8]] = []
        var addresses: [[UInt8]] = []
        var lostAlias = false
        var endedTexts: Set<[UInt8]> = []
        var endedAddresses: Set<[UInt8]> = []

        /// Nothing comes to the name.
        var isEmpty: Bool { alias == nil && texts.isEmpty && addresses.isEmpty }
        /// The name leads to other addresses than before.
        var leadsElsewhere: Bool { alias != nil || !addresses.isEmpty }

        /// What is published of this type; nil when nothing is.
        func records(of type: RecordType, owner: DNSName) -> [ResourceRecord]? {
            let records: [ResourceRecord] =
                switch type {
                // A character-string holds 255 octets (RFC 1035 §3.3).
                case .txt:
                    texts.map { text in
                        .lab(
                            owner, .txt,
                            .txt(
                                stride(from: 0, to: text.count, by: 255).map {
                                    Array(text[$0..<min($0 + 255, text.count)])
                                }))
                    }
                case .a:
                    addresses.filter { $0.count == 4 }.map { .lab(owner, .a, .a($0)) }
                case .aaaa:
                    addresses.filter { $0.count == 16 }.map { .lab(owner, .aaaa, .aaaa($0)) }
                default: []
                }
            return records.isEmpty ? nil : records
        }

        /// Whether a record of the base was taken away.
        func ends(_ record: ResourceRecord) -> Bool {
            switch record.data {
            case .txt(let strings): endedTexts.contains(Array(strings.joined()))
            case .a(let address), .aaaa(let address): endedAddresses.contains(address)
            case .cname, .ns, .soa, .mx, .opt, .other: false
            }
        }
    }

    /// By owner name, lower case, without the final dot.
    private(set) var nodes: [String: Node] = [:]
    /// Policy files by policy host.
    private(set) var policies: [String: [UInt8]] = [:]

    init(folder: String) throws(Failure) {
        let path = folder + "/records.csv"
        guard let bytes = Self.read(path) else { throw .unreadable(path: path) }
        for (index, row) in Self.rows(bytes).dropFirst().enumerated() {
            guard row.count == 6 else { throw .row(index + 1) }
            guard publish(owner: row[1], type: row[2], value: row[4], action: row[5])
            else { throw .row(index + 1) }
            let host = "mta-sts." + row[0]
            guard policies[host] == nil else { continue }
            policies[host] = Self.read("\(folder)/policies/\(host)/.well-known/mta-sts.txt")
        }
    }

    private mutating func publish(
        owner: String, type: String, value: String, action: String
    ) -> Bool {
        var node = nodes[owner] ?? Node()
        switch (type, action) {
        case ("TXT", "add"), ("TXT", "replace"): node.texts.append(Array(value.utf8))
        case ("TXT", "delete"): node.endedTexts.insert(Array(value.utf8))
        case ("CNAME", "add"), ("CNAME", "replace"): node.alias = value
        case ("CNAME", "delete"): node.lostAlias = true
        case ("A", _), ("AAAA", _):
            guard let address = AddressText.data(value) else { return false }
            switch action {
            case "add", "replace": node.addresses.append(address)
            case "delete": node.endedAddresses.insert(address)
            default: return false
            }
        default: return false
        }
        nodes[owner] = node
        return true
    }

    /// RFC 4180, with CRLF line ends.
    private static func rows(_ bytes: [UInt8]) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var isAfterQuote = false
        for byte in bytes {
            if isQuoted, !isAfterQuote {
                if byte == UInt8(ascii: "\"") { isAfterQuote = true } else { field.append(byte) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                if isAfterQuote { field.append(byte) }
                isQuoted = true
                isAfterQuote = false
            case UInt8(ascii: ","), UInt8(ascii: "\n"):
                row.append(String(decoding: field, as: UTF8.self))
                (field, isQuoted, isAfterQuote) = ([], false, false)
                if byte == UInt8(ascii: "\n") {
                    rows.append(row)
                    row = []
                }
            case UInt8(ascii: "\r"): break
            default: field.append(byte)
            }
        }
        return rows
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += chunk[..<count]
        }
    }
}
