/// An IP address and a port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    public var port: UInt16

    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.1:5353` or `[2001:db8::1]:5353`, and where there is a default, `192.0.2.1`,
    /// `2001:db8::1` and `[2001:db8::1]`; nil for anything else, port 0 included.
    public init?(_ text: some StringProtocol, defaultPort: UInt16? = nil) {
        if let address = IPAddress(text) {
            guard let defaultPort else { return nil }
            self.init(address: address, port: defaultPort)
            return
        }
        let host: Substring
        let rest: Substring
        let text = Substring(text)
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<end]
            rest = text[end...]
        }
        guard let address = IPAddress(host) else { return nil }
        if rest.isEmpty {
            guard let defaultPort else { return nil }
            self.init(address: address, port: defaultPort)
            return
        }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { return nil }
        self.init(address: address, port: port)
    }

    /// With the port always, and an IPv6 address in brackets.
    public var description: String {
        address.family == .v6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
