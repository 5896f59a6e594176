internal import Audit
internal import Evidence
internal import Fetch
internal import FoundationEssentials
internal import Glibc
internal import Report
internal import Store
internal import Survey

/// One run from portfolio to reports: what `audit` and `demo` have in common.
///
/// The portfolio goes into the store, the survey pages through the store, results go back into
/// the store, and the reports follow the store. Nothing else holds domains.
struct Sweep {
    var store: AuditStore
    var request: RunRequest
    var source: PortfolioSource
    var survey: SurveyConfiguration
    var outputFolder: String?
    var style: ProgressStyle
    var resumes: Bool

    struct Result {
        var run: Run
        var summary: Summary
        var isInterrupted: Bool
        /// Shares of the run's cost, for a benchmark's eyes.
        var progress: SurveyProgress?
    }

    /// Rows handed to the store at a time.
    private static let ingestBatch = 2000
    /// Candidates taken from the store at a time.
    private static let candidateBatch = 1000

    func run() async throws -> Result {
        guard let active = try await begin() else {
            let run = try await latestFinished()
            Console.note("The run is finished already; nothing is left to do.")
            // A process that was killed at its very end may have left them incomplete.
            let reports = try outputFolder.map {
                try ReportWriter(store, run, folder: $0, placement: .whenDone)
            }
            let groups = try await reports?.finish()
            return Result(
                run: run, summary: try await summary(of: run, groups), isInterrupted: false)
        }
        let stop = StopSwitch()
        let interrupts = Interrupts { count in
            if Console.isTerminal(STDERR_FILENO) { Console.raw("\n") }
            // While the portfolio is read nothing is lost by stopping at once, and a terminal or
            // a pipe may keep us waiting for ever.
            if !stop.isArmed {
                Console.note("stsaudit: interrupted while reading the portfolio; run again")
            }
            if count > 1 || !stop.isArmed { _exit(ExitStatus.interrupted.rawValue) }
            Console.note("Stopping; interrupt again to stop at once.")
            stop.raise()
        }
        defer { withExtendedLifetime(interrupts) {} }
        do {
            return try await run(active, stop)
        } catch {
            // The run stays resumable; what failed is what the caller hears of.
            try? await active.finish(.interrupted, at: survey.clock.now())
            throw UnfinishedRun(cause: error)
        }
    }

    private func run(_ active: ActiveRun, _ stop: StopSwitch) async throws -> Result {
        var run = active.run
        var settledBefore: [Verdict: Int] = [:]
        if active.needsIngest {
            run = try await ingest(into: active)
        } else {
            settledBefore = try await active.verdictCounts()
        }
        let engine = try await Survey.start(watched)
        for note in await engine.notes { Console.note(note.sentence(port: survey.fetch.mailPort)) }
        stop.onRaise { Task { await engine.stopIntake() } }
        let writer = try outputFolder.map {
            try ReportWriter(store, run, folder: $0, placement: .inPlace)
        }
        let isComplete: Bool
        do {
            isComplete = try await withFollowers(engine, run, settledBefore, writer) {
                try await examine(active, engine)
            }
        } catch {
            await engine.close()
            throw error
        }
        await engine.close()
        // Reports first: a finished run has all its files.
        let groups = isComplete ? try await writer?.finish() : nil
        try await active.finish(isComplete ? .finished : .interrupted, at: survey.clock.now())
        run = try await store.run(active.id)
        return Result(
            run: run, summary: try await summary(of: run, groups), isInterrupted: !isComplete,
            progress: engine.progress)
    }

    /// The survey, telling of a resolver that falls silent, which may last.
    private var watched: SurveyConfiguration {
        var watched = survey
        let seconds = Int(survey.resolverPatience / .seconds(1))
        watched.onResolverSilence = { isSilent in
            Console.note(
                isSilent
                    ? "The resolver does not answer; waiting up to \(seconds) s for it."
                    : "The resolver answers again.")
        }
        return watched
    }

    /// - Parameter known: the groups, where a report was written that has them.
    private func summary(
        of run: Run, _ known: [RootGrouping.Group]?
    ) async throws -> Summary {
        var groups = known
        if groups == nil { groups = try await RootGroups.find(store, run) }
        return try await Summary(store, run, groups: groups ?? [])
    }

    /// Nil when the run that was to be resumed has ended in good order.
    private func begin() async throws -> ActiveRun? {
        if resumes {
            do throws(StoreError) {
                return try await store.resumeRun(
                    portfolio: request.portfolio, fingerprint: request.fingerprint,
                    shard: request.shard)
            } catch .nothingToResume {
                if try await isFinished() { return nil }
                Console.note(
                    "The last run in the store is no interrupted run of this portfolio; "
                        + "starting a new one.")
            }
        }
        let now = survey.clock.now()
        if let last = try await store.latestRun(), last.startedAt.seconds > now.seconds + 3600 {
            Console.note(
                "The clock stands at \(now), before the latest run in the store (\(last.startedAt)): "
                    + "check it (date -u). Certificates and dates are judged by it.", .warning)
        }
        return try await store.beginRun(request, at: now)
    }

    private func isFinished() async throws -> Bool {
        guard let last = try await store.latestRun() else { return false }
        return last.state == .finished && last.portfolio == request.portfolio
            && last.fingerprint == request.fingerprint && last.shard == request.shard
            && Fingerprint.namesContent(request.fingerprint)
    }

    private func latestFinished() async throws -> Run {
        guard let run = try await store.latestRun() else {
            throw StoreError.nothingToResume(path: store.path)
        }
        return run
    }

    // MARK: - Portfolio

    private func ingest(into active: ActiveRun) async throws -> Run {
        var reader = try PortfolioReader.open(source)
        var rows: [PortfolioRow] = []
        var problems = 0
        // Notes on a row come after it.
        var isOurs = true
        while let item = try reader.next() {
            switch item {
            case .note(let note): if isOurs { Self.show(note) }
            case .row(let row):
                // The whole portfolio is read by each shard: so line numbers are its own.
                isOurs = request.shard?.contains(row) ?? true
                guard isOurs else { continue }
                if let problem = row.problem {
                    problems += 1
                    Self.show(row, problem, count: problems)
                }
                rows.append(row)
                if rows.count == Self.ingestBatch {
                    try await active.ingest(rows)
                    rows.removeAll(keepingCapacity: true)
                }
            }
        }
        try await active.ingest(rows)
        try await active.finishIngest(header: reader.header, at: survey.clock.now())
        if rows.isEmpty, try await store.run(active.id).rowCount == 0 {
            Console.note(
                request.shard.map { "No row of the portfolio belongs to shard \($0)." }
                    ?? "The portfolio holds no rows.")
        }
        if problems > Self.shownProblems {
            Console.note(
                "\(problems) rows name no domain; all of them are in the output as "
                    + "input-invalid-domain.")
        }
        return try await store.run(active.id)
    }

    private static let shownProblems = 20

    private static func show(_ row: PortfolioRow, _ problem: InputProblem, count: Int) {
        guard count <= shownProblems else { return }
        Console.note("line \(row.line): '\(InertText.line(row.input))': \(problem.explanation)")
    }

    private static func show(_ note: PortfolioNote) {
        Console.note("line \(note.line): \(InertText.line(note.text))")
    }

    // MARK: - Examination

    /// Both passes; false when the survey was stopped before the end.
    private func examine(_ active: ActiveRun, _ engine: Survey) async throws -> Bool {
        for isLastPass in [false, true] {
            let pages = CandidatePages(active, provisional: isLastPass, limit: Self.candidateBatch)
            let writer = BatchingWriter(active)
            let notes = NoteKeeper(active, port: survey.fetch.mailPort)
            let ending: Survey.Ending
            do {
                ending = try await engine.run(
                    source: { try await pages.next() }, isLastPass: isLastPass,
                    sink: { results in
                        // A run that is killed keeps what its results are to be read with.
                        try await notes.keep(await engine.notes)
                        try await writer.add(results)
                    })
            } catch {
                // What was found before the failure counts; the failure is what is told.
                try? await writer.finish()
                throw error
            }
            try await writer.finish()
            try await notes.keep(await engine.notes)
            if ending == .stopped { return false }
        }
        return true
    }

    /// Runs `body` while progress is shown and the reports follow the store.
    private func withFollowers(
        _ engine: Survey, _ run: Run, _ settledBefore: [Verdict: Int], _ writer: ReportWriter?,
        _ body: @escaping @Sendable () async throws -> Bool
    ) async throws -> Bool {
        let started = ContinuousClock.now
        let reporter = ProgressReporter(style: style) {
            let progress = engine.progress
            return ProgressSnapshot(
                examined: progress.finished, before: settledBefore.values.reduce(0, +),
                total: run.domainCount,
                verdicts: progress.verdicts.merging(settledBefore, uniquingKeysWith: +),
                unsettled: progress.provisional, elapsed: ContinuousClock.now - started)
        }
        return try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await reporter.run()
                return nil
            }
            if let writer {
                group.addTask {
                    while (try? await Task.sleep(for: .seconds(1))) != nil {
                        try await writer.advance()
                    }
                    return nil
                }
            }
            defer { group.cancelAll() }
            for try await outcome in group {
                if let outcome { return outcome }
            }
            return false
        }
    }
}

/// Keeps in the store what a survey says of the whole run, whenever that has changed.
private actor NoteKeeper {
    private let run: ActiveRun
    private let port: UInt16
    private var kept: [SurveyNote] = []

    init(_ run: ActiveRun, port: UInt16) {
        self.run = run
        self.port = port
    }

    func keep(_ notes: [SurveyNote]) async throws {
        for note in notes where !kept.contains(note) {
            try await run.note(code: note.code, detail: note.sentence(port: port))
        }
        // What held for the first hosts need not hold for all.
        let codes = Set(notes.map(\.code))
        for code in Set(kept.map(\.code)).subtracting(codes) {
            try await run.withdrawNote(code: code)
        }
        kept = notes
    }
}

/// Pages through the candidates of a run, one page ahead of who asks: the reactors would stand
/// idle while it is read.
private actor CandidatePages {
    private let run: ActiveRun
    private let isProvisional: Bool
    private let limit: Int
    private var ahead: Task<[Candidate], any Error>?

    init(_ run: ActiveRun, provisional isProvisional: Bool, limit: Int) {
        self.run = run
        self.isProvisional = isProvisional
        self.limit = limit
    }

    func next() async throws -> [Candidate] {
        let page = try await (ahead ?? read(after: 0)).value
        ahead = page.last.map { read(after: $0.id) }
        return page
    }

    private func read(after last: Int64) -> Task<[Candidate], any Error> {
        Task { [run, isProvisional, limit] in
            isProvisional
                ? try await run.provisionalCandidates(after: last, limit: limit)
                : try await run.candidates(after: last, limit: limit)
        }
    }
}
