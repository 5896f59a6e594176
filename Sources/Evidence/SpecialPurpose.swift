/// Why an address is no place on the public Internet: the entries of the IANA IPv4 and IPv6
/// Special-Purpose Address Registries (RFC 6890), and the address space that is not unicast.
///
/// Codes are stable; they are stored with the evidence.
public enum SpecialPurpose: String, Hashable, Sendable, Codable, CaseIterable {
    /// `0.0.0.0` and `::` (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2).
    case unspecified
    /// The rest of `0.0.0.0/8` (RFC 791 §3.2).
    case thisNetwork = "this-network"
    case loopback
    /// RFC 1918.
    case privateUse = "private-use"
    /// Carrier-grade NAT, `100.64.0.0/10` (RFC 6598).
    case sharedAddressSpace = "shared-address-space"
    case linkLocal = "link-local"
    /// `fec0::/10`, deprecated (RFC 3879).
    case siteLocal = "site-local"
    /// `fc00::/7` (RFC 4193).
    case uniqueLocal = "unique-local"
    /// `192.0.0.0/24` and what `2001::/23` holds besides the named ones (RFC 6890 §2.1, RFC 2928).
    case protocolAssignment = "protocol-assignment"
    case documentation
    case benchmarking
    case multicast
    case broadcast
    /// `240.0.0.0/4`, and IPv6 outside the global unicast space `2000::/3` (RFC 4291 §2.4).
    case reserved
    /// `::ffff:0:0/96` (RFC 4291 §2.5.5.2). The embedded address does not matter.
    case ipv4Mapped = "ipv4-mapped"
    /// `::/96`, deprecated (RFC 4291 §2.5.5.1).
    case ipv4Compatible = "ipv4-compatible"
    /// `64:ff9b::/96` and `64:ff9b:1::/48` (RFC 6052, RFC 8215). What answers there is chosen by
    /// the translator of whoever asks, so it says nothing about the domain.
    case nat64
    /// `2002::/16` and its relays, `192.88.99.0/24` (RFC 3056, RFC 7526).
    case sixToFour = "6to4"
    /// `2001::/32` (RFC 4380).
    case teredo
    /// `2001:10::/28` and `2001:20::/28` (RFC 4843, RFC 7343): identifiers, not addresses.
    case orchid
    /// Drone remote identifiers, `2001:30::/28` (RFC 9374).
    case droneIdentifier = "drone-identifier"
    /// `100::/64` (RFC 6666).
    case discardOnly = "discard-only"
    /// `100:0:0:1::/64` (RFC 9780).
    case dummy
    /// Segment identifiers, `5f00::/16` (RFC 9602).
    case segmentRouting = "segment-routing"
    /// Anycast for DNS and multicast infrastructure: AS112 (RFC 7534, RFC 7535) and AMT
    /// (RFC 7450). Reachable, but never a mail or policy host.
    case infrastructureAnycast = "infrastructure-anycast"
}

extension IPAddress {
    /// Nil for an ordinary public unicast address.
    ///
    /// - Complexity: one pass over a table of some 40 rows; allocates nothing.
    public var specialPurpose: SpecialPurpose? {
        for row in SpecialPurpose.registry where row.network.contains(self) { return row.purpose }
        // RFC 4291 §2.4: today's global unicast space is 2000::/3.
        if family == .v6, !SpecialPurpose.globalUnicast.contains(self) { return .reserved }
        return nil
    }
}

extension SpecialPurpose {
    fileprivate typealias Row = (network: Network, purpose: SpecialPurpose)

    fileprivate static let globalUnicast = Network(v6: 0x2000, prefixLength: 3)

    /// The narrower network before the wider one that holds it.
    fileprivate static let registry: [Row] = [
        (Network(v4: 0, 0, 0, 0, prefixLength: 32), .unspecified),
        (Network(v4: 0, 0, 0, 0, prefixLength: 8), .thisNetwork),
        (Network(v4: 10, 0, 0, 0, prefixLength: 8), .privateUse),
        (Network(v4: 100, 64, 0, 0, prefixLength: 10), .sharedAddressSpace),
        (Network(v4: 127, 0, 0, 0, prefixLength: 8), .loopback),
        (Network(v4: 169, 254, 0, 0, prefixLength: 16), .linkLocal),
        (Network(v4: 172, 16, 0, 0, prefixLength: 12), .privateUse),
        (Network(v4: 192, 0, 0, 0, prefixLength: 24), .protocolAssignment),
        (Network(v4: 192, 0, 2, 0, prefixLength: 24), .documentation),
        (Network(v4: 192, 31, 196, 0, prefixLength: 24), .infrastructureAnycast),
        (Network(v4: 192, 52, 193, 0, prefixLength: 24), .infrastructureAnycast),
        (Network(v4: 192, 88, 99, 0, prefixLength: 24), .sixToFour),
        (Network(v4: 192, 168, 0, 0, prefixLength: 16), .privateUse),
        (Network(v4: 192, 175, 48, 0, prefixLength: 24), .infrastructureAnycast),
        (Network(v4: 198, 18, 0, 0, prefixLength: 15), .benchmarking),
        (Network(v4: 198, 51, 100, 0, prefixLength: 24), .documentation),
        (Network(v4: 203, 0, 113, 0, prefixLength: 24), .documentation),
        (Network(v4: 224, 0, 0, 0, prefixLength: 4), .multicast),
        (Network(v4: 255, 255, 255, 255, prefixLength: 32), .broadcast),
        (Network(v4: 240, 0, 0, 0, prefixLength: 4), .reserved),

        (Network(v6: 0, prefixLength: 128), .unspecified),
        (Network(v6: 0, 0, 0, 0, 0, 0, 0, 1, prefixLength: 128), .loopback),
        (Network(v6: 0, 0, 0, 0, 0, 0xFFFF, prefixLength: 96), .ipv4Mapped),
        (Network(v6: 0, prefixLength: 96), .ipv4Compatible),
        (Network(v6: 0x64, 0xFF9B, prefixLength: 96), .nat64),
        (Network(v6: 0x64, 0xFF9B, 1, prefixLength: 48), .nat64),
        (Network(v6: 0x100, prefixLength: 64), .discardOnly),
        (Network(v6: 0x100, 0, 0, 1, prefixLength: 64), .dummy),
        (Network(v6: 0x2001, 0, prefixLength: 32), .teredo),
        // RFC 4773: AMT and AS112 stand inside 2001::/23.
        (Network(v6: 0x2001, 3, prefixLength: 32), .infrastructureAnycast),
        (Network(v6: 0x2001, 4, 0x112, prefixLength: 48), .infrastructureAnycast),
        (Network(v6: 0x2001, 2, 0, prefixLength: 48), .benchmarking),
        (Network(v6: 0x2001, 0x10, prefixLength: 28), .orchid),
        (Network(v6: 0x2001, 0x20, prefixLength: 28), .orchid),
        (Network(v6: 0x2001, 0x30, prefixLength: 28), .droneIdentifier),
        (Network(v6: 0x2001, 0, prefixLength: 23), .protocolAssignment),
        (Network(v6: 0x2001, 0xDB8, prefixLength: 32), .documentation),
        (Network(v6: 0x3FFF, prefixLength: 20), .documentation),
        (Network(v6: 0x2002, prefixLength: 16), .sixToFour),
        (Network(v6: 0x2620, 0x4F, 0x8000, prefixLength: 48), .infrastructureAnycast),
        (Network(v6: 0x5F00, prefixLength: 16), .segmentRouting),
        (Network(v6: 0xFC00, prefixLength: 7), .uniqueLocal),
        (Network(v6: 0xFE80, prefixLength: 10), .linkLocal),
        (Network(v6: 0xFEC0, prefixLength: 10), .siteLocal),
        (Network(v6: 0xFF00, prefixLength: 8), .multicast),
    ]
}
