internal import ArgumentParser
internal import Report
internal import Store
internal import Survey

/// `stsaudit tlsrpt import PATH...`: reports into the store.
struct TLSRPTImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read TLS reports from files, mail and folders into the store.",
        discussion: """
            Reads JSON, mail and mbox, plain or compressed with gzip, whatever the files are \
            called, and folders of these; a folder with new and cur is a Maildir. A report that \
            is there already is counted and left, so the same mailbox can be imported every \
            night. What cannot be read is told with its file and reason, and the rest goes on; \
            the exit status is then 1.

            EXAMPLES
              stsaudit tlsrpt import ~/Maildir/.tlsrpt
              stsaudit tlsrpt import reports/ google.json.gz box.mbox
              curl -s https://example.com/report.json.gz | stsaudit tlsrpt import -
            """)

    @Argument(help: "Files and folders; - is standard input.")
    var paths: [String]

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "auto, none, plain or ansi.")
    var progress = ProgressStyle.auto

    func run() async throws {
        var importing = ReportImport(
            paths, store: files.store, clock: SurveyConfiguration().clock, style: progress)
        let outcome = try await importing.run()
        try Console.out(outcome.text)
        if outcome.failures > 0 { throw ExitStatus.findings.code }
    }
}
