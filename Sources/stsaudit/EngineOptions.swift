internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Fetch
internal import Resolve
internal import Survey
internal import FoundationEssentials

/// Options of everything that goes out to the network: `audit`, `check`, `demo`.
struct EngineOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A resolver to ask; may be given several times. Default: the system's.",
            valueName: "ip[:port]"),
        transform: EngineOptions.server)
    var resolver: [Endpoint] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Trusted roots as a PEM bundle. Default: the system's bundle.", valueName: "file"))
    var caFile: String?

    @Option(name: .long, help: "Port of the policy hosts; other than 443 for labs only.")
    var policyPort: UInt16 = 443

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An HTTP proxy to fetch policies through. Default: none, whatever the environment says.",
            valueName: "ip:port"),
        transform: EngineOptions.proxy)
    var proxy: Endpoint?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Contact policy hosts at special-purpose addresses (loopback, private...). For labs.")
    var allowSpecialAddresses = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Allow the special-purpose addresses of this network only; may be repeated.",
            valueName: "cidr"),
        transform: EngineOptions.network)
    var allowNetwork: [Network] = []

    @Option(name: .long, help: "Domains in flight, 1 to 8000.")
    var concurrency = 1000

    @Option(name: .long, help: "Event loops, each on a thread of its own. Default: one per core.")
    var reactors: Int?

    @Option(
        name: .long,
        help: "HTTPS fetches in flight at one address of a policy host, which many domains share.")
    var perAddress: Int?

    @Option(name: .long, help: "HTTPS fetches in flight in all, 1 to 4000; each takes about 80 KB.")
    var fetches: Int?

    @Option(name: .long, help: "Seconds to wait for a DNS answer, per try.")
    var dnsTimeout: Double?

    @Option(
        name: .long,
        help: "Seconds to wait for a resolver that no longer answers, 0 to 86400. Default: 120.")
    var resolverPatience: Double?

    @Option(name: .long, help: "Seconds to wait for a TCP connection.")
    var connectTimeout: Double?

    @Option(name: .long, help: "Seconds for a whole policy fetch.")
    var fetchTimeout: Double?

    @Option(name: .long, help: "How often a transient failure is asked again at once, 0 to 10.")
    var retries: Int?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Look for a policy host also where there is no record.")
    var orphans = true

    @OptionGroup var probes: ProbeOptions

    mutating func validate() throws {
        if proxy != nil, probes.probeMx {
            throw ValidationError(
                "--probe-mx does not go through a --proxy: leave out one of them.")
        }
        guard (1...8000).contains(concurrency) else {
            throw ValidationError("--concurrency is 1 to 8000, not \(concurrency).")
        }
        if let reactors, !(1...256).contains(reactors) {
            throw ValidationError("--reactors is 1 to 256, not \(reactors).")
        }
        if let perAddress, !(1...1000).contains(perAddress) {
            throw ValidationError("--per-address is 1 to 1000, not \(perAddress).")
        }
        if let fetches, !(1...4000).contains(fetches) {
            throw ValidationError("--fetches is 1 to 4000, not \(fetches).")
        }
        if let retries, !(0...10).contains(retries) {
            throw ValidationError("--retries is 0 to 10, not \(retries).")
        }
        if let resolverPatience, !(0...86_400).contains(resolverPatience) {
            throw ValidationError(
                "--resolver-patience is 0 to 86400 seconds, not \(resolverPatience).")
        }
        for (name, value) in [
            ("dns-timeout", dnsTimeout), ("connect-timeout", connectTimeout),
            ("fetch-timeout", fetchTimeout),
        ] {
            if let value, !(value >= 0.05 && value <= 600) {
                throw ValidationError("--\(name) is 0.05 to 600 seconds, not \(value).")
            }
        }
    }
}

extension EngineOptions {
    var configuration: SurveyConfiguration {
        var configuration = SurveyConfiguration()
        configuration.concurrency = concurrency
        if let reactors { configuration.reactors = reactors }
        if let fetches { configuration.fetchesInFlight = fetches }
        if let perAddress { configuration.fetchesPerAddress = perAddress }
        if let retries { configuration.examiner.retries = retries }
        configuration.examiner.looksForOrphans = orphans
        configuration.resolver.servers = resolver
        if let dnsTimeout { configuration.resolver.timeout = .seconds(dnsTimeout) }
        if let resolverPatience { configuration.resolverPatience = .seconds(resolverPatience) }
        configuration.fetch.caFile = caFile
        configuration.fetch.port = policyPort
        configuration.fetch.proxy = proxy
        if let connectTimeout { configuration.fetch.connectTimeout = .seconds(connectTimeout) }
        if let fetchTimeout { configuration.fetch.totalTimeout = .seconds(fetchTimeout) }
        configuration.fetch.addressGuard = AddressGuard(
            allowsAll: allowSpecialAddresses, allowed: allowNetwork)
        probes.set(&configuration)
        return configuration
    }

    func configuration(judgingBy profile: SeverityProfile) -> SurveyConfiguration {
        var configuration = configuration
        configuration.profile = profile
        return configuration
    }

    /// A JSON object of what can change results, kept with the run.
    func recorded(judgingBy profile: SeverityProfile = .default) -> String {
        let standard = SurveyConfiguration()
        let record = Recorded(
            resolvers: resolver.map(\.description), caFile: caFile, policyPort: policyPort,
            proxy: proxy?.description, allowsSpecialAddresses: allowSpecialAddresses,
            allowedNetworks: allowNetwork.map(\.description), concurrency: concurrency,
            retries: configuration.examiner.retries, orphans: orphans,
            probesMX: probes.probeMx, mailPort: probes.mailPort, ehlo: probes.ehlo,
            profile: profile.settings,
            dnsTimeout: Self.seconds(dnsTimeout, unless: standard.resolver.timeout),
            connectTimeout: Self.seconds(connectTimeout, unless: standard.fetch.connectTimeout),
            fetchTimeout: Self.seconds(fetchTimeout, unless: standard.fetch.totalTimeout),
            probeTimeout: Self.seconds(probes.probeTimeout, unless: standard.fetch.mailTimeout))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Recorded: Encodable {
        var resolvers: [String]
        var caFile: String?
        var policyPort: UInt16
        var proxy: String?
        var allowsSpecialAddresses: Bool
        var allowedNetworks: [String]
        var concurrency: Int
        var retries: Int
        var orphans: Bool
        var probesMX: Bool
        var mailPort: UInt16
        var ehlo: String?
        /// What differs from the default profile, as in a profile's file; empty for the default.
        var profile: [String: String]
        /// In seconds; nil for the standard ones, as in runs of versions that did not note them.
        var dnsTimeout: Double?
        var connectTimeout: Double?
        var fetchTimeout: Double?
        var probeTimeout: Double?
    }

    private static func seconds(_ seconds: Double?, unless standard: Duration) -> Double? {
        guard let seconds, Duration.seconds(seconds) != standard else { return nil }
        return seconds
    }
}

extension EngineOptions {
    private static func server(_ text: String) throws -> Endpoint {
        guard let server = Endpoint(text, defaultPort: ResolverConfiguration.defaultPort) else {
            throw ValidationError("'\(text)' is no IP address with an optional port.")
        }
        return server
    }

    private static func proxy(_ text: String) throws -> Endpoint {
        let scheme = "http://"
        // A scheme is the same in any case (RFC 3986 §3.1).
        let hasScheme = text.prefix(scheme.count).lowercased() == scheme
        var place = hasScheme ? text.dropFirst(scheme.count) : text[...]
        if place.hasSuffix("/") { place = place.dropLast() }
        guard let proxy = Endpoint(place) else {
            throw ValidationError(
                "'\(text)' is no HTTP proxy's IP address with a port, such as 192.0.2.1:3128.")
        }
        return proxy
    }

    private static func network(_ text: String) throws -> Network {
        guard let network = Network(text) else {
            throw ValidationError("'\(text)' is no network such as 127.0.0.0/8.")
        }
        return network
    }
}

extension FailOn: ExpressibleByArgument {}
extension ProgressStyle: ExpressibleByArgument {}
