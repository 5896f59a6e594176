public import Evidence

/// How thoroughly one domain is examined.
public struct ExaminerOptions: Hashable, Sendable {
    /// How often a transient outcome (a timeout, SERVFAIL, 503, a reset) is asked again.
    public var retries: Int
    /// The pause before the first retry; it doubles with each, and is spread by half either way
    /// so that domains that failed together do not come back together.
    public var backOff: Duration
    /// A host whose `Retry-After` is longer is not asked again in this pass.
    public var longestRetryAfter: Duration
    /// Look up the policy host of domains without a record, to find policies no sender sees.
    public var looksForOrphans: Bool
    /// Addresses of one policy host that are contacted, in sorted order.
    public var addressesPerHost: Int
    /// MX hosts of one domain whose alias is looked up, by preference.
    public var aliasLookupsPerDomain: Int
    /// Probe STARTTLS at the MX hosts that senders would deliver to (RFC 8461 §4.2).
    public var probesMX: Bool
    /// MX hosts of one domain that are probed, by preference.
    public var probedHostsPerDomain: Int
    /// Addresses of one MX host that are tried in sorted order, while TCP does not connect.
    public var addressesPerProbedHost: Int
    /// Addresses that are recorded and not contacted.
    public var addressGuard: AddressGuard

    public init(
        retries: Int = 2, backOff: Duration = .milliseconds(500),
        longestRetryAfter: Duration = .seconds(10), looksForOrphans: Bool = true,
        addressesPerHost: Int = 4, aliasLookupsPerDomain: Int = 32, probesMX: Bool = false,
        probedHostsPerDomain: Int = 8, addressesPerProbedHost: Int = 3,
        addressGuard: AddressGuard = AddressGuard()
    ) {
        self.retries = retries
        self.backOff = backOff
        self.longestRetryAfter = longestRetryAfter
        self.looksForOrphans = looksForOrphans
        self.addressesPerHost = addressesPerHost
        self.aliasLookupsPerDomain = aliasLookupsPerDomain
        self.probesMX = probesMX
        self.probedHostsPerDomain = probedHostsPerDomain
        self.addressesPerProbedHost = addressesPerProbedHost
        self.addressGuard = addressGuard
    }
}
