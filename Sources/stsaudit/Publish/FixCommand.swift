internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Glibc
internal import MTASTS
internal import Report
internal import Store

/// `stsaudit fix`: what to publish so that senders find a sound policy.
struct FixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Write the records and policies that cure what was found, ready to publish.",
        discussion: """
            For each broken or absent domain of a run: the TXT records with a fresh id, the policy \
            text for the MX hosts of today, first in mode testing, and the plan with its waiting \
            times. What publishing does not cure (an expired certificate, a refused connection) is \
            listed with its remedy. Sound domains are left out unless they are named. Nothing is \
            published by this command, and nothing is asked of the network.

            EXAMPLES
              stsaudit fix example.com
              stsaudit fix example.com --policy-host-target sts.example.net --format zone
              stsaudit fix --account Example --tlsrpt-rua mailto:tls@example.net
              stsaudit fix --all --mode enforce --output kit
            """)

    @Argument(help: "Domains that were audited.")
    var domains: [String] = []

    @Flag(name: .long, help: "All domains of the latest run, or of --run, that need it.")
    var all = false

    @Option(name: .long, help: "Those of this account in the latest run, or in --run.")
    var account: String?

    @Option(name: .long, help: "The number of a run, for --all and --account.")
    var run: Int64?

    @OptionGroup var wanted: KitOptions

    @OptionGroup var files: StoreOptions

    @Option(
        name: .long,
        help: "text, zone (zone-file lines), csv (for a bulk import) or json (an object a line).")
    var format: Format?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case zone
        case csv
        case json

        fileprivate var report: KitFormat {
            switch self {
            case .text: .text
            case .zone: .zone
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Instead of a format: records.zone, records.csv, plan.txt, nginx.conf and a folder of "
                + "policy files go there.", valueName: "folder"))
    var output: String?

    @OptionGroup var moment: MomentOption

    mutating func validate() throws {
        let choices = [!domains.isEmpty, all, account != nil]
        guard choices.count(where: { $0 }) == 1 else {
            throw ValidationError("Name domains, or give --account or --all.")
        }
        guard run == nil || domains.isEmpty else {
            throw ValidationError("--run goes with --account or --all.")
        }
        guard format == nil || output == nil else {
            throw ValidationError("--output writes its own formats; leave out --format.")
        }
    }

    func run() async throws {
        let names = try domains.map { text throws(CommandFailure) in try DomainArgument.read(text) }
        let store = try AuditStore(path: files.store, opening: .existing)
        var pasts: [DomainPast] = []
        for domain in names {
            guard let past = try await DomainPast.read(domain, from: store) else {
                throw CommandFailure("\(files.store) has never seen \(domain); audit it first")
            }
            pasts.append(past)
        }
        var report = try report()
        for past in pasts { try report.add(past, isAskedFor: true) }
        if names.isEmpty {
            let chosen = try await RunChoice.run(run, of: store)
            try await report.add(chosen, account: account, from: store)
        }
        try report.finish()
        Console.note(report.tally.text)
        if let output { Console.note("Written to \(output)/; begin with plan.txt") }
    }

    private func report() throws -> KitReport {
        let now = moment.resolved(latest: nil)
        guard let output else {
            let file = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
            return try KitReport(
                wanted.wishes, at: now, format: (format ?? .text).report, to: file)
        }
        try Folder.make(output)
        return try KitReport(wanted.wishes, at: now, folder: output)
    }
}
