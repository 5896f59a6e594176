/// A domain name as queries and comparisons want it: A-labels, lower case, no trailing dot.
public struct DomainName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let description: String

    private init(canonical: String) { description = canonical }

    /// Reads a name of LDH labels (RFC 5321 §4.1.2 `Domain`, RFC 1035 §2.3.4 lengths).
    ///
    /// ASCII upper case is lowered and one trailing dot dropped. U-labels are refused as
    /// `.notASCII`: turning them into A-labels is the caller's work.
    public init(_ text: some StringProtocol) throws(Problem) {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        if bytes.contains(where: { $0 >= 0x80 }) { throw .notASCII }
        if bytes.last == 0x2E { bytes.removeLast() }
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.maximumLength else { throw .tooLong(bytes: bytes.count) }
        for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) {
            bytes[index] |= 0x20
        }
        var start = 0
        while start <= bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x2E { end += 1 }
            guard end > start else { throw .emptyLabel }
            guard end - start <= Self.maximumLabelLength else {
                throw .labelTooLong(bytes: end - start)
            }
            for index in start..<end where !Self.isLetterDigitHyphen(bytes[index]) {
                throw .character(bytes[index])
            }
            guard bytes[start] != 0x2D, bytes[end - 1] != 0x2D else { throw .hyphenAtEdge }
            start = end + 1
        }
        self.init(canonical: String(decoding: bytes, as: UTF8.self))
    }

    public enum Problem: Error, Hashable, Sendable {
        case empty
        case emptyLabel
        case labelTooLong(bytes: Int)
        case tooLong(bytes: Int)
        /// An ASCII byte that is no letter, digit, hyphen or dot.
        case character(UInt8)
        /// A label begins or ends with a hyphen.
        case hyphenAtEdge
        case notASCII
    }

    /// Octets of the dotted form without the final dot (255 on the wire, RFC 1035 §2.3.4).
    public static let maximumLength = 253
    public static let maximumLabelLength = 63

    public static func < (a: DomainName, b: DomainName) -> Bool { a.description < b.description }

    /// Labels from left to right; at least one.
    public var labels: [Substring] { description.split(separator: ".") }

    /// The name whose TXT is the STS record (RFC 8461 §3.1).
    public var recordName: String { "_mta-sts." + description }

    /// The policy host (RFC 8461 §3.2).
    public var policyHost: String { "mta-sts." + description }

    /// The name whose TXT is the TLSRPT record (RFC 8460 §3).
    public var reportingName: String { "_smtp._tls." + description }

    private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D: true
        default: false
        }
    }
}
