/// A range of addresses in CIDR form (RFC 4632 §3.1): `10.0.0.0/8`, `fd00::/8`.
public struct Network: Hashable, Sendable {
    /// The first address: every bit behind the prefix is zero.
    public let address: IPAddress
    /// Bits, 0 to 32 for IPv4 and 0 to 128 for IPv6.
    public let prefixLength: Int

    /// - Parameter address: any address of the network; bits behind the prefix are dropped.
    /// - Returns: nil when `prefixLength` is out of range for the family.
    public init?(_ address: IPAddress, prefixLength: Int) {
        let width = address.family == .v4 ? 32 : 128
        guard (0...width).contains(prefixLength) else { return nil }
        self.address = address.masked(to: prefixLength)
        self.prefixLength = prefixLength
    }

    /// Reads `address/length`, or an address alone for the network of just that one. The length
    /// is decimal without sign or leading zeros; anything else is nil.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.family == .v4 ? 32 : 128)
            return
        }
        let digits = parts[1].utf8
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30, let length = Int(parts[1])
        else { return nil }
        self.init(address, prefixLength: length)
    }

    init(v4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, prefixLength: Int) {
        address = IPAddress(v4: a, b, c, d)
        self.prefixLength = prefixLength
    }

    /// - Parameter groups: the leading 16-bit groups; the rest is zero.
    init(v6 groups: UInt16..., prefixLength: Int) {
        address = IPAddress(v6: groups)
        self.prefixLength = prefixLength
    }

    /// Addresses of the other family are never members. Allocates nothing.
    public func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && other.masked(to: prefixLength) == address
    }
}

extension Network: CustomStringConvertible {
    public var description: String { "\(address)/\(prefixLength)" }
}
