internal import ArgumentParser
internal import Glibc
internal import Report
internal import Store
internal import Survey

/// `stsaudit merge`: one store of the stores of shards.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one store of the stores of shards.",
        discussion: """
            The shards of one portfolio, each audited with --shard i/n into a store of its own, \
            become the store that --store names. Its reports are those of one run over the whole \
            portfolio. Merging the same runs again changes nothing; when the shards have been \
            audited again, the same command adds a run. What overlaps, is missing, or was not \
            audited alike is refused.

            EXAMPLES
              stsaudit merge shard-*.sqlite --store merged.sqlite
              stsaudit merge shard-1.sqlite --store part.sqlite --allow-missing
            """)

    @Argument(help: ArgumentHelp("The stores of the shards.", valueName: "file"))
    var shards: [String]

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "The name that the audits of the shards gave the portfolio.")
    var name = "default"

    @Flag(
        name: .long,
        help: "Leave out shards that are not given or not audited; otherwise they are an error.")
    var allowMissing = false

    /// Open files beside the locks of the shards: the streams, the merged store, and one shard's at
    /// a time, each with its readers and log.
    private static let filesBeside = 32

    func run() async throws {
        try raiseFileLimit()
        // First: a mistyped name must not leave an empty store behind.
        for path in shards { try AuditStore(path: path, opening: .existing).close() }
        // Nor does a refused merge.
        let isNew = unsafe access(files.store, F_OK) != 0
        let store = try AuditStore(path: files.store)
        let summary: MergeSummary
        do {
            summary = try await store.merge(
                shards, of: name, allowsMissing: allowMissing,
                difference: { RunOptions($0.options).differenceOfShards(RunOptions($1.options)) })
        } catch {
            if isNew { try? await store.discard() } else { try? store.close() }
            throw error
        }
        try store.close()
        try Console.out(Self.text(summary, store: files.store))
        if !summary.withReports.isEmpty {
            Console.note(
                "TLS reports are not merged; import them into \(files.store) too, so that its "
                    + "reports show them: stsaudit tlsrpt import ... --store "
                    + Shell.quoted(files.store))
        }
    }

    /// The lock of every shard's store is held to the end.
    private func raiseFileLimit() throws(CommandFailure) {
        let needed = shards.count + Self.filesBeside
        guard let limit = ProcessLimits.raiseFiles(to: needed), limit < needed else { return }
        throw CommandFailure(
            "the limit of open files is \(limit), and to merge \(shards.count) stores takes "
                + "\(needed); raise it (ulimit -n, LimitNOFILE= in a unit)")
    }

    static func text(_ summary: MergeSummary, store: String) -> String {
        let run = summary.run
        var text =
            summary.isChanged
            ? "Merged into run \(run.id) of \(InertText.line(store)): "
            : "Nothing new; run \(run.id) of \(InertText.line(store)) has "
        text += "\(count(summary.shards.count, "shard")), "
        text += "\(ProgressLine.grouped(run.domainCount)) domains in "
        text += "\(count(run.rowCount, "row"))"
        if run.invalidCount > 0 { text += ", \(run.invalidCount) of them invalid" }
        text += ".\n"
        for (shards, what) in [
            (summary.missing, "Missing"), (summary.stale, "Not examined in this run"),
        ] where !shards.isEmpty {
            text += "\(what): shard \(shards.map(\.description).joined(separator: ", ")).\n"
        }
        return text
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(ProgressLine.grouped(number)) \(what)\(number == 1 ? "" : "s")"
    }
}

extension RunOptions {
    /// What two shards of one run must not differ in, as a text; nil when they do not. Each
    /// machine has its own resolver and its own place for files.
    fileprivate func differenceOfShards(_ other: RunOptions) -> String? {
        let own: Set<String> = ["resolvers", "caFile", "ehlo"]
        let names = differences(from: other).filter { !own.contains($0) }
        return names.isEmpty ? nil : "options: " + names.joined(separator: ", ")
    }
}
