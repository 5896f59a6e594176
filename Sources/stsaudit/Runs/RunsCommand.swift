internal import ArgumentParser
internal import Audit
internal import Report
internal import Store

/// `stsaudit runs`: the runs of a store.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs of the store.",
        discussion: """
            The latest first: state, size, duration, share of each verdict, options. A run whose \
            process is gone says interrupted, with the command that goes on with it.

            EXAMPLES
              stsaudit runs
              stsaudit runs --portfolio customers --format csv > runs.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json

        var written: RunListFormat {
            switch self {
            case .text: .text
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "Only the runs of this portfolio.")
    var portfolio: String?

    @Option(name: .long, help: "text, csv or json (JSON Lines).")
    var format = Format.text

    @Option(name: .long, help: "At most this many; 0 is all. Default: 20 for text, else all.")
    var limit: Int?

    mutating func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit is 0 or more, not \(limit).") }
    }

    func run() async throws {
        let store = try AuditStore(path: files.store, opening: .existing)
        let all = try await store.listedRuns().filter {
            portfolio == nil || $0.run.portfolio == portfolio
        }
        let limit = limit ?? (format == .text ? 20 : 0)
        let runs = limit == 0 ? all : Array(all.prefix(limit))
        try Console.out(
            RunList.text(
                runs, format.written, options: { RunOptions($0.run.options).summary },
                hint: { Self.hint($0, store: files.store) }))
        if runs.count < all.count {
            Console.note("and \(all.count - runs.count) more; --limit 0 shows all of them")
        }
    }

    /// How an interrupted run is gone on with.
    static func hint(_ listed: ListedRun, store: String) -> String? {
        guard listed.isResumable else { return nil }
        if case .string(let command)? = RunOptions(listed.run.options).values[RunOptions.command] {
            return command
        }
        switch listed.run.kind {
        case .audit:
            return "stsaudit audit PORTFOLIO --store \(Shell.quoted(store)) --name "
                + "\(Shell.quoted(listed.run.portfolio)) --resume"
        case .demo: return "stsaudit demo --resume, with the options it was started with"
        case .rejudge: return nil
        }
    }
}
