import Evidence
import Testing

@Suite("IP address text: RFC 4291 §2.2, RFC 5952")
struct IPAddressTests {
    static let canonical: [(text: String, printed: String, why: String)] = [
        ("192.0.2.1", "192.0.2.1", "IPv4"),
        ("0.0.0.0", "0.0.0.0", "zero is one digit"),
        ("::", "::", "all zero"),
        ("::1", "::1", "loopback"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1", "lower case, no leading zeros, §4.1 and §4.3"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "one zero group is not shortened, §4.2.2"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "read, and printed without ::"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "the longest run, §4.2.3"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "the first of equal runs, §4.2.3"),
        ("1:0:0:0:0:0:0:0", "1::", "a run at the end"),
        ("0:0:1::", "0:0:1::", "the longer run at the end"),
        ("::ffff:192.0.2.1", "::ffff:c000:201", "an embedded quad is read"),
        ("fe80::1:2:3:4", "fe80::1:2:3:4", "link-local"),
    ]

    @Test("reads and prints", arguments: canonical)
    func prints(text: String, printed: String, why: String) throws {
        let address = try #require(IPAddress(text), "\(why)")
        #expect(address.description == printed, "\(why)")
        #expect(IPAddress(printed) == address, "\(why)")
        #expect(IPAddress(bytes: address.bytes) == address, "\(why)")
    }

    @Test(
        "refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4",
            "0x1.2.3.4",
            "1..2.3", "1.2.3.4.", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::8", "12345::", "g::", "+1::", "fe80::1%eth0", "1.2.3.4::", "::1.2.3",
            "[::1]",
            "::1/128", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7:8",
        ])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("any address is read back from its text")
    func roundTrip() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            // Half of the groups zero, to meet the rules for "::".
            let groups = (0..<8).map { _ -> UInt16 in
                Bool.random(using: &generator) ? 0 : .random(in: 0...(.max), using: &generator)
            }
            let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            let address = try #require(IPAddress(bytes: bytes))
            #expect(IPAddress(address.description) == address, "\(bytes)")
            let short = try #require(IPAddress(bytes: bytes.prefix(4)))
            #expect(IPAddress(short.description) == short)
            #expect(short < address, "IPv4 first")
        }
    }
}

@Suite("Network: RFC 4632 §3.1")
struct NetworkTests {
    static let rows: [(network: String, inside: [String], outside: [String], why: String)] = [
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::10"],
            "octets"
        ),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"], "within an octet"),
        ("192.0.2.1/32", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"], "one address"),
        ("192.0.2.1", ["192.0.2.1"], ["192.0.2.2"], "an address alone"),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::"], "one family only"),
        ("fd00::/8", ["fd00::", "fdff:ffff::1"], ["fc00::1", "fe00::"], "IPv6"),
        ("2001:db8::/64", ["2001:db8::ffff:0:0:1"], ["2001:db8:0:1::"], "at 64 bits"),
        ("2001:db8::/65", ["2001:db8::1"], ["2001:db8::8000:0:0:0"], "behind 64 bits"),
        ("::1/128", ["::1"], ["::", "::2"], "one address"),
        ("::/0", ["::", "ffff::"], ["0.0.0.0"], "one family only"),
    ]

    @Test("contains", arguments: rows)
    func contains(network: String, inside: [String], outside: [String], why: String) throws {
        let network = try #require(Network(network), "\(why)")
        for text in inside {
            #expect(network.contains(try #require(IPAddress(text))), "\(text): \(why)")
        }
        for text in outside {
            #expect(!network.contains(try #require(IPAddress(text))), "\(text): \(why)")
        }
    }

    @Test("bits behind the prefix are dropped")
    func masked() {
        #expect(Network("10.1.2.3/8")?.description == "10.0.0.0/8")
        #expect(Network("2001:db8::1/32")?.description == "2001:db8::/32")
    }

    @Test(
        "refused",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/8/8", "10/8", "10.0.0.0 /8", "10.0.0.0/9999999999999999999999",
        ])
    func refuses(text: String) {
        #expect(Network(text) == nil)
    }
}
