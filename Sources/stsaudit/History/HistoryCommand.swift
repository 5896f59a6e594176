internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Glibc
internal import MTASTS
internal import Report
internal import Store
internal import Survey

/// `stsaudit history DOMAIN...`: what was seen of a domain over time, and what senders may hold.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what senders may still hold, and what changed together.",
        discussion: """
            Senders go by a policy for up to a year after they fetched it. From all runs in the \
            store this says which policies may be held, until when at the latest, and what each \
            does with the MX hosts as they were last seen; then when each part of the set-up was \
            seen, and what changed together in DNS, hosting and at providers.

            EXAMPLES
              stsaudit history example.com
              stsaudit history example.com --at 2026-12-24
              stsaudit history example.com example.org --format csv > history.csv
            """)

    @Argument(help: "Domains that were audited.")
    var domains: [String]

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "Only what the runs of this portfolio saw. Default: of all.")
    var name: String?

    @Option(name: .long, help: "text, csv or json (an object a line).")
    var format = Format.text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json

        fileprivate var report: HistoryFormat {
            switch self {
            case .text: .text
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @OptionGroup var moment: MomentOption

    mutating func validate() throws {
        guard !domains.isEmpty else { throw ValidationError("Name at least one domain.") }
    }

    func run() async throws {
        let names = try domains.map { text throws(CommandFailure) in try DomainArgument.read(text) }
        let store = try AuditStore(path: files.store, opening: .existing)
        let file = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
        var report = HistoryReport(format.report, to: file)
        var unknown: [DomainName] = []
        for domain in names {
            guard let past = try await DomainPast.read(domain, from: store, portfolio: name) else {
                unknown.append(domain)
                continue
            }
            let latest = past.latest?.lastSeen
            if let latest, moment.isBefore(latest) {
                Console.note(
                    "stsaudit: \(domain) was looked at after --at; said for the last look, "
                        + "\(latest)")
            }
            try report.add(past, at: moment.resolved(latest: latest))
        }
        try report.finish()
        guard unknown.isEmpty else {
            let list = unknown.map(\.description).joined(separator: ", ")
            throw CommandFailure("\(files.store) has never seen \(list); audit it first")
        }
    }
}

/// The moment that something is said for.
struct MomentOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Say it for this moment in UTC after the last look, such as 2026-12-24T12:00. Default: now.",
            valueName: "moment"),
        transform: Self.moment)
    var at: Timestamp?

    /// - Parameter latest: the last look. Where it is later (a demo's nights), it counts: what
    ///   was seen after a moment says nothing of what was held then.
    func resolved(latest: Timestamp?) -> Timestamp {
        let asked = at ?? SurveyClock.system.now()
        return max(asked, latest ?? asked)
    }

    /// What is asked for is over.
    func isBefore(_ latest: Timestamp) -> Bool { at.map { $0 < latest } ?? false }

    private static func moment(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(text) else {
            throw ValidationError(
                "'\(InertText.line(text))' is no moment such as 2026-12-24T12:00Z.")
        }
        return moment
    }
}

/// A domain as given on the command line.
enum DomainArgument {
    static func read(_ text: String) throws(CommandFailure) -> DomainName {
        switch DomainField.read(Array(text.utf8)[...]) {
        case .success(let domain): return domain
        case .failure(let problem):
            throw CommandFailure(
                "'\(InertText.line(text))': \(problem.explanation)", status: .usage)
        }
    }
}
