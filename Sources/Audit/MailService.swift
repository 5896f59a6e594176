import Evidence
import MTASTS

/// Where senders deliver mail for a domain (RFC 5321 §5.1).
enum MailService {
    /// MX hosts by preference, each once. A null MX beside them is no host.
    case hosts([String], hasNull: Bool)
    /// No MX, and an address: the domain is its own mail host.
    case implicit(String)
    /// RFC 7505: the domain takes no mail.
    case null
    /// Neither an MX nor an address.
    case nowhere
    case unknown(detail: String)

    init(_ evidence: Evidence, of domain: DomainName) {
        switch evidence.mx.outcome {
        case .found(let records) where !records.isEmpty:
            self.init(records)
        case .failed(let failure):
            self = .unknown(detail: "MX of \(domain): \(failure.phrase)")
        case .found, .noData, .nameMissing:
            self.init(addresses: evidence.domainAddresses, of: domain)
        }
    }

    private init(_ records: [MXRecord]) {
        // RFC 7505 §3: a null MX stands alone. Beside others it names no host.
        if records.allSatisfy(\.isNull) {
            self = .null
            return
        }
        var hosts: [String] = []
        hosts.reserveCapacity(records.count)
        var seen: Set<String> = []
        for record in records where !record.isNull {
            // A set only where looking through the list would take long.
            if hosts.count < 16 {
                if hosts.contains(record.host) { continue }
            } else {
                if seen.isEmpty { seen = Set(hosts) }
                if !seen.insert(record.host).inserted { continue }
            }
            hosts.append(record.host)
        }
        self = .hosts(hosts, hasNull: records.contains(where: \.isNull))
    }

    private init(addresses: HostAddresses?, of domain: DomainName) {
        guard let addresses else {
            self = .unknown(detail: "\(domain) has no MX, and its address was not looked up")
            return
        }
        if let failure = addresses.failure {
            self = .unknown(detail: "\(domain) has no MX; its address: \(failure.phrase)")
        } else if addresses.isMissing {
            self = .nowhere
        } else {
            self = .implicit(domain.description)
        }
    }

    /// The domain takes no mail.
    var isNone: Bool {
        switch self {
        case .null, .nowhere: true
        case .hosts, .implicit, .unknown: false
        }
    }

    var isUnknown: Bool {
        switch self {
        case .unknown: true
        case .hosts, .implicit, .null, .nowhere: false
        }
    }

    /// The hosts senders would try, each with the first pattern that covers it.
    func coverage(by policy: STSPolicy?) -> [MXCoverage] {
        guard let policy else { return hosts.map { MXCoverage(host: $0) } }
        let index = PatternIndex(policy.mx)
        return hosts.map {
            MXCoverage(host: $0, pattern: index.firstPattern(covering: $0)?.description)
        }
    }

    /// The hosts senders would try; nil when they could not be looked up.
    var knownHosts: [String]? { isUnknown ? nil : hosts }

    private var hosts: [String] {
        switch self {
        case .hosts(let hosts, _): hosts
        case .implicit(let host): [host]
        case .null, .nowhere, .unknown: []
        }
    }

    /// Whether an MX names a host that could be looked up; an address and a malformed name do
    /// not, and no policy changes that.
    static func isHostName(_ host: String) -> Bool {
        IPAddress(host) == nil && (try? DomainName(host)) != nil
    }
}
