/// A domain name as DNS sees it: labels of any bytes (RFC 1035 §3.1, RFC 2181 §11).
///
/// Equality and hashing ignore ASCII case (RFC 4343 §3); the bytes keep the case they came with.
public struct DNSName: Sendable {
    /// The uncompressed wire form: each label after its length, then the zero of the root.
    public let wire: [UInt8]

    /// - Parameter wire: a valid uncompressed wire form.
    init(checkedWire wire: [UInt8]) { self.wire = wire }

    public static let root = DNSName(checkedWire: [0])

    /// Octets of the wire form, the root's zero included (RFC 1035 §2.3.4).
    public static let maximumLength = 255
    public static let maximumLabelLength = 63

    /// Why labels do not make a name.
    public enum Problem: Error, Hashable, Sendable {
        case emptyLabel
        /// Above 63 octets.
        case labelTooLong
        /// Above 255 octets in wire form.
        case tooLong
        /// A backslash followed by neither three digits up to 255 nor one other character.
        case badEscape
    }

    /// - Parameter labels: from left to right, without the root; none of them empty.
    public init(labels: some Sequence<[UInt8]>) throws(Problem) {
        var wire: [UInt8] = []
        for label in labels { try Self.append(label[...], to: &wire) }
        wire.append(0)
        self.init(checkedWire: wire)
    }

    private static func append(
        _ label: ArraySlice<UInt8>, to wire: inout [UInt8]
    ) throws(Problem) {
        guard !label.isEmpty else { throw .emptyLabel }
        guard label.count <= maximumLabelLength else { throw .labelTooLong }
        guard wire.count + 1 + label.count + 1 <= maximumLength else { throw .tooLong }
        wire.append(UInt8(label.count))
        wire.append(contentsOf: label)
    }

    /// Reads presentation form (RFC 1035 §5.1), with or without the final dot.
    ///
    /// `\DDD` is a byte by its decimal number and `\X` the character X itself. The empty text and
    /// a single dot are the root.
    public init(_ text: some StringProtocol) throws(Problem) {
        try self.init(presentation: Array(text.utf8))
    }

    /// Not generic: a million names a minute pass here.
    private init(presentation text: [UInt8]) throws(Problem) {
        if text.isEmpty || text == [0x2E] {
            self = .root
            return
        }
        if text.contains(0x5C) {
            try self.init(escaped: text)
            return
        }
        // The usual case: the text itself with lengths in the places of the dots.
        var wire: [UInt8] = []
        wire.reserveCapacity(text.count + 2)
        wire.append(0)
        var start = 0
        for byte in text {
            if byte == 0x2E {
                try Self.endLabel(at: start, &wire)
                start = wire.count
                wire.append(0)
            } else {
                wire.append(byte)
            }
        }
        if wire.count > start + 1 {
            try Self.endLabel(at: start, &wire)
            wire.append(0)
        }
        self.init(checkedWire: wire)
    }

    /// Writes the length of the label that begins behind `start` and ends the bytes.
    private static func endLabel(at start: Int, _ wire: inout [UInt8]) throws(Problem) {
        let count = wire.count - start - 1
        guard count > 0 else { throw .emptyLabel }
        guard count <= maximumLabelLength else { throw .labelTooLong }
        guard wire.count + 1 <= maximumLength else { throw .tooLong }
        wire[start] = UInt8(count)
    }

    private init(escaped text: [UInt8]) throws(Problem) {
        var wire: [UInt8] = []
        wire.reserveCapacity(text.count + 2)
        var label: [UInt8] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case 0x2E:
                try Self.append(label[...], to: &wire)
                label = []
                index += 1
            case 0x5C:
                let (byte, length) = try Self.escaped(text[(index + 1)...])
                label.append(byte)
                index += 1 + length
            case let byte:
                label.append(byte)
                index += 1
            }
        }
        if !label.isEmpty { try Self.append(label[...], to: &wire) }
        wire.append(0)
        self.init(checkedWire: wire)
    }

    /// The byte that `text` (what follows a backslash) stands for, and how much of it was read.
    private static func escaped(_ text: ArraySlice<UInt8>) throws(Problem) -> (UInt8, Int) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let first = text.first else { throw .badEscape }
        guard isDigit(first) else { return (first, 1) }
        let digits = text.prefix(3)
        guard digits.count == 3, digits.allSatisfy(isDigit) else { throw .badEscape }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard let byte = UInt8(exactly: number) else { throw .badEscape }
        return (byte, 3)
    }

    public var isRoot: Bool { wire.count == 1 }

    /// Whether this is `ancestor` or a name below it. Allocates nothing.
    public func isWithin(_ ancestor: DNSName) -> Bool {
        var start = 0
        while wire.count - start > ancestor.wire.count { start += 1 + Int(wire[start]) }
        guard wire.count - start == ancestor.wire.count else { return false }
        return ancestor.wire.indices.allSatisfy {
            Self.folded(wire[start + $0]) == Self.folded(ancestor.wire[$0])
        }
    }

    /// From left to right, without the root.
    public var labels: [[UInt8]] {
        var labels: [[UInt8]] = []
        var index = 0
        while index < wire.count, wire[index] != 0 {
            let end = index + 1 + Int(wire[index])
            labels.append(Array(wire[index + 1..<end]))
            index = end
        }
        return labels
    }
}

extension DNSName: Hashable {
    // A length is at most 63, below "A": folding the whole wire form leaves lengths alone.
    private static func folded(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    public static func == (a: DNSName, b: DNSName) -> Bool {
        guard a.wire.count == b.wire.count else { return false }
        for index in a.wire.indices where a.wire[index] != b.wire[index] {
            guard folded(a.wire[index]) == folded(b.wire[index]) else { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        for byte in wire { hasher.combine(Self.folded(byte)) }
    }
}

extension DNSName: CustomStringConvertible {
    /// Presentation form in lower case without the final dot; the root is empty.
    ///
    /// Bytes that are not printable ASCII, and a dot or backslash within a label, are `\DDD`.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        var index = 0
        while index < wire.count, wire[index] != 0 {
            let end = index + 1 + Int(wire[index])
            if index > 0 { text.append(0x2E) }
            for byte in wire[index + 1..<end] { Self.append(byte, to: &text) }
            index = end
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case 0x2E, 0x5C, ...0x20, 0x7F...:
            text += [0x5C, 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        default:
            text.append(folded(byte))
        }
    }
}
