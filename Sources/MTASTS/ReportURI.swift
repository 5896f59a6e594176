/// URIs as RFC 8460 §3 `tlsrpt-uri` allows them: RFC 3986 with `,`, `!` and `;` always encoded,
/// and the schemes `mailto` and `https`.
extension ByteCursor {
    /// `URI = scheme ":" hier-part [ "?" query ] [ "#" fragment ]`
    mutating func tlsrptURI() -> Bool {
        attempt { cursor in
            guard let scheme = cursor.uriScheme(), cursor.take(ASCII.colon) else { return nil }
            // RFC 3986 §3.1: schemes are case-insensitive.
            switch cursor.bytes[scheme].loweredText {
            case "https": guard cursor.httpsHierPart() else { return nil }
            // RFC 6068 §2 lets the address be in a header field too; a reporter needs it here.
            case "mailto": guard !cursor.uriPath().isEmpty else { return nil }
            default: return nil
            }
            if cursor.take(0x3F) { cursor.uriQueryOrFragment() }
            if cursor.take(ASCII.hash) { cursor.uriQueryOrFragment() }
            return true
        } ?? false
    }

    /// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )` (RFC 3986 §3.1)
    mutating func uriScheme() -> Range<Int>? {
        let start = position
        guard take(where: ASCII.isAlpha) else { return nil }
        takeAll { ASCII.isAlphanumeric($0) || $0 == 0x2B || $0 == ASCII.hyphen || $0 == ASCII.dot }
        return start..<position
    }

    /// `"//" authority path-abempty` (RFC 3986 §3), where RFC 9110 §4.2.2 wants a host.
    private mutating func httpsHierPart() -> Bool {
        guard take("//") else { return false }
        // authority = [ userinfo "@" ] host [ ":" port ]
        _ = attempt { cursor in
            cursor.uriCharacters { $0 == ASCII.colon }
            return cursor.take(ASCII.at) ? true : nil
        }
        guard uriHost() else { return false }
        if take(ASCII.colon) { takeAll(where: ASCII.isDigit) }
        return next == ASCII.slash
            ? !uriPath().isEmpty : isAtEnd || next == 0x3F || next == ASCII.hash
    }

    /// `host = IP-literal / IPv4address / reg-name`, not empty (RFC 3986 §3.2.2).
    private mutating func uriHost() -> Bool {
        if take(0x5B) {
            let literal = takeAll { ASCII.isHexDigit($0) || $0 == ASCII.colon || $0 == ASCII.dot }
            return literal.count >= 2 && take(0x5D)
        }
        return !uriCharacters { _ in false }.isEmpty
    }

    /// `pchar` and "/" (RFC 3986 §3.3).
    private mutating func uriPath() -> Range<Int> {
        uriCharacters { $0 == ASCII.colon || $0 == ASCII.at || $0 == ASCII.slash }
    }

    /// `*( pchar / "/" / "?" )` (RFC 3986 §3.4, §3.5).
    private mutating func uriQueryOrFragment() {
        uriCharacters {
            $0 == ASCII.colon || $0 == ASCII.at || $0 == ASCII.slash || $0 == 0x3F
        }
    }

    /// `*( unreserved / pct-encoded / sub-delims / others )`, without the three bytes that RFC
    /// 8460 §3 wants encoded.
    @discardableResult
    private mutating func uriCharacters(or isOther: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while take(where: { RUAProblem.isURIByte($0) || isOther($0) }) || uriPercentEncoded() {}
        return start..<position
    }

    /// `pct-encoded = "%" HEXDIG HEXDIG` (RFC 3986 §2.1)
    private mutating func uriPercentEncoded() -> Bool {
        attempt { cursor in
            cursor.take(ASCII.percent) && cursor.take(where: ASCII.isHexDigit)
                && cursor.take(where: ASCII.isHexDigit) ? true : nil
        } ?? false
    }
}

extension RUAProblem {
    /// `unreserved / sub-delims` of RFC 3986 §2, less `!`, `,` and `;`.
    static func isURIByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E: true  // unreserved: - . _ ~
        case 0x24, 0x26...0x2B, 0x3D: true  // sub-delims: $ & ' ( ) * + =
        default: ASCII.isAlphanumeric(byte)
        }
    }

    /// Says why `entry`, which is no `tlsrpt-uri`, is none.
    static func diagnose(_ entry: ArraySlice<UInt8>) -> RUAProblem {
        if entry.isEmpty { return .empty }
        var cursor = ByteCursor(Array(entry))
        guard let scheme = cursor.uriScheme(), cursor.take(ASCII.colon) else { return .noScheme }
        let name = cursor.bytes[scheme].loweredText
        guard name == "mailto" || name == "https" else { return .scheme }
        let rest = cursor.bytes[cursor.position...]
        if rest.contains(where: ASCII.isWSP) { return .whiteSpace }
        for (index, byte) in rest.enumerated() where byte == ASCII.percent {
            let digits = rest.dropFirst(index + 1).prefix(2)
            if digits.count < 2 || !digits.allSatisfy(ASCII.isHexDigit) { return .percentEncoding }
        }
        let alwaysAllowed = Array(":/?#[]@%".utf8)
        if let bad = rest.first(where: { !isURIByte($0) && !alwaysAllowed.contains($0) }) {
            return .character(bad)
        }
        if name == "mailto" {
            let isAddressless = rest.isEmpty || rest.first == 0x3F || rest.first == ASCII.hash
            return isAddressless ? .noAddress : .character(misplaced(in: rest))
        }
        let authority = rest.starts(with: "//".utf8) ? rest.dropFirst(2) : []
        let host = authority.prefix { $0 != ASCII.slash && $0 != 0x3F && $0 != ASCII.hash }
        let hostless = host.isEmpty || host.first == ASCII.colon || host.last == ASCII.at
        if hostless { return .noHost }
        let port = host.drop { $0 != ASCII.colon }.dropFirst()
        if host.first != 0x5B, let bad = port.first(where: { !ASCII.isDigit($0) }) {
            return .character(bad)
        }
        return .character(misplaced(in: rest))
    }

    /// A URI byte at a place where it may not stand: brackets, or a second "#".
    private static func misplaced(in rest: ArraySlice<UInt8>) -> UInt8 {
        rest.first { $0 == 0x5B || $0 == 0x5D } ?? ASCII.hash
    }
}
