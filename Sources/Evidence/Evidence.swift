/// What was seen for one domain in one run: facts, no opinion.
///
/// Only what is worth comparing from night to night is here; two observations of an unchanged
/// domain are equal. What changes by itself (times, attempts, TTLs) is in `Measurement`. The
/// domain's own name is left out, so that domains with the same facts share one stored row.
/// A part that was not asked for is nil.
public struct Evidence: Hashable, Sendable, Codable {
    /// MX of the domain, sorted by preference and host.
    public var mx: Lookup<[MXRecord]>
    /// TXT of `_mta-sts.` + domain, sorted by content: a resolver rotates the order.
    public var record: Lookup<[TXTRecord]>
    /// TXT of `_smtp._tls.` + domain, sorted by content.
    public var tlsrpt: Lookup<[TXTRecord]>
    /// A and AAAA of the domain itself, looked up when it has no MX (RFC 5321 §5.1).
    public var domainAddresses: HostAddresses?
    /// A and AAAA of the policy host, `mta-sts.` + domain.
    public var policyHost: HostAddresses?
    /// One fetch per address tried, sorted by address. Empty when none was contacted.
    public var fetches: [Fetch]
    /// Addresses of the policy host that the address guard refused to contact, sorted.
    public var guardedAddresses: [IPAddress]
    /// STS records found where senders do not look, sorted by place.
    public var misplacedRecords: [MisplacedRecord]
    /// TXT of a random sibling of `_mta-sts`: found means that any name answers.
    public var wildcardProbe: Lookup<[TXTRecord]>?
    /// CNAME targets of MX hosts that are aliases (RFC 2181 §10.3 forbids it), by MX host.
    public var mxAliases: [String: String]
    /// STARTTLS at each MX host that was probed, sorted by host; nil when none was asked for.
    public var mailProbes: [MailProbe]?
    /// The side questions that got no answer, sorted by code; nil when all that were asked did.
    public var unanswered: [SideQuestion]?

    public init(
        mx: Lookup<[MXRecord]>,
        record: Lookup<[TXTRecord]>,
        tlsrpt: Lookup<[TXTRecord]>,
        domainAddresses: HostAddresses? = nil,
        policyHost: HostAddresses? = nil,
        fetches: [Fetch] = [],
        guardedAddresses: [IPAddress] = [],
        misplacedRecords: [MisplacedRecord] = [],
        wildcardProbe: Lookup<[TXTRecord]>? = nil,
        mxAliases: [String: String] = [:],
        mailProbes: [MailProbe]? = nil,
        unanswered: [SideQuestion]? = nil
    ) {
        self.mx = mx
        self.record = record
        self.tlsrpt = tlsrpt
        self.domainAddresses = domainAddresses
        self.policyHost = policyHost
        self.fetches = fetches
        self.guardedAddresses = guardedAddresses
        self.misplacedRecords = misplacedRecords
        self.wildcardProbe = wildcardProbe
        self.mxAliases = mxAliases
        self.mailProbes = mailProbes
        self.unanswered = unanswered
    }
}

/// An STS record at a name where no sender looks for it.
public struct MisplacedRecord: Hashable, Sendable, Codable {
    public enum Place: String, Hashable, Sendable, Codable, CaseIterable {
        /// At the policy domain itself.
        case apex
        /// At `mta-sts.`, the policy host's name.
        case policyHost = "mta-sts"
        /// At `_mta_sts.`, with an underscore for the hyphen.
        case underscore = "_mta_sts"
    }

    public var place: Place
    public var record: TXTRecord

    public init(place: Place, record: TXTRecord) {
        self.place = place
        self.record = record
    }
}

/// How one examination went; none of it takes part in comparing one run with another.
public struct Measurement: Hashable, Sendable, Codable {
    public var at: Timestamp
    /// From the first query to the last byte, in milliseconds.
    public var elapsedMilliseconds: Int
    /// DNS queries asked for this domain, retries included.
    public var queries: Int
    /// HTTPS requests made for this domain, retries included.
    public var requests: Int
    /// TTL in seconds of the `_mta-sts` TXT answer as the resolver gave it.
    public var recordTTL: UInt32?
    /// TTL in seconds of the MX answer as the resolver gave it.
    public var mxTTL: UInt32?

    public init(
        at: Timestamp, elapsedMilliseconds: Int = 0, queries: Int = 0, requests: Int = 0,
        recordTTL: UInt32? = nil, mxTTL: UInt32? = nil
    ) {
        self.at = at
        self.elapsedMilliseconds = elapsedMilliseconds
        self.queries = queries
        self.requests = requests
        self.recordTTL = recordTTL
        self.mxTTL = mxTTL
    }
}
