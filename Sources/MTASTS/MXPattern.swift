/// One `mx` value of a policy: a host name, or `*.` and a domain (RFC 8461 §3.2 `sts-policy-mx`).
public struct MXPattern: Hashable, Sendable, CustomStringConvertible {
    /// Lower case, as it stands in the policy otherwise: `*.example.com`.
    public let description: String
    public let isWildcard: Bool
    /// An IPv4 address in dotted decimal. The grammar takes it for a domain; MX hosts are names,
    /// so it never covers one.
    public let isAddress: Bool

    /// Reads exactly `["*."] Domain`, where Domain is RFC 5321 §4.1.2 within the lengths of
    /// RFC 1035 §2.3.4: no white space around it, no final dot, A-labels only.
    public init(_ text: some StringProtocol) throws(MXPatternProblem) {
        try self.init(bytes: Array(text.utf8))
    }

    init(bytes: [UInt8]) throws(MXPatternProblem) {
        var cursor = ByteCursor(bytes)
        guard let value = cursor.stsPolicyMXValue(), cursor.isAtEnd else {
            throw MXPatternProblem.diagnose(bytes[...])
        }
        let domain = bytes[value.domain]
        guard domain.count <= DomainName.maximumLength else { throw .tooLong(bytes: domain.count) }
        let labels = domain.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        if let long = labels.first(where: { $0.count > DomainName.maximumLabelLength }) {
            throw .labelTooLong(bytes: long.count)
        }
        description = String(decoding: bytes.map(ASCII.lowered), as: UTF8.self)
        isWildcard = value.isWildcard
        isAddress = !value.isWildcard && MXPatternProblem.isIPv4(domain)
    }

    /// Labels, the wildcard counted as one.
    public var labelCount: Int { description.utf8.count { $0 == ASCII.dot } + 1 }

    /// Whether this pattern covers the MX host `host` (RFC 8461 §4.1).
    ///
    /// A wildcard stands for exactly one label: `*.example.com` covers `mx.example.com`
    /// but neither `example.com` nor `a.b.example.com`.
    ///
    /// - Parameter host: A-labels in either case; one trailing dot is allowed.
    /// - Complexity: O(*n*) in the length of `host`; allocates nothing.
    public func covers(_ host: some StringProtocol) -> Bool {
        var pattern = description.utf8.makeIterator()
        var name = host.utf8.makeIterator()
        if isWildcard {
            // RFC 8461 §4.1: "*" is the entire left-most label, so drop "*." here and one
            // non-empty label with its dot there.
            _ = pattern.next()
            _ = pattern.next()
            var labelLength = 0
            while true {
                guard let byte = name.next() else { return false }
                if byte == ASCII.dot { break }
                labelLength += 1
            }
            if labelLength == 0 { return false }
        }
        while let expected = pattern.next() {
            guard let byte = name.next(), ASCII.lowered(byte) == expected else { return false }
        }
        guard let rest = name.next() else { return true }
        return rest == ASCII.dot && name.next() == nil
    }
}

/// Why a text is no MX pattern.
public enum MXPatternProblem: Error, Hashable, Sendable {
    case empty
    case ipLiteral
    /// Several names with commas or semicolons between them.
    case commaList
    /// Several names with white space between them.
    case severalNames
    /// The preference of an MX record stands before the name: `10 mx.example.com`.
    case priorityPrefix
    /// `*` somewhere else than as the entire left-most label.
    case innerWildcard
    /// `*` alone.
    case bareWildcard
    case trailingDot
    /// Letters outside ASCII: the A-label (`xn--...`) has to be given.
    case uLabel
    /// A space or mark that does not show, such as U+00A0 or U+200B.
    case invisibleCharacter
    case underscore
    case emptyLabel
    /// A label begins or ends with a hyphen.
    case hyphenAtEdge
    case labelTooLong(bytes: Int)
    case tooLong(bytes: Int)
    case comment
    /// A name of a template that was not filled in.
    case placeholder
    case quoted
    /// A URL, a port or an e-mail address.
    case notAName
    /// The first byte that no label may hold.
    case character(UInt8)
}
