internal import ArgumentParser
internal import Evidence
internal import Store
internal import Survey

/// `stsaudit prune`: old runs go.
struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old runs from the store.",
        discussion: """
            Of each portfolio the latest finished runs are kept, and those of the last days; the \
            rest goes with everything that only they saw. Reports and comparisons of the kept \
            runs stay as they are, and so does what senders may still hold.

            EXAMPLES
              stsaudit prune --keep-days 400
              stsaudit prune --keep-runs 30 --dry-run
              stsaudit prune --keep-days 90 --vacuum
            """)

    @OptionGroup var files: StoreOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Keep the runs of this many days.", valueName: "days"))
    var keepDays: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Keep this many finished runs of each portfolio.", valueName: "runs"))
    var keepRuns: Int?

    @Flag(name: .long, help: "Say what would go, and change nothing.")
    var dryRun = false

    @Flag(
        name: .long,
        help: "Make the file smaller afterwards; needs as much free disk space as it has.")
    var vacuum = false

    mutating func validate() throws {
        guard keepDays != nil || keepRuns != nil else {
            throw ValidationError("Say what to keep: --keep-days or --keep-runs.")
        }
        if let keepDays, !(0...36_500).contains(keepDays) {
            throw ValidationError("--keep-days is 0 to 36500, not \(keepDays).")
        }
        if let keepRuns, keepRuns < 1 {
            throw ValidationError("--keep-runs is 1 or more, not \(keepRuns).")
        }
    }

    func run() async throws {
        let store = try AuditStore(path: files.store, opening: .existing)
        let now = SurveyConfiguration().clock.now()
        let retention = Retention(
            runs: keepRuns ?? 1,
            since: keepDays.map { now.adding(seconds: -Int64($0) * Timestamp.secondsPerDay) })
        let summary = try await store.prune(retention, isDryRun: dryRun, isCompacting: vacuum)
        try Console.out(Self.text(summary, isDryRun: dryRun, isCompacted: vacuum))
    }

    static func text(_ summary: PruneSummary, isDryRun: Bool, isCompacted: Bool) -> String {
        if summary.isEmpty, !isCompacted || isDryRun { return "Nothing to remove.\n" }
        let parts = [
            ("runs", summary.runs), ("states", summary.states), ("findings", summary.findings),
            ("portfolio rows", summary.entries), ("domains", summary.domains),
            ("evidence", summary.evidence), ("policy texts", summary.policyBodies),
            ("certificates", summary.certificates), ("publications", summary.publications),
        ]
        var text = summary.isEmpty ? "Nothing to remove.\n" : ""
        if !summary.isEmpty {
            text = isDryRun ? "Would be removed:\n" : "Removed:\n"
            for (name, count) in parts {
                let number = ProgressLine.grouped(count)
                text += "  \(Text.padded(name, to: 15)) \(number)\n"
            }
        }
        guard !isDryRun else { return text }
        text += "The store has \(size(summary.bytesAfter))"
        text += isCompacted ? " (\(size(summary.bytesBefore)) before).\n" : ""
        if !isCompacted {
            text += ", of which \(size(summary.freeBytes)) are free for the next runs; "
            text += "--vacuum gives them back.\n"
        }
        return text
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 10_000_000
            ? "\(ProgressLine.grouped((bytes + 512) / 1024)) KiB"
            : "\(ProgressLine.grouped((bytes + (1 << 19)) / (1 << 20))) MiB"
    }
}
