public import Audit
internal import MTASTS

/// One of the parts into which a portfolio is divided among machines: `2/4` is the second of four.
///
/// A domain belongs to the part that its name's hash says, whatever the machine, the order of the
/// rows and the rest of the portfolio: so a domain is always in the same store, and has its history
/// there. The hash is part of the format of stored runs and never changes:
///
/// - of a row that names a domain: its A-label form, lower case, no final dot;
/// - of a row that names none: what stood in the field, as it is stored (trimmed, at most 1,024
///   bytes). Lines move when rows come and go, and a row that moves is to stay where it is;
/// - SipHash-2-4 with a key of 16 zero bytes and a result of 16 bytes, the first 8 of which are read
///   little-endian, modulo the number of parts.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
    /// From 1 to `count`.
    public let index: Int
    public let count: Int

    /// So many that the rows of each still have keys of their own in a merged store.
    public static let maximumCount = 10_000

    public init?(index: Int, count: Int) {
        guard (1...Self.maximumCount).contains(count), (1...count).contains(index) else {
            return nil
        }
        self.index = index
        self.count = count
    }

    /// Reads `i/n`: decimal digits alone.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        for part in parts where !part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return nil }
        guard let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: index, count: count)
    }

    public var description: String { "\(index)/\(count)" }

    public func contains(_ row: PortfolioRow) -> Bool {
        contains(row.domain?.description ?? row.input)
    }

    /// - Parameter key: what a row is hashed by.
    func contains(_ key: String) -> Bool {
        count == 1 || Self.hash(key) % UInt64(count) == UInt64(index - 1)
    }

    static func hash(_ key: String) -> UInt64 {
        var hash = SipHash(key: SipHash.Key(first: 0, second: 0))
        hash.combine(key.utf8)
        return hash.finish().first
    }
}
