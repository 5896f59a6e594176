internal import ArgumentParser
internal import Audit
internal import Report
internal import Store

/// `stsaudit groups`: what one fix clears at many domains.
struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Show the roots that findings of many domains share.",
        discussion: """
            Domains that share a policy host, a certificate, an MX operator, a policy text or a \
            record text often share a fault, too. Each finding is counted for one root only, the \
            one that explains the most of them, so the numbers say what one fix clears.

            EXAMPLES
              stsaudit groups
              stsaudit groups --cause policy-certificate-expired
              stsaudit groups --limit 0 --format csv > groups.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json
    }

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "The number of a run. Default: the latest.")
    var run: Int64?

    @Option(name: .long, help: "Only the domains of this account.")
    var account: String?

    @Option(name: .long, help: "Only this cause, such as policy-certificate-expired.")
    var cause: String?

    @Option(name: .long, help: "text, csv or json.")
    var format = Format.text

    @Option(name: .long, help: "Show at most this many groups; 0 is all of them.")
    var limit = 20

    mutating func validate() throws {
        if let cause, Cause(rawValue: cause) == nil {
            throw ValidationError(
                "--cause '\(InertText.line(cause))' is unknown; stsaudit causes lists them.")
        }
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more, not \(limit).") }
    }

    func run() async throws {
        let store = try AuditStore(path: files.store, opening: .existing)
        let chosen = try await RunChoice.run(run, of: store)
        if let account { try await AccountChoice.check(account, in: chosen, of: store) }
        var all = try await RootGroups.find(store, chosen, account: account)
        if let cause = cause.flatMap(Cause.init) { all.removeAll { $0.cause != cause } }
        let groups = limit == 0 ? all : Array(all.prefix(limit))
        switch format {
        case .text:
            try Console.out(GroupTable.text(groups))
            if groups.count < all.count {
                Console.note("and \(all.count - groups.count) more; --limit 0 shows all of them")
            }
        case .csv: try Console.out(String(decoding: GroupTable.csv(groups), as: UTF8.self))
        case .json: try Console.out(String(decoding: GroupTable.json(groups), as: UTF8.self))
        }
    }
}
