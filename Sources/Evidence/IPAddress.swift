/// An IPv4 or IPv6 address, without a zone.
public struct IPAddress: Hashable, Sendable {
    public enum Family: Hashable, Sendable { case v4, v6 }

    public let family: Family
    /// Network order: the first 4 bytes of an IPv4 address are in the top of `high`.
    private let high: UInt64
    private let low: UInt64

    private init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// - Parameter bytes: 4 or 16 of them, in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        func word(_ range: Range<Int>) -> UInt64 {
            bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch bytes.count {
        case 4: self.init(family: .v4, high: word(0..<4) << 32, low: 0)
        case 16: self.init(family: .v6, high: word(0..<8), low: word(8..<16))
        default: return nil
        }
    }

    init(v4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        let word = [a, b, c, d].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(family: .v4, high: word << 32, low: 0)
    }

    /// - Parameter groups: the leading ones of eight; the rest is zero.
    init(v6 groups: [UInt16]) {
        func word(_ range: Range<Int>) -> UInt64 {
            range.reduce(0) { $0 << 16 | (groups.indices.contains($1) ? UInt64(groups[$1]) : 0) }
        }
        self.init(family: .v6, high: word(0..<4), low: word(4..<8))
    }

    /// This address with all bits behind the first `length` zero.
    ///
    /// - Parameter length: 0 to 32 or 128, by the family.
    func masked(to length: Int) -> IPAddress {
        // A shift by the width of the type or more gives zero in Swift.
        let high = high & ~(UInt64.max >> length)
        let low = length > 64 ? low & ~(UInt64.max >> (length - 64)) : 0
        return IPAddress(family: family, high: high, low: low)
    }

    /// 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        let all = [high, low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
        }
        return family == .v4 ? Array(all.prefix(4)) : all
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        if a.family != b.family { return a.family == .v4 }
        return (a.high, a.low) < (b.high, b.low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or RFC 5952.
    public var description: String {
        let bytes = bytes
        if family == .v4 { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        func hex(_ groups: ArraySlice<Int>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let zeros = Self.longestZeroRun(groups) else { return hex(groups[...]) }
        return hex(groups[..<zeros.lowerBound]) + "::" + hex(groups[zeros.upperBound...])
    }

    // RFC 5952 §4.2: the first of the longest runs, and no run of one.
    private static func longestZeroRun(_ groups: [Int]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(1, best?.count ?? 1) { best = start..<end }
            start = max(end, start) + 1
        }
        return best
    }

    /// Strict textual form: four decimal numbers without leading zeros, or RFC 4291 §2.2
    /// (with an embedded dotted quad allowed). Nil for anything else, zones included.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(0x3A) {
            guard let bytes = Self.parseV6(Array(text.utf8)) else { return nil }
            self.init(bytes: bytes)
        } else {
            guard let bytes = Self.parseV4(Array(text.utf8)[...]) else { return nil }
            self.init(bytes: bytes)
        }
    }

    private static func parseV4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30,
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseV6(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= 45 else { return nil }
        // "::" may stand once; split there first.
        var halves: [[UInt8]] = [[]]
        var index = 0
        while index < text.count {
            if text[index] == 0x3A, index + 1 < text.count, text[index + 1] == 0x3A {
                halves.append([])
                index += 2
            } else {
                halves[halves.count - 1].append(text[index])
                index += 1
            }
        }
        guard halves.count <= 2 else { return nil }
        var parsed: [[UInt8]] = []
        for (position, half) in halves.enumerated() {
            guard let bytes = parseGroups(half, mayEndInV4: position == halves.count - 1)
            else { return nil }
            parsed.append(bytes)
        }
        if parsed.count == 1 { return parsed[0].count == 16 ? parsed[0] : nil }
        let gap = 16 - parsed[0].count - parsed[1].count
        guard gap >= 2 else { return nil }
        return parsed[0] + Array(repeating: 0, count: gap) + parsed[1]
    }

    private static func parseGroups(_ text: [UInt8], mayEndInV4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (position, part) in parts.enumerated() {
            if part.contains(0x2E) {
                guard mayEndInV4, position == parts.count - 1, let v4 = parseV4(part)
                else { return nil }
                bytes += v4
            } else {
                guard (1...4).contains(part.count),
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != 0x2B, part.first != 0x2D
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}

extension IPAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an IP address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
