public import Audit
internal import Evidence
internal import Synchronization

/// Counts that many threads add to and anyone may read. Each is exact; two of them read together
/// may be of slightly different moments.
final class SurveyCounters: Sendable {
    final class Count: Sendable {
        private let value = Atomic<Int>(0)
        func add(_ number: Int) { value.wrappingAdd(number, ordering: .relaxed) }
        /// Writes only where there is something to write: all threads read it all the time.
        func reset() { if current != 0 { value.store(0, ordering: .relaxed) } }
        /// The value before.
        func set(_ number: Int) -> Int { value.exchange(number, ordering: .relaxed) }
        var current: Int { value.load(ordering: .relaxed) }
    }

    let examined = Count()
    let provisional = Count()
    let inFlight = Count()
    let queries = Count()
    let timeouts = Count()
    let fetches = Count()
    let probes = Count()
    /// DNS lookups since the last reply of any kind.
    let silentInRow = Count()
    /// Whether the resolver has answered when it was tried.
    let hasResolverAnswered = StopFlag()
    /// 1 while a resolver that had answered does not.
    let resolverSilence = Count()
    let doubts = HostDoubts()
    private let verdicts = Verdict.allCases.map { ($0, Count()) }

    func count(_ failure: LookupFailure?, queries number: Int) {
        queries.add(number)
        switch failure {
        case .timeout:
            timeouts.add(1)
            silentInRow.add(1)
        case .transport: silentInRow.add(1)
        // Never sent: says nothing about the resolver.
        case .unaskableName: break
        case nil, .serverFailure, .refused, .formatError, .notImplemented, .responseCode,
            .malformedReply, .aliasLoop:
            silentInRow.reset()
        }
    }

    func count(_ result: Examined, isLastPass: Bool) {
        examined.add(1)
        if !isLastPass { doubts.countProxy(result.evidence.fetches) }
        // It comes again in the last pass, and each host counts once.
        if result.isProvisional { return provisional.add(1) }
        doubts.count(result.evidence.fetches)
        verdicts.first { $0.0 == result.assessment.verdict }?.1.add(1)
    }

    var progress: SurveyProgress {
        var counts: [Verdict: Int] = [:]
        for (verdict, count) in verdicts where count.current > 0 { counts[verdict] = count.current }
        return SurveyProgress(
            examined: examined.current, provisional: provisional.current,
            inFlight: inFlight.current, queries: queries.current, timeouts: timeouts.current,
            fetches: fetches.current, probes: probes.current, verdicts: counts)
    }
}

/// How far a survey has come, over all its passes.
public struct SurveyProgress: Hashable, Sendable {
    /// Results given to the sink or on their way there. A domain that is asked again in the last
    /// pass counts again.
    public var examined: Int
    /// Those of `examined` that were marked as provisional.
    public var provisional: Int
    public var inFlight: Int
    /// DNS queries sent.
    public var queries: Int
    /// Lookups that ended in a timeout, each attempt for itself.
    public var timeouts: Int
    /// HTTPS requests made.
    public var fetches: Int
    /// Connections made to MX hosts.
    public var probes: Int
    /// Final results by verdict: each domain once.
    public var verdicts: [Verdict: Int]

    /// Domains with a final result.
    public var finished: Int { examined - provisional }
}
