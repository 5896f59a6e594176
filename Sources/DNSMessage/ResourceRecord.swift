/// One record of a message.
public struct ResourceRecord: Hashable, Sendable {
    public var name: DNSName
    /// Agrees with `data` unless that is `.other`.
    public var type: RecordType
    public var recordClass: RecordClass
    /// Seconds, 0...2^31 - 1. Meaningless for OPT.
    public var ttl: UInt32
    public var data: RecordData

    public init(
        name: DNSName, type: RecordType, recordClass: RecordClass = .internet, ttl: UInt32,
        data: RecordData
    ) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.ttl = ttl
        self.data = data
    }
}

/// The data of a record, read for the types this package knows.
public enum RecordData: Hashable, Sendable {
    /// 4 bytes in network order.
    case a([UInt8])
    /// 16 bytes in network order (RFC 3596 §2.2).
    case aaaa([UInt8])
    case cname(DNSName)
    case ns(DNSName)
    case soa(StartOfAuthority)
    case mx(preference: UInt16, exchange: DNSName)
    /// One or more character-strings of at most 255 bytes each.
    case txt([[UInt8]])
    case opt(ExtendedDNS)
    /// Data of a type this package does not read, or of a class other than Internet, as it stood.
    case other([UInt8])
}

/// SOA data (RFC 1035 §3.3.13).
public struct StartOfAuthority: Hashable, Sendable {
    public var primary: DNSName
    public var mailbox: DNSName
    public var serial: UInt32
    public var refresh: UInt32
    public var retry: UInt32
    public var expire: UInt32
    /// How long a negative answer may be kept, in seconds (RFC 2308 §4).
    public var minimum: UInt32

    public init(
        primary: DNSName, mailbox: DNSName, serial: UInt32 = 1, refresh: UInt32 = 3600,
        retry: UInt32 = 600, expire: UInt32 = 604_800, minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}

/// What OPT says, apart from the upper bits of the response code (RFC 6891 §6.1).
public struct ExtendedDNS: Hashable, Sendable {
    /// The largest UDP message its sender takes, in bytes.
    public var payloadSize: UInt16
    public var version: UInt8
    /// The DO bit and the 15 bits after it.
    public var flags: UInt16
    /// The options as they stood.
    public var options: [UInt8]

    public init(
        payloadSize: UInt16, version: UInt8 = 0, flags: UInt16 = 0, options: [UInt8] = []
    ) {
        self.payloadSize = payloadSize
        self.version = version
        self.flags = flags
        self.options = options
    }
}
