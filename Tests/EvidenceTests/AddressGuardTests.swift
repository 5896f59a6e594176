import Evidence
import Testing

@Suite("Special-purpose addresses: RFC 6890 and its registries")
struct AddressGuardTests {
    struct Row: Sendable {
        let first: String, last: String, purpose: SpecialPurpose
        /// Neighbours of the network that are something else.
        let outside: [String]
        init(_ first: String, _ last: String, _ purpose: SpecialPurpose, outside: String...) {
            (self.first, self.last, self.purpose, self.outside) = (first, last, purpose, outside)
        }
    }

    static let rows: [Row] = [
        .init("0.0.0.0", "0.0.0.0", .unspecified, outside: "0.0.0.1"),
        .init("0.0.0.1", "0.255.255.255", .thisNetwork, outside: "1.0.0.0"),
        .init("10.0.0.0", "10.255.255.255", .privateUse, outside: "9.255.255.255", "11.0.0.0"),
        .init(
            "100.64.0.0", "100.127.255.255", .sharedAddressSpace, outside: "100.63.255.255",
            "100.128.0.0"),
        .init("127.0.0.0", "127.255.255.255", .loopback, outside: "126.255.255.255", "128.0.0.0"),
        .init(
            "169.254.0.0", "169.254.255.255", .linkLocal, outside: "169.253.255.255", "169.255.0.0"),
        .init("172.16.0.0", "172.31.255.255", .privateUse, outside: "172.15.255.255", "172.32.0.0"),
        .init(
            "192.0.0.0", "192.0.0.255", .protocolAssignment, outside: "191.255.255.255", "192.0.1.0"
        ),
        .init("192.0.2.0", "192.0.2.255", .documentation, outside: "192.0.1.255", "192.0.3.0"),
        .init("192.31.196.0", "192.31.196.255", .infrastructureAnycast, outside: "192.31.197.0"),
        .init("192.52.193.0", "192.52.193.255", .infrastructureAnycast, outside: "192.52.194.0"),
        .init("192.88.99.0", "192.88.99.255", .sixToFour, outside: "192.88.98.255", "192.88.100.0"),
        .init(
            "192.168.0.0", "192.168.255.255", .privateUse, outside: "192.167.255.255", "192.169.0.0"
        ),
        .init("192.175.48.0", "192.175.48.255", .infrastructureAnycast, outside: "192.175.49.0"),
        .init(
            "198.18.0.0", "198.19.255.255", .benchmarking, outside: "198.17.255.255", "198.20.0.0"),
        .init("198.51.100.0", "198.51.100.255", .documentation, outside: "198.51.101.0"),
        .init(
            "203.0.113.0", "203.0.113.255", .documentation, outside: "203.0.112.255", "203.0.114.0"),
        .init("224.0.0.0", "239.255.255.255", .multicast, outside: "223.255.255.255"),
        .init("240.0.0.0", "255.255.255.254", .reserved, outside: "223.255.255.255"),
        .init("255.255.255.255", "255.255.255.255", .broadcast, outside: "223.0.0.1"),
        .init("::", "::", .unspecified, outside: "::1"),
        .init("::1", "::1", .loopback, outside: "::2"),
        .init("::ffff:0.0.0.0", "::ffff:255.255.255.255", .ipv4Mapped, outside: "::1:0:0:0"),
        .init("::ffff:8.8.8.8", "::ffff:8.8.8.8", .ipv4Mapped, outside: "2606:4700::1111"),
        .init("::2", "::255.255.255.255", .ipv4Compatible, outside: "::1:0:0"),
        .init("64:ff9b::", "64:ff9b::255.255.255.255", .nat64, outside: "64:ff9b::1:0:0"),
        .init("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", .nat64, outside: "64:ff9b:2::"),
        .init("100::", "100::ffff:ffff:ffff:ffff", .discardOnly, outside: "100:0:0:2::"),
        .init("100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", .dummy, outside: "100:0:0:2::"),
        .init("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", .teredo, outside: "2001:200::"),
        .init(
            "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", .benchmarking, outside: "2001:200::"),
        .init("2001:3::", "2001:3:ffff::", .infrastructureAnycast, outside: "2001:200::"),
        .init("2001:4:112::", "2001:4:112:ffff::", .infrastructureAnycast, outside: "2001:200::"),
        .init("2001:10::", "2001:1f:ffff::", .orchid, outside: "2001:200::"),
        .init("2001:20::", "2001:2f:ffff::", .orchid, outside: "2001:200::"),
        .init("2001:30::", "2001:3f:ffff::", .droneIdentifier, outside: "2001:200::"),
        .init("2001:1::1", "2001:1ff:ffff::", .protocolAssignment, outside: "2001:200::"),
        .init(
            "2001:db8::", "2001:db8:ffff:ffff::1", .documentation, outside: "2001:db7::",
            "2001:db9::"),
        .init("3fff::", "3fff:fff:ffff::", .documentation, outside: "3fff:1000::"),
        .init("2002::", "2002:ffff:ffff::1", .sixToFour, outside: "2003::"),
        .init("2002:808:808::1", "2002:808:808::1", .sixToFour, outside: "2003::"),
        .init(
            "2620:4f:8000::", "2620:4f:8000:ffff::", .infrastructureAnycast,
            outside: "2620:4f:8001::"),
        .init("5f00::", "5f00:ffff::", .segmentRouting, outside: "5f01::"),
        .init("fc00::", "fdff:ffff::", .uniqueLocal, outside: "fbff::"),
        .init("fe80::", "febf:ffff::", .linkLocal, outside: "fe7f::"),
        .init("fec0::", "feff:ffff::", .siteLocal, outside: "fe7f::"),
        .init("ff00::", "ffff:ffff::", .multicast, outside: "fbff::"),
        .init("4000::", "5eff:ffff::", .reserved, outside: "3ffe::"),
        .init("200::", "1fff:ffff::", .reserved, outside: "2000::"),
    ]

    @Test("registry", arguments: rows)
    func registry(row: Row) throws {
        for text in [row.first, row.last] {
            let address = try #require(IPAddress(text))
            #expect(address.specialPurpose == row.purpose, "\(text)")
            #expect(!AddressGuard().permits(address), "\(text)")
            #expect(AddressGuard(allowsAll: true).permits(address), "\(text)")
        }
        for text in row.outside {
            #expect(try #require(IPAddress(text)).specialPurpose != row.purpose, "\(text)")
        }
    }

    @Test(
        "public unicast passes",
        arguments: [
            "1.0.0.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "198.20.0.1",
            "223.255.255.255",
            "2000::1", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1",
            "3ffe::1",
        ])
    func ordinary(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.specialPurpose == nil)
        #expect(AddressGuard().permits(address))
    }

    @Test("a lab opens single networks, nothing else")
    func allowed() throws {
        let lab = AddressGuard(allowed: [try #require(Network("127.0.0.0/8"))])
        #expect(lab.permits(try #require(IPAddress("127.0.0.3"))))
        for text in ["10.0.0.1", "fd00::1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
            #expect(!lab.permits(try #require(IPAddress(text))), "\(text)")
        }
        #expect(AddressGuard.loopback.permits(try #require(IPAddress("::1"))))
        #expect(!AddressGuard.loopback.permits(try #require(IPAddress("fd00::1"))))
    }
}
