internal import ArgumentParser
internal import Evidence
internal import Glibc
internal import MTASTS
internal import Report
internal import Store
internal import Survey

/// `stsaudit tlsrpt summary`: what senders reported, added up.
struct TLSRPTSummaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Sum up TLS reports by sender, result type, MX host and day.",
        discussion: """
            Of the days up to the last one that was reported on. With domains, all of each; \
            without, the sums of all domains, the failure rates of the accounts of the latest \
            run, and the domains with the most failures. CSV and JSON Lines have every domain.

            EXAMPLES
              stsaudit tlsrpt summary
              stsaudit tlsrpt summary example.com --days 30
              stsaudit tlsrpt summary --account acme --format csv > acme.csv
              stsaudit tlsrpt summary --format json | jq 'select(.kind == "all").accounts'
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json

        fileprivate var report: ReportedFormat {
            switch self {
            case .text: .text
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @Argument(help: "Domains. Default: all.")
    var domains: [String] = []

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "Only the domains of this account in the latest run.")
    var account: String?

    @Option(name: .long, help: "How many days, 1 to 3660.")
    var days = 14

    @Option(name: .long, help: "text, csv or json.")
    var format = Format.text

    @Option(name: .long, help: "In text, at most this many accounts and domains; 0 is all of them.")
    var limit = 20

    mutating func validate() throws {
        guard (1...3660).contains(days) else {
            throw ValidationError("--days is 1 to 3660, not \(days).")
        }
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more, not \(limit).") }
        guard domains.isEmpty || account == nil else {
            throw ValidationError("Give domains or --account, not both.")
        }
    }

    func run() async throws {
        let names = try domains.map { text throws(CommandFailure) in try DomainArgument.read(text) }
        let store = try AuditStore(path: files.store, opening: .existing)
        let now = SurveyConfiguration().clock.now()
        guard let days = try await store.reportDays(days, until: now) else {
            throw CommandFailure(
                "\(files.store) holds no TLS report; import some with stsaudit tlsrpt import")
        }
        let summary = ReportedSummary(
            store, format.report,
            to: OutputFile(descriptor: STDOUT_FILENO, name: "standard output"))
        if !names.isEmpty {
            let missing = try await summary.write(names, in: days)
            for name in missing {
                Console.note(
                    "stsaudit: nobody has reported on \(name) from \(days.first.day) to "
                        + days.last.day)
            }
            return
        }
        var scope = ReportScope(days: days)
        if let account {
            scope.account = (account, try await RunChoice.run(nil, of: store))
        }
        try await summary.write(
            scope, accountsOf: try await store.latestRun(), limit: limit == 0 ? .max : limit)
    }
}
