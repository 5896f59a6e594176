internal import ArgumentParser
internal import Glibc

@main
struct Main {
    static func main() async {
        ProcessStart.prepare()
        // libcurl would write the keys of every connection there. No other thread is here yet to
        // read the environment.
        _ = unsafe unsetenv("SSLKEYLOGFILE")
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
        case .parser:
            let status = Stsaudit.exitCode(for: error)
            let text = Stsaudit.fullMessage(for: error)
            // As ArgumentParser does it, but for the arguments that it shows as they were given.
            if status.isSuccess {
                try? Console.out(text + "\n")
            } else if !text.isEmpty {
                Console.note(text, .error)
            }
            exit(status.rawValue)
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
            PruneCommand.self, MergeCommand.self,
            TLSRPTCommand.self, HistoryCommand.self, PlanCommand.self, FixCommand.self,
            CausesCommand.self, DemoCommand.self, ConfigCommand.self, ServiceCommand.self,
            ManCommand.self,
        ])

    func run() async throws { try Console.out(FirstSteps.text) }
}

enum Version {
    static let current = "0.1.0"
}
