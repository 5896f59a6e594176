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

extension Resolver {
    /// TXT records of a name, each joined from its strings, sorted by their bytes.
    public func txt(_ name: String) async -> Resolution<[TXTRecord]> {
        Resolution(await query(name, .txt)) { data in
            data.compactMap { data in
                // RFC 8461 §3.1: strings are joined without a space.
                if case .txt(let strings) = data { TXTRecord(Array(strings.joined())) } else { nil }
            }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
    }

    /// MX records of a name, sorted by preference and host.
    public func mx(_ name: String) async -> Resolution<[MXRecord]> {
        Resolution(await query(name, .mx)) { data in
            data.compactMap { data in
                if case .mx(let preference, let exchange) = data {
                    MXRecord(preference: preference, host: exchange.description)
                } else {
                    nil
                }
            }
            .sorted()
        }
    }

    /// A and AAAA records of a host, asked for at the same time, each sorted.
    public func addresses(_ host: String) async -> HostResolution {
        let asked = (ask(host, .a), ask(host, .aaaa))
        let v4 = Resolution(await reply(to: asked.0), Self.addresses)
        let v6 = Resolution(await reply(to: asked.1), Self.addresses)
        return HostResolution(
            addresses: HostAddresses(v4: v4.lookup, v6: v6.lookup),
            ttl: [v4.ttl, v6.ttl].compactMap(\.self).min(), queries: v4.queries + v6.queries)
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
