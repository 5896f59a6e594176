internal import ArgumentParser
internal import Glibc

@main
struct Main {
    static func main() async {
        ProcessStart.prepare()
        do {
            let configured = try Configured.read(Array(CommandLine.arguments.dropFirst()))
            var command = try Stsaudit.parseAsRoot(configured.arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// The one place that turns an error into a message and an exit status.
    private static func end(with error: any Error) -> Never {
        switch FailureText.of(error) {
        case .silent(let status): exit(status.rawValue)
        case .message(let text, let status):
            Console.note("stsaudit: \(text)", .error)
            exit(status.rawValue)
        case .parser: Stsaudit.exit(withError: error)
        }
    }
}

struct Stsaudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stsaudit",
        abstract: "Audit the MTA-STS posture (RFC 8461) of whole domain portfolios.",
        discussion: """
            For each domain it says what a compliant sending MTA does with its mail right now, and \
            why. Standard output carries data only; progress and notes go to standard error.

            EXAMPLES
              stsaudit check example.com
              stsaudit audit portfolio.csv --output out
              stsaudit demo
            """,
        version: Version.current,
        subcommands: [
            AuditCommand.self, CheckCommand.self, LintCommand.self, ReportCommand.self,
            GroupsCommand.self, DiffCommand.self, RunsCommand.self, RejudgeCommand.self,
            PruneCommand.self,
            TLSRPTCommand.self, HistoryCommand.self, PlanCommand.self, FixCommand.self,
            CausesCommand.self, DemoCommand.self, ConfigCommand.self, ServiceCommand.self,
            ManCommand.self,
        ])

    func run() async throws { try Console.out(FirstSteps.text) }
}

enum Version {
    static let current = "0.1.0"
}
