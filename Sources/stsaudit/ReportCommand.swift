internal import ArgumentParser
internal import Audit
internal import Glibc
internal import Report
internal import Store

/// `stsaudit report`: reports of a stored run.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write reports from the store.",
        discussion: """
            Without --output, --format, --prometheus and --junit it prints the summary. The files of the \
            latest run are byte-identical to those that audit --output wrote.

            EXAMPLES
              stsaudit report
              stsaudit report --output out
              stsaudit report --format html --output report.html
              stsaudit report --split-by account --output accounts
              stsaudit report --format causes > causes.csv
              stsaudit report --run 1 --format jsonl | jq .verdict
              stsaudit report --prometheus stsaudit.prom --junit stsaudit.xml
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case summary
        case domains
        case findings
        case causes
        case jsonl
        case html
        case prometheus
        case junit
    }

    enum Split: String, ExpressibleByArgument, CaseIterable {
        case account
    }

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "The number of a run. Default: the latest.")
    var run: Int64?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write all CSV and JSON Lines files into this folder; with --format html, the file.",
            valueName: "path"))
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write one to standard output: summary, domains, findings, causes, jsonl, html, "
                + "prometheus, junit."))
    var format: Format?

    @Option(
        name: .long,
        help: "Only the rows of this account; an empty text is the rows without one.")
    var account: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With account: a page and a set of files for each account, in folders under --output, "
                + "and an index.html.",
            valueName: "column"))
    var splitBy: Split?

    @OptionGroup var exports: ExportOptions

    @Option(
        name: .long,
        help: "JUnit: a row fails when a finding is at least this: error, warning, advice.")
    var failOn = FailOn.error

    mutating func validate() throws {
        guard failOn != .never else {
            throw ValidationError("--fail-on is error, warning or advice here, not never.")
        }
        if splitBy != nil {
            guard output != nil else {
                throw ValidationError("--split-by writes a folder; name it with --output.")
            }
            guard format == nil, account == nil else {
                throw ValidationError(
                    "--split-by writes every format for every account; leave out --format and "
                        + "--account.")
            }
        }
        let isOfRun = format == .prometheus || format == .junit || !exports.isEmpty
        guard account == nil || !isOfRun else {
            throw ValidationError("Prometheus and JUnit files are of a whole run, not an account.")
        }
    }

    func run() async throws {
        let store = try AuditStore(path: files.store, opening: .existing)
        let run = try await RunChoice.run(run, of: store)
        try await noteInexactness(of: run, in: store)
        if let account { try await AccountChoice.check(account, in: run, of: store) }
        if splitBy == .account, let output { try await split(store, run, into: output) }
        if format == .html { return try await writePage(store, run) }
        if let output, splitBy == nil {
            try Folder.make(output)
            let writer = try ReportWriter(
                store, run, account: account, folder: output, placement: .whenDone)
            try await writer.finish()
        }
        let threshold = failOn.threshold ?? .error
        try await exports.write(store, run, failingAt: threshold)
        switch format ?? (output == nil && exports.isEmpty ? .summary : nil) {
        case nil, .html: break
        case .prometheus:
            try await PrometheusText.write(store, run, to: Self.standardOutput)
        case .junit:
            try await JUnitReport.write(
                store, run, failingAt: threshold, to: Self.standardOutput)
        case .summary:
            let summary = try await Summary(
                store, run, account: account,
                groups: RootGroups.find(store, run, account: account))
            try Console.out(summary.text(isColored: Console.wantsColor))
        case .causes:
            try await CauseReport.write(store, run, account: account, descriptor: STDOUT_FILENO)
        case .domains: try await write(.domains, store, run)
        case .findings: try await write(.findings, store, run)
        case .jsonl: try await write(.lines, store, run)
        }
    }

    /// Rows and states are kept once for all runs that saw the same, with the last run's moments.
    private func noteInexactness(of run: Run, in store: AuditStore) async throws {
        let isFollowed = try await store.runs().contains {
            $0.portfolio == run.portfolio && $0.id > run.id && $0.ingestedAt != nil
        }
        guard isFollowed else { return }
        Console.note(
            "Run \(run.id) is not the latest of its portfolio: line, measured_at and recheck_after "
                + "are those of the last run that saw the same; all else is as it was then.")
    }

    private static var standardOutput: OutputFile {
        OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
    }

    private func writePage(_ store: AuditStore, _ run: Run) async throws {
        let file =
            try output.map { try OutputFile(path: $0, .whenDone) }
            ?? Self.standardOutput
        try await HTMLReport.write(store, run, account: account, to: file)
    }

    private func split(_ store: AuditStore, _ run: Run, into folder: String) async throws {
        try Folder.make(folder)
        let isWatched = Console.isTerminal(STDERR_FILENO)
        let count = try await AccountReports.write(store, run, folder: folder) { done, all in
            if isWatched, done.isMultiple(of: 100) { Console.raw("\r\(done) of \(all) accounts") }
        }
        if isWatched { Console.raw("\r") }
        Console.note("\(count) accounts; open \(folder)/\(AccountReports.indexFileName)")
    }

    private func write(_ format: RowFormat, _ store: AuditStore, _ run: Run) async throws {
        let writer = try ReportWriter(
            store, run, account: account, format: format, descriptor: STDOUT_FILENO)
        try await writer.finish()
    }
}
