public import Audit
internal import CLinux
internal import Fetch
internal import Loop

/// Examines and judges any number of domains, in memory bounded by what is in flight.
///
/// A survey is K reactors; see the architecture page. Each pass pulls candidates from one source
/// and hands results to one sink:
///
/// ```swift
/// let survey = try await Survey.start(configuration)
/// try await survey.run(source: portfolio, sink: store)
/// try await survey.run(source: provisional, isLastPass: true, sink: store)
/// await survey.close()
/// ```
///
/// The second run is the last pass: it asks the domains again whose result was provisional.
public actor Survey {
    private let configuration: SurveyConfiguration
    private let reactors: [Reactor]
    private let counters = SurveyCounters()
    private let desk: ProbeDesk
    /// What the limits of this process make of the configuration.
    private let limits: [SurveyNote]
    private let isStopping = StopFlag()
    private var isRunning = false
    private var isClosed = false
    /// Of the run under way: its intake, and what starts the grace period.
    private var intake: Intake?
    private var stopSignal: AsyncStream<Void>.Continuation?

    /// How a run ended when nothing failed.
    public enum Ending: Hashable, Sendable {
        /// Every candidate of the source was examined and delivered.
        case complete
        /// `stopIntake()` was called: some candidates were not examined, or not delivered.
        case stopped
    }

    /// Starts the reactors' threads.
    public static func start(
        _ configuration: SurveyConfiguration = SurveyConfiguration()
    ) async throws(SurveyFailure) -> Survey {
        var configuration = configuration
        configuration.examiner.addressGuard = configuration.fetch.addressGuard
        configuration.reactors = max(1, min(configuration.reactors, configuration.concurrency))
        configuration.widenResolvers()
        try ProcessLimits.current().checkAddressSpace(for: configuration)
        let asked = configuration
        ProcessLimits.raiseFiles(to: ProcessLimits.current().files(for: asked))
        let limits = ProcessLimits.current()
        configuration = try limits.fitted(asked)
        var reactors: [Reactor] = []
        do {
            for number in 0..<configuration.reactors {
                reactors.append(try await Reactor.start(number, configuration))
            }
        } catch {
            for reactor in reactors { await reactor.stop() }
            throw error
        }
        let isFitted = limits.transfers(of: configuration) < limits.transfers(of: asked)
        return Survey(
            configuration, reactors: reactors,
            limits: isFitted
                ? [
                    .fileLimit(
                        limit: limits.files ?? 0, connections: limits.transfers(of: configuration))
                ] : [])
    }

    /// - Parameter reactors: at least one.
    init(
        _ configuration: SurveyConfiguration, reactors: [Reactor], limits: [SurveyNote] = []
    ) {
        self.configuration = configuration
        self.limits = limits
        self.reactors = reactors
        desk = ProbeDesk(configuration.probes)
    }

    /// Counts over all runs so far. Cheap; from any thread.
    public nonisolated var progress: SurveyProgress { counters.progress }

    /// What is to be said once of the runs so far, and not at each domain.
    public var notes: [SurveyNote] {
        get async {
            let hosts = await desk.blockedHosts
            var notes = limits
            if hosts > 0 { notes.append(.mailPortBlocked(hosts: hosts)) }
            return notes + counters.doubts.notes
        }
    }

    /// Stops taking candidates, for good. Domains in flight have `gracePeriod` to finish; those
    /// that do not are abandoned and not delivered, so that a resumed run examines them anew.
    /// A run under way then ends with `.stopped`, later ones do so at once.
    public func stopIntake() async {
        isStopping.raise()
        stopSignal?.finish()
        await intake?.stop()
    }

    /// Stops the reactors. Call it after the last run has ended, once.
    public func close() async {
        guard !isClosed else { return }
        isClosed = true
        for reactor in reactors { await reactor.stop() }
    }

    /// One pass over a source.
    ///
    /// - Parameters:
    ///   - source: gives the next candidates, in batches of any size; an empty one ends it. It is
    ///     called by one task at a time, and should heed cancellation if it waits.
    ///   - isLastPass: results are final; otherwise a result with a part that was not measured is
    ///     provisional, to be asked again.
    ///   - sink: takes at most `batchSize` results, at most `batchInterval` old; called by one task
    ///     at a time. While it is busy, at most two batches wait and domains in flight stay so.
    /// - Throws: what the source throws, after the results there were are delivered; what the sink
    ///   throws; `SurveyFailure.resolverUnavailable`; `CancellationError`.
    @discardableResult
    public func run(
        source: @escaping @Sendable () async throws -> [Candidate],
        isLastPass: Bool = false,
        sink: @escaping @Sendable ([Examined]) async throws -> Void
    ) async throws -> Ending {
        if isClosed { throw SurveyFailure.closed }
        if isRunning { throw SurveyFailure.alreadyRunning }
        if isStopping.isRaised { return .stopped }
        let pass = Pass(
            intake: Intake(source: source, perSecond: configuration.domainsPerSecond),
            outbox: Outbox(batchSize: configuration.batchSize),
            gate: FetchGate(
                limit: configuration.fetchesInFlight, perAddress: configuration.fetchesPerAddress,
                silentAfter: configuration.timeoutsBeforeSilence,
                probeInterval: configuration.silenceProbeInterval),
            desk: desk, counters: counters, isStopping: isStopping, isLast: isLastPass,
            configuration: configuration)
        let (stopped, signal) = AsyncStream.makeStream(of: Void.self)
        isRunning = true
        intake = pass.intake
        stopSignal = signal
        defer {
            isRunning = false
            intake = nil
            stopSignal = nil
        }
        await desk.beginPass(isLast: isLastPass)
        do {
            try await deliver(pass, stopped, sink)
        } catch {
            await desk.settle()
            throw error
        }
        await desk.settle()
        try Task.checkCancellation()
        return isStopping.isRaised ? .stopped : .complete
    }

    /// Runs the reactors beside the task that feeds the sink.
    ///
    /// When the reactors fail, what is in the outbox is still delivered; when the sink fails, the
    /// reactors are cancelled.
    private nonisolated func deliver(
        _ pass: Pass, _ stopped: AsyncStream<Void>,
        _ sink: @escaping @Sendable ([Examined]) async throws -> Void
    ) async throws {
        let failure = try await withThrowingTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                try await pass.outbox.drain(into: sink)
                return nil
            }
            group.addTask {
                var failure: (any Error)?
                do { try await self.examineAll(pass, stopped) } catch { failure = error }
                await pass.outbox.finish()
                return failure
            }
            var failure: (any Error)?
            for try await outcome in group { failure = failure ?? outcome }
            return failure
        }
        if let failure { throw failure }
    }

    private enum Event: Sendable {
        case reactorDone
        case graceOver
        case tickerDone
    }

    /// Runs every reactor to its end, or until the grace period after a stop is over.
    private nonisolated func examineAll(_ pass: Pass, _ stopped: AsyncStream<Void>) async throws {
        guard let first = reactors.first else { return }
        // A resolver that is not there must not turn a portfolio into a million timeouts.
        try await first.checkResolver(pass, after: 0)
        let shares = shares(of: configuration.concurrency, among: reactors.count)
        let configuration = configuration
        try await withThrowingTaskGroup(of: Event.self) { group in
            for (reactor, share) in zip(reactors, shares) {
                group.addTask(executorPreference: reactor.loop) {
                    try await reactor.work(pass, limit: share)
                    return .reactorDone
                }
            }
            group.addTask {
                for await _ in stopped {}
                // Cancelled: the run is over, and nobody listens.
                try? await Task.sleep(for: configuration.gracePeriod)
                return .graceOver
            }
            group.addTask {
                await Self.tick(pass)
                return .tickerDone
            }
            var working = reactors.count
            while let event = try await group.next() {
                switch event {
                case .reactorDone:
                    working -= 1
                    if working == 0 { group.cancelAll() }
                case .graceOver: group.cancelAll()
                case .tickerDone: break
                }
            }
        }
    }

    /// Keeps results moving, and the heap from growing by fragmentation: connections of many sizes
    /// come and go, and what they leave free between them would never be given back.
    private static func tick(_ pass: Pass) async {
        let trimInterval = Duration.seconds(4)
        var trimmed = ContinuousClock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: pass.configuration.batchInterval)
            await pass.outbox.tick()
            if ContinuousClock.now - trimmed >= trimInterval {
                clinux_trim_heap()
                trimmed = .now
            }
        }
    }

    private nonisolated func shares(of total: Int, among count: Int) -> [Int] {
        let total = max(total, count)
        return (0..<count).map { total / count + ($0 < total % count ? 1 : 0) }
    }
}
