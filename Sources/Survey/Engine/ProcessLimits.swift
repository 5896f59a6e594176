internal import Glibc
internal import Resolve

/// What this process may have, as the system says (getrlimit(2)).
public struct ProcessLimits: Hashable {
    /// Open files (`ulimit -n`); nil: no limit.
    var files: Int?
    /// Descriptors that are open now.
    var filesInUse: Int
    /// Address space in bytes (`ulimit -v`); nil: no limit.
    var addressSpace: Int?
    /// Cores, which is how many threads of their own the runtime's executors have.
    var cores: Int

    static func current() -> ProcessLimits {
        ProcessLimits(
            files: softLimit(RLIMIT_NOFILE), filesInUse: openDescriptors(),
            addressSpace: softLimit(RLIMIT_AS), cores: SurveyConfiguration.coresOnline)
    }

    /// Raises the soft limit of open files as far as the hard one allows, and no further than to
    /// 65,536 or to `files` where those are more.
    ///
    /// The soft limit is often 1,024 for the sake of programs that use `select`; nothing here does.
    /// What is counted is an estimate, so there is to be room beyond it; a hard limit may be in the
    /// millions, which no run needs.
    ///
    /// - Returns: the soft limit that holds now; nil: none.
    @discardableResult
    public static func raiseFiles(to files: Int) -> Int? {
        var limit = rlimit()
        let resource = Int32(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
        let wanted = min(rlim_t(max(65_536, files)), limit.rlim_max)
        if wanted > limit.rlim_cur {
            limit.rlim_cur = wanted
            // Refused at worst: then the soft limit holds.
            _ = unsafe setrlimit(resource, &limit)
        }
        return softLimit(RLIMIT_NOFILE)
    }

    /// Nil when there is none, which is the largest value there is.
    private static func softLimit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(Int32(resource.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur)
    }

    private static func openDescriptors() -> Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 16 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Not `.`, not `..`, not the folder itself.
        return max(0, count - 3)
    }
}

extension ProcessLimits {
    /// What is opened beside the survey while it runs: the store's readers, reports, the portfolio,
    /// the bundle of roots, `/etc/resolv.conf`, a follower of the run.
    static let filesBeside = 16
    /// Fewer transfers at a time than this are worth having fewer DNS channels and reactors for.
    private static let fewTransfers = 16

    /// Servers that `/etc/resolv.conf` may name (MAXNS, resolv.conf(5)). c-ares has a socket to
    /// each once questions time out.
    private static let systemServers = 3

    /// Descriptors of the reactors with everything but their transfers: the loop and its eventfd,
    /// libcurl's own pair, a socket for servers without EDNS; and for each DNS channel one socket
    /// for each server, and one for TCP, twice: a channel that was replaced keeps its sockets until
    /// its last question has ended.
    private static func fixed(_ configuration: SurveyConfiguration) -> Int {
        let named = configuration.resolver.servers.count
        let servers = named == 0 ? systemServers : named
        return configuration.reactors * (5 + 2 * configuration.resolver.channels * (servers + 1))
    }

    /// Connections at a time.
    func transfers(of configuration: SurveyConfiguration) -> Int {
        configuration.fetchesInFlight
            + (configuration.examiner.probesMX ? configuration.probes.inFlight : 0)
    }

    /// Open files that the whole process needs for `configuration` as it is.
    func files(for configuration: SurveyConfiguration) -> Int {
        filesInUse + Self.filesBeside + Self.fixed(configuration) + transfers(of: configuration)
    }

    /// The configuration with as many connections at a time as the limit of open files allows.
    ///
    /// A fetch that gets no descriptor would count as not measured, though nothing is wrong with
    /// its host; so fewer are made at a time.
    ///
    /// - Throws: `SurveyFailure.tooFewFiles` when not even one reactor with two transfers fits.
    func fitted(_ configuration: SurveyConfiguration) throws(SurveyFailure) -> SurveyConfiguration {
        guard let files, self.files(for: configuration) > files else { return configuration }
        let spare = files - filesInUse - Self.filesBeside
        var fitted = configuration
        let wanted = transfers(of: configuration)
        for (reactors, channels, least) in [
            (
                configuration.reactors, configuration.resolver.channels,
                min(wanted, Self.fewTransfers)
            ),
            (configuration.reactors, 2, min(wanted, Self.fewTransfers)),
            (1, 2, min(wanted, Self.fewTransfers)),
            (1, 1, 2),
        ] {
            fitted.reactors = min(reactors, configuration.reactors)
            fitted.resolver.channels = min(channels, configuration.resolver.channels)
            let left = spare - Self.fixed(fitted)
            guard left >= least else { continue }
            fitted.share(left, of: wanted)
            return fitted
        }
        fitted.share(2, of: wanted)
        throw .tooFewFiles(limit: files, needed: self.files(for: fitted))
    }

    /// - Throws: `SurveyFailure.addressSpace` when threads would find no room for their stacks.
    func checkAddressSpace(for configuration: SurveyConfiguration) throws(SurveyFailure) {
        // Measured: a little over 500 MiB with two cores and two reactors, nearly all of it
        // reserved and never touched (stacks, heaps of 64 MiB for each thread). Where it is missing
        // the runtime ends the process when it starts a thread, without a word.
        let needed = (512 + 64 * (cores + configuration.reactors)) << 20
        guard let addressSpace, addressSpace < needed else { return }
        throw .addressSpace(limitBytes: addressSpace, neededBytes: needed)
    }
}

extension SurveyConfiguration {
    /// Divides `left` connections among fetches and probes as they were divided before.
    fileprivate mutating func share(_ left: Int, of wanted: Int) {
        guard examiner.probesMX else {
            fetchesInFlight = min(fetchesInFlight, left)
            return
        }
        let fetches = max(1, fetchesInFlight * left / max(1, wanted))
        fetchesInFlight = min(fetchesInFlight, fetches)
        probes.inFlight = min(probes.inFlight, max(1, left - fetches))
    }
}
