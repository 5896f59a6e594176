internal import DNSMessage
public import Evidence
public import Fetch
public import Resolve

/// The questions an examination asks DNS, each once. `Resolver` answers them; tests script them.
/// What is found comes sorted, as `Evidence` wants it.
public protocol NameService: Sendable {
    func mx(_ name: String) async -> Resolution<[MXRecord]>
    func txt(_ name: String) async -> Resolution<[TXTRecord]>
    /// What every domain is asked first, all at the same time.
    func mail(_ domain: String, record: String, reporting: String) async -> MailResolution
    /// A and AAAA, side by side.
    func addresses(_ host: String) async -> HostResolution
    /// The same for a host that most likely does not exist.
    func addressesIfAny(_ host: String) async -> HostResolution
    /// A for IPv4, AAAA for IPv6.
    func addresses(_ host: String, _ family: IPAddress.Family) async -> Resolution<[IPAddress]>
    /// The CNAME at exactly this name.
    func alias(of host: String) async -> Resolution<String>
    /// Whether replies come, and not only that nothing exists.
    func isAnswering() async -> Bool
}

extension NameService {
    public func mail(
        _ domain: String, record: String, reporting: String
    ) async -> MailResolution {
        async let askedRecord = txt(record)
        async let askedReporting = txt(reporting)
        let mx = await mx(domain)
        return MailResolution(mx: mx, record: await askedRecord, reporting: await askedReporting)
    }

    public func addressesIfAny(_ host: String) async -> HostResolution { await addresses(host) }
}

/// Fetches a policy from one address, once. `PolicyFetcher` does; tests script it.
public protocol PolicyService: Sendable {
    func fetch(policyHost: String, from address: IPAddress) async -> Fetch
}

/// Looks at an MX host at one address, once: EHLO, STARTTLS, the handshake, and no mail.
/// `PolicyFetcher` does; tests script it.
public protocol MailProbeService: Sendable {
    func probe(mailHost: String, from address: IPAddress) async -> MailProbe
}

extension PolicyFetcher: PolicyService, MailProbeService {}

extension Resolver: NameService {
    public func addresses(
        _ host: String, _ family: IPAddress.Family
    ) async -> Resolution<[IPAddress]> {
        let reply = await query(host, family == .v4 ? .a : .aaaa)
        return Resolution(reply) { data in
            let addresses = data.compactMap { data in
                switch data {
                case .a(let bytes), .aaaa(let bytes): IPAddress(bytes: bytes)
                case .cname, .ns, .soa, .mx, .txt, .opt, .other: nil
                }
            }
            return addresses.sorted()
        }
    }

    public func alias(of host: String) async -> Resolution<String> {
        let reply = await query(host, .cname)
        return Resolution(reply) { data in
            for case .cname(let target) in data { return target.description }
            return nil
        }
    }

    /// Asks for the name servers of the root: nearly any reply will do, REFUSED from a resolver
    /// that knows only its own zones included. One that says that the root does not exist lies to
    /// everybody (captive networks, sandboxes) and would turn every domain into NXDOMAIN.
    public func isAnswering() async -> Bool {
        let reply = await query(".", .ns)
        return switch reply.outcome {
        case .failed(.timeout), .failed(.transport), .failed(.unaskableName), .nameMissing: false
        case .found, .noData, .failed: true
        }
    }
}

extension Resolution {
    fileprivate init(_ reply: Reply, _ read: ([RecordData]) -> Value?) {
        let outcome: Lookup<Value>.Outcome =
            switch reply.outcome {
            case .found(let data): read(data).map { .found($0) } ?? .noData
            case .noData: .noData
            case .nameMissing: .nameMissing
            case .failed(let failure): .failed(failure)
            }
        self.init(
            lookup: Lookup(outcome, aliases: reply.aliases), ttl: reply.ttl, queries: reply.queries)
    }
}
