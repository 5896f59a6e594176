internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Store
internal import Survey

/// `stsaudit rejudge`: today's rules over what was seen.
struct RejudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejudge",
        abstract: "Judge the stored evidence of the latest run again, and show what changes.",
        discussion: """
            Nothing is looked up: each domain is judged by today's rules as of the moment it was \
            measured. The result is a run of its own, marked rejudge, which the next audit is \
            compared with; so what comes from a new version or profile does not look like a change \
            of the domains.

            EXAMPLES
              stsaudit rejudge
              stsaudit rejudge --profile strict --format csv > changes.csv
            """)

    @OptionGroup var files: StoreOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "latest, or the number of the portfolio's latest run.", valueName: "run"))
    var run = "latest"

    @Option(name: .long, help: "The portfolio, where the store holds several.")
    var portfolio: String?

    @OptionGroup var severities: ProfileOption

    @OptionGroup var changes: ChangeOptions

    @Option(name: .long, help: "auto, none, plain or ansi.")
    var progress = ProgressStyle.auto

    mutating func validate() throws {
        guard run == "latest" || Int64(run) != nil else {
            throw ValidationError("--run is latest or the number of a run, not \(run).")
        }
    }

    func run() async throws {
        let profile = try severities.read()
        let store = try AuditStore(path: files.store, opening: .existing)
        let base = try await base(in: store)
        let rejudge = Rejudge(store: store, base: base, profile: profile, style: progress)
        let result = try await rejudge.run()
        try await changes.write(RunPair(before: base, after: result), of: store)
    }

    private func base(in store: AuditStore) async throws -> Run {
        if let number = Int64(run) { return try await store.run(number) }
        let runs = try await store.runs()
        do throws(RunPair.Refusal) {
            let finished = try RunPair.latestFinished(of: portfolio, among: runs)
            // One that is not finished is after it: the store says what to do about that.
            return runs.first {
                $0.portfolio == finished.portfolio && $0.ingestedAt != nil
                    && ($0.kind != .rejudge || $0.state == .finished)
            } ?? finished
        } catch {
            switch error {
            case .failure(let text): throw CommandFailure(text)
            case .onlyOne(let run): return run
            }
        }
    }
}

/// The stored evidence of one run judged by today's rules, in pages.
struct Rejudge {
    var store: AuditStore
    var base: Run
    var profile: SeverityProfile
    var style: ProgressStyle
    var clock = SurveyConfiguration().clock

    /// Domains whose evidence is in memory at a time; each may have a policy text of 64 KiB.
    private static let pageSize = 250

    /// - Returns: the finished run.
    func run() async throws -> Run {
        let active = try await store.beginRejudge(
            of: base, options: options, toolVersion: Version.current, at: clock.now())
        let stop = StopSwitch()
        let interrupts = Interrupts { _ in stop.raise() }
        defer { withExtendedLifetime(interrupts) {} }
        do {
            try await judgeAll(active, stop)
        } catch {
            // What failed is what the caller hears of; the next run undoes what this cannot.
            try? await active.abandonRejudge()
            throw error
        }
        try await active.finish(.finished, at: clock.now())
        return try await store.run(active.id)
    }

    /// The base's, since what was seen was seen by them; the profile is today's.
    private var options: String {
        var options = RunOptions(base.options)
        options.values[RunOptions.command] = nil
        options.values["profile"] = .object(profile.settings.mapValues { .string($0) })
        options.values["rejudged_run"] = .number(Double(base.id))
        return options.json
    }

    private func judgeAll(_ active: ActiveRun, _ stop: StopSwitch) async throws {
        let judge = Judge(profile: profile)
        let (started, total) = (ContinuousClock.now, base.domainCount)
        let judged = Judged()
        let reporter = ProgressReporter(style: style) {
            let (count, verdicts) = await judged.counts
            return ProgressSnapshot(
                examined: count, total: total, verdicts: verdicts,
                elapsed: ContinuousClock.now - started)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await reporter.run() }
            defer { group.cancelAll() }
            var last: Int64 = 0
            while true {
                if stop.isRaised {
                    throw CommandFailure(
                        "interrupted; nothing of it is kept, start it again", status: .interrupted)
                }
                let looks = try await active.storedLooks(after: last, limit: Self.pageSize)
                guard let end = looks.last else { break }
                last = end.candidate.id
                let batch = looks.map { look in
                    (
                        look: look,
                        assessment: judge.assess(
                            look.evidence, of: look.candidate.domain,
                            expecting: look.candidate.expectations,
                            history: look.candidate.history, now: look.measurement.at)
                    )
                }
                try await active.record(rejudged: batch)
                await judged.add(batch.map(\.assessment.verdict))
            }
        }
    }

    /// For the progress line.
    private actor Judged {
        private(set) var counts: (Int, [Verdict: Int]) = (0, [:])

        func add(_ verdicts: [Verdict]) {
            counts.0 += verdicts.count
            for verdict in verdicts { counts.1[verdict, default: 0] += 1 }
        }
    }
}
