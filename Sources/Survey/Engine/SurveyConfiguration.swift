public import Audit
public import Fetch
internal import Glibc
public import Resolve

/// Every knob of a survey.
///
/// A policy fetch may take the minute that RFC 8461 §3.3 suggests to senders: a shorter deadline
/// would call hosts broken that senders still get a policy from. A connection gets 10 seconds of
/// it and a DNS query 3 (`ResolverConfiguration`), three times over: whatever still fails is asked
/// again in the last pass, minutes or hours later, which tells a slow host from a dead one better
/// than patience.
public struct SurveyConfiguration: Sendable {
    /// Keep its `tries` at 1: they multiply with the examiner's retries, and only those are
    /// counted, spread in time and kept apart.
    public var resolver: ResolverConfiguration
    /// Its `addressGuard` also decides which addresses are only recorded.
    public var fetch: FetchConfiguration
    public var examiner: ExaminerOptions
    public var profile: SeverityProfile
    public var clock: SurveyClock
    /// Threads, each with its own DNS channels and HTTPS transfers. Default: the cores that are
    /// online. Never more than `concurrency`.
    public var reactors: Int
    /// Domains in flight, over all reactors.
    public var concurrency: Int
    /// Domains begun in a second, over all reactors; nil for as many as can be.
    public var domainsPerSecond: Int?
    /// HTTPS fetches in flight, over all reactors. Each holds about 80 KB.
    public var fetchesInFlight: Int
    /// HTTPS fetches in flight to one address, over all reactors: what a web server takes from
    /// one client without throttling it. A lab where all hosts share an address wants more.
    public var fetchesPerAddress: Int
    /// Connect timeouts in a row, none succeeding between them, after which an address counts as
    /// silent: fetches from it then end as connect timeouts without being made.
    public var timeoutsBeforeSilence: Int
    /// How often a silent address is tried again.
    public var silenceProbeInterval: Duration
    /// How MX hosts are probed, where `examiner.probesMX` asks for it.
    public var probes: ProbeLimits
    /// Results for each call of the sink, at most.
    public var batchSize: Int
    /// A result waits no longer than this for its batch to fill.
    public var batchInterval: Duration
    /// How long domains in flight may go on after `stopIntake()`.
    public var gracePeriod: Duration
    /// DNS lookups in a row without any reply after which the resolver itself is tried.
    public var silentLookupsBeforeProbe: Int
    /// How long a resolver that has answered before is waited for when it no longer does.
    public var resolverPatience: Duration
    /// Told when that begins (true), and when the resolver answers again. From any thread.
    public var onResolverSilence: (@Sendable (Bool) -> Void)?

    public init(
        resolver: ResolverConfiguration = ResolverConfiguration(tries: 1),
        fetch: FetchConfiguration = FetchConfiguration(),
        examiner: ExaminerOptions = ExaminerOptions(),
        profile: SeverityProfile = .default,
        clock: SurveyClock = .system,
        reactors: Int = Self.coresOnline,
        concurrency: Int = 1000,
        domainsPerSecond: Int? = nil,
        fetchesInFlight: Int = 256,
        fetchesPerAddress: Int = 10,
        timeoutsBeforeSilence: Int = 3,
        silenceProbeInterval: Duration = .seconds(30),
        probes: ProbeLimits = ProbeLimits(),
        batchSize: Int = 250,
        batchInterval: Duration = .milliseconds(250),
        gracePeriod: Duration = .seconds(5),
        silentLookupsBeforeProbe: Int = 200,
        resolverPatience: Duration = .seconds(120),
        onResolverSilence: (@Sendable (Bool) -> Void)? = nil
    ) {
        self.resolver = resolver
        self.fetch = fetch
        self.examiner = examiner
        self.profile = profile
        self.clock = clock
        self.reactors = reactors
        self.concurrency = concurrency
        self.domainsPerSecond = domainsPerSecond
        self.fetchesInFlight = fetchesInFlight
        self.fetchesPerAddress = fetchesPerAddress
        self.timeoutsBeforeSilence = timeoutsBeforeSilence
        self.silenceProbeInterval = silenceProbeInterval
        self.probes = probes
        self.batchSize = batchSize
        self.batchInterval = batchInterval
        self.gracePeriod = gracePeriod
        self.silentLookupsBeforeProbe = silentLookupsBeforeProbe
        self.resolverPatience = resolverPatience
        self.onResolverSilence = onResolverSilence
    }

    /// Gives each reactor's resolver as many channels as its domains' first questions fill: with
    /// fewer the window of domains would never be used.
    mutating func widenResolvers() {
        let domains = (concurrency + max(1, reactors) - 1) / max(1, reactors)
        let (questions, perChannel) = (3 * domains, max(1, resolver.inFlightPerChannel))
        let wanted = min(Self.mostChannels, (questions + perChannel - 1) / perChannel)
        resolver.channels = max(resolver.channels, wanted)
    }

    /// Of one reactor; each takes about 75 KB and a descriptor or two.
    private static let mostChannels = 128

    /// At least 1.
    public static var coresOnline: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// Why a survey cannot start or go on. Errors of the source and the sink are passed on as they
/// are.
public enum SurveyFailure: Error, Hashable, Sendable {
    case loop(code: Int32, call: String)
    case resolver(ResolverFailure)
    case fetcher(FetcherFailure)
    /// No resolver answered several questions for the root's name servers, so that every
    /// domain would have come out as not measured. Results given to the sink before are sound.
    case resolverUnavailable(attempts: Int)
    /// The limit of open files allows less than the least that a survey needs.
    case tooFewFiles(limit: Int, needed: Int)
    /// The limit of address space (`ulimit -v`) is too low for the threads.
    case addressSpace(limitBytes: Int, neededBytes: Int)
    /// `run` was called while another run was under way.
    case alreadyRunning
    case closed
}
