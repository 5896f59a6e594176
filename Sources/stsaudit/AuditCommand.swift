internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Report
internal import Store
internal import Survey

/// `stsaudit audit PORTFOLIO`: one run over a portfolio.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Audit a portfolio and keep the results.",
        discussion: """
            The portfolio is a CSV with a header (domain, and any of account, expected_mode, tags; \
            other columns are carried through) or one domain per line; gzip is recognised. Results \
            go into the store; --output writes domains.csv, findings.csv, causes.csv and \
            domains.jsonl beside. The summary goes to standard output.

            An interrupted run goes on with the same command and --resume.

            EXAMPLES
              stsaudit audit portfolio.csv --output out
              stsaudit audit - --resolver 127.0.0.1 --store nightly.sqlite < domains.txt
              stsaudit audit portfolio.csv.gz --resume
            """)

    @Argument(help: "The portfolio; - is standard input.")
    var portfolio: String

    @OptionGroup var files: StoreOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the CSV and JSON Lines files into this folder.", valueName: "folder"))
    var output: String?

    @Option(
        name: .long,
        help: "The name under which the runs of this portfolio follow one another in the store.")
    var name = "default"

    @Flag(name: .long, help: "Go on with the interrupted run of this portfolio.")
    var resume = false

    @Option(
        name: .long,
        help: "Exit with status 1 when a finding is at least this: never, error, warning, advice.")
    var failOn = FailOn.never

    @Option(name: .long, help: "auto, none, plain or ansi.")
    var progress = ProgressStyle.auto

    @OptionGroup var severities: ProfileOption

    @OptionGroup(title: "Network") var engine: EngineOptions

    func run() async throws {
        let profile = try severities.read()
        let source = PortfolioSource(argument: portfolio)
        // First: a mistyped path, or a spreadsheet, must not leave an empty store behind.
        let fingerprint = try Fingerprint.of(source)
        if let output { try Folder.make(output) }
        let store = try AuditStore(path: files.store)
        let sweep = Sweep(
            store: store,
            request: RunRequest(
                portfolio: name, fingerprint: fingerprint,
                options: RunOptions.adding(
                    command: Self.resumeCommand(CommandLine.arguments),
                    to: engine.recorded(judgingBy: profile)), toolVersion: Version.current),
            source: source, survey: engine.configuration(judgingBy: profile),
            outputFolder: output, style: progress, resumes: resume)
        let result = try await sweep.run()
        try Console.out(result.summary.text(isColored: Console.wantsColor))
        if result.isInterrupted {
            throw CommandFailure(
                "interrupted; go on with: \(Self.resumeCommand(CommandLine.arguments))",
                status: .interrupted)
        }
        if failOn.isReached(by: result.summary.severity) { throw ExitStatus.findings.code }
    }

    /// The command line as it was given, with `--resume`, quoted for a shell.
    static func resumeCommand(_ arguments: [String]) -> String {
        let words = arguments.contains("--resume") ? arguments : arguments + ["--resume"]
        return words.map(Shell.quoted).joined(separator: " ")
    }
}

struct StoreOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("The SQLite file of all runs.", valueName: "file"))
    var store = Self.standard

    static let standard = "stsaudit.sqlite"
}
