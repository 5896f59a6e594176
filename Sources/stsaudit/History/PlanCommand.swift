internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Glibc
internal import MTASTS
internal import Report
internal import Store

/// `stsaudit plan`: the safe order of steps to a goal, with dates from what senders hold.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan an MX move, a removal or a change of mode, and see where it stands.",
        discussion: """
            Gives the steps in their safe order with the full texts to publish and the earliest \
            date of each, from the policies that senders may still hold. Run it again after each \
            step was taken and audited: it shows what is done and what to wait for. For a \
            portfolio, the text has a line for each domain with something to do or to wait for; \
            CSV and JSON have every step of every domain.

            EXAMPLES
              stsaudit plan example.com --mx mx1.example.com --mx-new in.example.net
              stsaudit plan example.com --remove
              stsaudit plan --account Example --to enforce
              stsaudit plan --all --mx old.example.net --mx-new new.example.net --format csv
            """)

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case enforce
        case testing
    }

    @Argument(help: "Domains that were audited.")
    var domains: [String] = []

    @Flag(name: .long, help: "All domains of the latest run, or of --run.")
    var all = false

    @Option(name: .long, help: "All domains of this account in the latest run, or in --run.")
    var account: String?

    @Option(name: .long, help: "The number of a run, for --all and --account.")
    var run: Int64?

    @Option(
        name: .customLong("mx"), parsing: .upToNextOption,
        help: ArgumentHelp("MX hosts that go. Default: all that are not new.", valueName: "host"))
    var oldHosts: [String] = []

    @Option(
        name: .customLong("mx-new"), parsing: .upToNextOption,
        help: ArgumentHelp("MX hosts that come.", valueName: "host"))
    var newHosts: [String] = []

    @Flag(name: .long, help: "Remove MTA-STS, by way of mode none.")
    var remove = false

    @Option(name: .long, help: "The mode to arrive at: enforce or testing.")
    var to: Mode?

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "text, csv or json (an object a line).")
    var format = Format.text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json

        fileprivate var report: PlanFormat {
            switch self {
            case .text: .text
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @OptionGroup var moment: MomentOption

    mutating func validate() throws {
        let goals = [!oldHosts.isEmpty || !newHosts.isEmpty, remove, to != nil]
        guard goals.count(where: { $0 }) == 1 else {
            throw ValidationError("Give one goal: --mx and --mx-new, --remove, or --to.")
        }
        let choices = [!domains.isEmpty, all, account != nil]
        guard choices.count(where: { $0 }) == 1 else {
            throw ValidationError("Name domains, or give --account or --all.")
        }
        guard run == nil || domains.isEmpty else {
            throw ValidationError("--run goes with --account or --all.")
        }
    }

    func run() async throws {
        let goal = try goal()
        let names = try domains.map { text throws(CommandFailure) in try DomainArgument.read(text) }
        let store = try AuditStore(path: files.store, opening: .existing)
        let file = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
        var report = try PlanReport(
            goal, at: moment.resolved(latest: nil), format: format.report, isBrief: names.isEmpty,
            to: file)
        var unknown: [DomainName] = []
        for domain in names {
            guard let past = try await DomainPast.read(domain, from: store) else {
                unknown.append(domain)
                continue
            }
            try report.add(past)
        }
        if names.isEmpty {
            try await report.add(chosenRun(of: store), account: account, from: store)
        }
        try report.finish()
        guard unknown.isEmpty else {
            let list = unknown.map(\.description).joined(separator: ", ")
            throw CommandFailure("\(files.store) has never seen \(list); audit it first")
        }
    }

    private func goal() throws(CommandFailure) -> Plan.Goal {
        if remove { return .remove }
        switch to {
        case .enforce: return .enforce
        case .testing: return .testing
        case nil: break
        }
        let hosts = { (list: [String]) throws(CommandFailure) -> [String] in
            var names: [String] = []
            for text in list { names.append(try DomainArgument.read(text).description) }
            return names
        }
        return .moveMX(old: try hosts(oldHosts), new: try hosts(newHosts))
    }

    private func chosenRun(of store: AuditStore) async throws -> Run {
        if let run { return try await store.run(run) }
        guard let latest = try await store.latestRun() else {
            throw CommandFailure("\(store.path) holds no run yet; start one with stsaudit audit")
        }
        return latest
    }
}
