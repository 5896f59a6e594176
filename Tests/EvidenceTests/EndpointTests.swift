import Evidence
import Testing

@Suite("Endpoint text: RFC 3986 §3.2.2")
struct EndpointTests {
    /// Without a default port, and with 53 for one.
    static let rows: [(text: String, exact: String?, standard: String?)] = [
        ("192.0.2.1:5353", "192.0.2.1:5353", "192.0.2.1:5353"),
        ("[2001:db8::1]:53", "[2001:db8::1]:53", "[2001:db8::1]:53"),
        ("[::1]:65535", "[::1]:65535", "[::1]:65535"),
        ("192.0.2.1", nil, "192.0.2.1:53"), ("2001:db8::1", nil, "[2001:db8::1]:53"),
        ("[2001:db8::1]", nil, "[2001:db8::1]:53"),
    ]

    @Test("reads and prints, without a port only where there is a default", arguments: rows)
    func reads(text: String, exact: String?, standard: String?) {
        #expect(Endpoint(text)?.description == exact)
        #expect(Endpoint(text, defaultPort: 53)?.description == standard)
    }

    @Test(
        "refuses",
        arguments: [
            "", "localhost", "proxy.example:3128", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536",
            "192.0.2.1:+53", "192.0.2.1:5 3", "192.0.2.1:1 ", "192.0.2:53", "[192.0.2.1]:53",
            "[::1", "[::1]53", "[::1]:", "::1]:53", "fe80::1%eth0", "192.0.2.1:53:53",
            "192.0.2.1,192.0.2.2",
        ])
    func refuses(text: String) {
        #expect(Endpoint(text) == nil)
        #expect(Endpoint(text, defaultPort: 53) == nil)
    }
}
