internal import DNSMessage
internal import Evidence
internal import MTASTS
internal import Report
@testable internal import Survey

func fuzzNames(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = try? DomainName(text) {
        require((try? DomainName(name.description)) == name, "another domain name")
        require(name.description.utf8.count <= DomainName.maximumLength, "a long domain name")
        require((try? DNSName(name.description)) != nil, "no name for DNS")
    }
    if let pattern = try? MXPattern(text) {
        require((try? MXPattern(pattern.description)) == pattern, "another pattern")
        require(!pattern.covers(""), "a pattern that covers nothing at all")
    }
    // A sender's pattern over whatever an MX record holds.
    let parts = text.split(separator: " ", maxSplits: 1)
    if parts.count == 2, let pattern = try? MXPattern(parts[0]) {
        let covers = pattern.covers(parts[1])
        require(!covers || !pattern.isWildcard || parts[1].contains("."), "covers a bare label")
    }
    if let name = try? DNSName(text) {
        require(name.wire.count <= DNSName.maximumLength, "a long name")
        require((try? DNSName(name.description)) == name, "another name")
        require((try? DNSName(labels: name.labels)) == name, "other labels")
    }
    let field = DomainField.trimmed(bytes[...])
    if case .success(let name) = DomainField.read(field) {
        require((try? DomainName(name.description)) == name, "another domain field")
    }
    if let address = IPAddress(text) {
        require(IPAddress(address.description) == address, "another address")
        require(IPAddress(bytes: address.bytes) == address, "other address bytes")
        _ = AddressGuard().permits(address)
    }
    if let network = Network(text) {
        require(Network(network.description) == network, "another network")
    }
    if let time = Timestamp(text) {
        require(Timestamp(time.description) == time, "another time")
    }
    let line = InertText.line(text)
    require(!line.unicodeScalars.contains(where: InertText.isActive), "an active character")
}
