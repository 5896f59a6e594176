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
            go into the store; --output writes domains.csv, findings.csv, causes.csv, \
            groups.csv and domains.jsonl beside. The summary goes to standard output.

            An interrupted run goes on with the same command and --resume.

            With --shard i/n this machine audits its part of the portfolio, into a store of its own; \
            stsaudit merge makes one store of all parts.

            EXAMPLES
              stsaudit audit portfolio.csv --output out
              stsaudit audit - --resolver 127.0.0.1 --store nightly.sqlite < domains.txt
              stsaudit audit portfolio.csv.gz --resume
              stsaudit audit portfolio.csv --shard 1/2 --store shard-1.sqlite
            """)

    @Argument(help: "The portfolio; - is standard input.")
    var portfolio: String

    @OptionGroup var options: AuditOptions

    func run() async throws {
        Console.log(as: options.log)
        let profile = try options.severities.read()
        let source = PortfolioSource(argument: portfolio)
        // First: a mistyped path, or a spreadsheet, must not leave an empty store behind.
        let fingerprint = try Fingerprint.of(source)
        if let shard = options.shard, !Fingerprint.namesContent(fingerprint) {
            throw CommandFailure(
                "--shard \(shard) needs the portfolio in a file: what is read from a pipe cannot "
                    + "be told to be the same for all shards", status: .usage)
        }
        if let output = options.output { try Folder.make(output) }
        let store = try AuditStore(path: options.files.store)
        // However it ends, short of being killed: all of it is then in the file, without a log.
        defer { try? store.close() }
        let sweep = Sweep(
            store: store,
            request: RunRequest(
                portfolio: options.name, fingerprint: fingerprint,
                options: RunOptions.adding(
                    command: Self.resumeCommand(CommandLine.arguments),
                    to: options.engine.recorded(judgingBy: profile)),
                toolVersion: Version.current, shard: options.shard),
            source: source, survey: options.surveyConfiguration(judgingBy: profile),
            outputFolder: options.output, style: options.progress, resumes: options.resume)
        let result = try await run(sweep)
        do {
            try Console.out(result.summary.text(isColored: Console.wantsColor))
        } catch let failure as Console.WriteFailure where !result.isInterrupted {
            throw CommandFailure(
                "\(failure)\nThe run is finished and in the store; stsaudit report --store "
                    + "\(Shell.quoted(options.files.store)) shows the summary.")
        } catch {
            // Whether anybody reads the summary or not, an interrupted run is not finished.
            guard result.isInterrupted else { throw error }
        }
        if result.isInterrupted {
            throw CommandFailure(
                "interrupted; go on with: \(Self.resumeCommand(CommandLine.arguments))",
                status: .interrupted)
        }
        if options.failOn.isReached(by: result.summary.severity) {
            throw ExitStatus.findings.code
        }
    }

    /// The run and the files for machines, which say how it ended, however it did.
    private func run(_ sweep: Sweep) async throws -> Sweep.Result {
        let (exports, threshold) = (options.exports, options.failOn.threshold ?? .error)
        do {
            let result = try await sweep.run()
            try await exports.write(sweep.store, result.run, failingAt: threshold)
            return result
        } catch StoreError.runInProgress(let path, let holder) {
            // The files are of the other run.
            throw StoreError.runInProgress(path: path, holder: holder)
        } catch {
            await exports.writeAfterFailure(
                sweep.store, portfolio: options.name, failingAt: threshold)
            guard var unfinished = error as? UnfinishedRun else { throw error }
            unfinished.command = Self.resumeCommand(CommandLine.arguments)
            throw unfinished
        }
    }

    /// The command line as it was given, with `--resume`, quoted for a shell.
    static func resumeCommand(_ arguments: [String]) -> String {
        let words = arguments.contains("--resume") ? arguments : arguments + ["--resume"]
        return words.map(Shell.quoted).joined(separator: " ")
    }
}

struct StoreOptions: ParsableArguments {
    @OptionGroup var config: ConfigOption

    @Option(
        name: .long, help: ArgumentHelp("The SQLite file of all runs.", valueName: "file"))
    var store = Self.standard

    static let standard = "stsaudit.sqlite"
}
