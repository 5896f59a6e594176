internal import Audit
internal import Evidence

/// Records as lines of a zone file (RFC 1035 §5.1): owner names are absolute, TTL and class stand
/// in every line, so the lines mean the same wherever they are put.
enum ZoneText {
    static func line(_ change: RecordChange) -> String {
        line(change.owner, change.value, ttl: change.ttl)
    }

    static func line(_ owner: String, _ value: RecordChange.Value, ttl: Int) -> String {
        "\(InertText.line(owner)). \(ttl) IN \(value.type) \(data(value))"
    }

    /// One line, whatever the value is.
    static func data(_ value: RecordChange.Value) -> String {
        switch value {
        case .text(let octets): text(octets.bytes)
        case .alias(let target): InertText.line(target) + "."
        case .address(let address): address.description
        }
    }

    /// TXT data as quoted strings of at most 255 octets each (RFC 1035 §3.3, §3.3.14).
    static func text(_ bytes: [UInt8]) -> String {
        guard !bytes.isEmpty else { return "\"\"" }
        return stride(from: 0, to: bytes.count, by: 255).map { start in
            "\"" + bytes[start..<min(start + 255, bytes.count)].map(escaped).joined() + "\""
        }.joined(separator: " ")
    }

    /// RFC 1035 §5.1: `\X` for a character with a meaning of its own, `\DDD` for an octet that is
    /// not to be shown as it is.
    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case 0x22, 0x5C: return "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: return String(UnicodeScalar(byte))
        default:
            let digits = String(byte)
            return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        }
    }
}
