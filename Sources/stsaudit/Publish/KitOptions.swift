internal import ArgumentParser
internal import Audit
internal import Evidence
internal import MTASTS
internal import Report
internal import Survey

/// What is to be published.
struct KitOptions: ParsableArguments {
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case testing
        case enforce
    }

    @Option(name: .long, help: "The mode to publish: testing or enforce.")
    var mode = Mode.testing

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where senders' TLS reports go, mailto: or https:, for domains without a usable TLSRPT "
                + "record. May be repeated.", valueName: "uri"))
    var tlsrptRua: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The CNAME for policy hosts that have no usable address: your web server.",
            valueName: "name"),
        transform: Self.target)
    var policyHostTarget: DomainName?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp("Instead of a CNAME: its addresses.", valueName: "address"),
        transform: Self.address)
    var policyHostAddress: [IPAddress] = []

    @Option(name: .long, help: "TTL of the records in seconds, 60 to 604800.")
    var ttl = KitWishes.standardTTL

    mutating func validate() throws {
        guard tlsrptRua.isEmpty || KitWishes.areValid(reportsTo: tlsrptRua) else {
            throw ValidationError(
                "--tlsrpt-rua takes a URI such as mailto:tls@example.net or "
                    + "https://example.net/tls; a comma, '!' or ';' in it is written %2C, %21, %3B."
            )
        }
        guard policyHostTarget == nil || policyHostAddress.isEmpty else {
            throw ValidationError("Give --policy-host-target or --policy-host-address.")
        }
        guard (60...604_800).contains(ttl) else {
            throw ValidationError("--ttl is 60 to 604800, not \(ttl).")
        }
    }

    var wishes: KitWishes {
        let host: KitWishes.PolicyHost? =
            policyHostAddress.isEmpty
            ? policyHostTarget.map { .alias($0) } : .addresses(policyHostAddress)
        return KitWishes(
            mode: mode == .enforce ? .enforce : .testing, reportsTo: tlsrptRua, policyHost: host,
            ttl: ttl)
    }

    private static func target(_ text: String) throws -> DomainName {
        switch DomainField.read(Array(text.utf8)[...]) {
        case .success(let name): return name
        case .failure(let problem):
            throw ValidationError("'\(InertText.line(text))': \(problem.explanation)")
        }
    }

    /// Senders go to public addresses only.
    private static func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValidationError("'\(InertText.line(text))' is no IP address.")
        }
        if let purpose = address.specialPurpose {
            throw ValidationError(
                "\(address) is a special-purpose address (\(purpose.rawValue)); senders cannot "
                    + "reach it.")
        }
        return address
    }
}
