import Evidence
import Resolve
import Testing

@Suite("Resolver addresses")
struct ServerTests {
    typealias Server = ResolverConfiguration.Server

    static let good: [(String, String)] = [
        ("192.0.2.1", "192.0.2.1:53"), ("192.0.2.1:5353", "192.0.2.1:5353"),
        ("2001:db8::1", "[2001:db8::1]:53"), ("[2001:db8::1]", "[2001:db8::1]:53"),
        ("[::1]:65535", "[::1]:65535"),
    ]

    @Test("reads", arguments: good)
    func reads(text: String, description: String) {
        #expect(Server(text)?.description == description)
    }

    @Test(
        "refuses",
        arguments: [
            "", "localhost", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+53",
            "192.0.2.1:5 3", "192.0.2:53", "[192.0.2.1]:53", "[::1", "[::1]53", "[::1]:", "::1]:53",
            "fe80::1%eth0", "192.0.2.1:53:53", "192.0.2.1,192.0.2.2",
        ])
    func refuses(text: String) { #expect(Server(text) == nil) }
}
