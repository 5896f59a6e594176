internal import DNSMessage
public import Evidence

/// A lookup as evidence has it, and what does not take part in comparing evidence.
public struct Resolution<Value: Hashable & Sendable & Codable>: Hashable, Sendable {
    public var lookup: Lookup<Value>
    /// Seconds; see `Reply.ttl`.
    public var ttl: UInt32?
    public var queries: Int

    public init(lookup: Lookup<Value>, ttl: UInt32? = nil, queries: Int) {
        self.lookup = lookup
        self.ttl = ttl
        self.queries = queries
    }
}

/// The two lookups of a host's addresses.
public struct HostResolution: Hashable, Sendable {
    public var addresses: HostAddresses
    /// The lesser of the two, in seconds.
    public var ttl: UInt32?
    public var queries: Int

    public init(addresses: HostAddresses, ttl: UInt32? = nil, queries: Int) {
        self.addresses = addresses
        self.ttl = ttl
        self.queries = queries
    }
}

/// What is asked of every domain: its MX records, and the texts of MTA-STS and TLSRPT.
public struct MailResolution: Hashable, Sendable {
    public var mx: Resolution<[MXRecord]>
    public var record: Resolution<[TXTRecord]>
    public var reporting: Resolution<[TXTRecord]>

    public init(
        mx: Resolution<[MXRecord]>, record: Resolution<[TXTRecord]>,
        reporting: Resolution<[TXTRecord]>
    ) {
        self.mx = mx
        self.record = record
        self.reporting = reporting
    }
}

extension Resolver {
    /// TXT records of a name, each joined from its strings, sorted by their bytes.
    public func txt(_ name: String) async -> Resolution<[TXTRecord]> {
        Resolution(await query(name, .txt), Self.texts)
    }

    /// The same of many names at the same time, in their order, for one waking of the task.
    public func txt(_ names: [String]) async -> [Resolution<[TXTRecord]>] {
        await replies(to: names.map { Question($0, .txt) }).map { Resolution($0, Self.texts) }
    }

    /// MX records of a name, sorted by preference and host.
    public func mx(_ name: String) async -> Resolution<[MXRecord]> {
        Resolution(await query(name, .mx), Self.hosts)
    }

    /// All three at the same time, for one waking of the task.
    public func mail(_ domain: String, record: String, reporting: String) async -> MailResolution {
        var replies = await replies(to: [
            Question(domain, .mx), Question(record, .txt), Question(reporting, .txt),
        ]).makeIterator()
        func next() -> Reply { replies.next() ?? Reply(.failed(.transport), queries: 0) }
        return MailResolution(
            mx: Resolution(next(), Self.hosts), record: Resolution(next(), Self.texts),
            reporting: Resolution(next(), Self.texts))
    }

    /// A and AAAA records of a host, asked for at the same time, each sorted.
    public func addresses(_ host: String) async -> HostResolution {
        let replies = await replies(to: [Question(host, .a), Question(host, .aaaa)])
        guard let first = replies.first, let last = replies.last else { return HostResolution() }
        return HostResolution(
            Resolution(first, Self.addresses), Resolution(last, Self.addresses))
    }

    /// The same for a host that most likely does not exist: AAAA is asked for only when A does not
    /// say so, since NXDOMAIN is of the name and not of a type (RFC 8020 §2).
    public func addressesIfAny(_ host: String) async -> HostResolution {
        let first = Resolution(await query(host, .a), Self.addresses)
        if case .nameMissing = first.lookup.outcome {
            return HostResolution(first, Resolution(lookup: first.lookup, queries: 0))
        }
        return HostResolution(first, Resolution(await query(host, .aaaa), Self.addresses))
    }

    private static func texts(_ data: [RecordData]) -> [TXTRecord] {
        data.compactMap { data in
            // RFC 8461 §3.1: strings are joined without a space.
            if case .txt(let strings) = data { TXTRecord(Array(strings.joined())) } else { nil }
        }
        .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private static func hosts(_ data: [RecordData]) -> [MXRecord] {
        data.compactMap { data in
            if case .mx(let preference, let exchange) = data {
                MXRecord(preference: preference, host: exchange.description)
            } else {
                nil
            }
        }
        .sorted()
    }

    private static func addresses(_ data: [RecordData]) -> [IPAddress] {
        data.compactMap { data in
            switch data {
            case .a(let bytes), .aaaa(let bytes): IPAddress(bytes: bytes)
            case .cname, .ns, .soa, .mx, .txt, .opt, .other: nil
            }
        }
        .sorted()
    }
}

extension HostResolution {
    init(_ v4: Resolution<[IPAddress]>, _ v6: Resolution<[IPAddress]>) {
        self.init(
            addresses: HostAddresses(v4: v4.lookup, v6: v6.lookup),
            ttl: [v4.ttl, v6.ttl].compactMap(\.self).min(), queries: v4.queries + v6.queries)
    }

    fileprivate init() {
        let nothing = Resolution<[IPAddress]>(lookup: Lookup(.failed(.transport)), queries: 0)
        self.init(nothing, nothing)
    }
}

extension Resolution {
    fileprivate init(_ reply: Reply, _ read: ([RecordData]) -> Value) {
        let outcome: Lookup<Value>.Outcome =
            switch reply.outcome {
            case .found(let data): .found(read(data))
            case .noData: .noData
            case .nameMissing: .nameMissing
            case .failed(let failure): .failed(failure)
            }
        self.init(
            lookup: Lookup(outcome, aliases: reply.aliases), ttl: reply.ttl, queries: reply.queries)
    }
}
