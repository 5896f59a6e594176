import ArgumentParser
import Testing

@testable import stsaudit

@Suite("Manual page and completions", .timeLimit(.minutes(6)))
struct ManTests {
    private static func page(in scratch: Scratch) async throws -> String {
        let outcome = try await Tool.run(["man"], in: scratch)
        #expect(outcome.status == 0)
        try scratch.write(outcome.out, to: "stsaudit.1")
        return outcome.out
    }

    @Test(
        "mandoc has nothing to object to",
        .enabled(if: Checker.mandoc.isUsable, "mandoc"))
    func lint() async throws {
        let scratch = try Scratch()
        _ = try await Self.page(in: scratch)
        let lint = try await Tool.shell("mandoc -Tlint -W warning stsaudit.1", in: scratch)
        #expect(lint.status == 0)
        #expect(lint.out == "")
    }

    @Test(
        "man shows every command, every option and the exit statuses",
        .enabled(if: Checker.man.isUsable, "man (Debian: man-db)"))
    func shown() async throws {
        let scratch = try Scratch()
        _ = try await Self.page(in: scratch)
        let man = try await Tool.shell(
            "MANWIDTH=200 LC_ALL=C.UTF-8 man --warnings=w -l -P cat stsaudit.1", in: scratch)
        #expect(man.status == 0)
        #expect(man.errors == "")
        for heading in ["NAME", "SYNOPSIS", "COMMANDS", "FILES", "EXIT STATUS", "EXAMPLES"] {
            #expect(man.out.contains("\n\(heading)\n"), "\(heading)")
        }
        let help = ToolHelp(Stsaudit.self).command
        for command in help.subcommands ?? [] where command.commandName != "help" {
            #expect(man.out.contains("\n   \(command.commandName)\n"), "\(command.commandName)")
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                for name in argument.longNames where name != "help" && name != "version" {
                    #expect(man.out.contains("--\(name)"), "\(command.commandName) --\(name)")
                }
            }
        }
        for status in ["0", "1", "2", "64", "130"] {
            #expect(man.out.contains("\n     \(status) "), "\(status)")
        }
    }

    @Test(
        "completions: every shell's script names every command", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        let outcome = try await Tool.run(["--generate-completion-script", shell], in: Scratch())
        #expect(outcome.status == 0)
        for command in Stsaudit.configuration.subcommands {
            let name = try #require(command.configuration.commandName)
            #expect(outcome.out.contains(name), "\(name)")
        }
    }

    @Test("bash completes a command and an option with the script")
    func bash() async throws {
        let line = """
            source <('\(Tool.path)' --generate-completion-script bash)
            complete -p stsaudit
            """
        let outcome = try await Tool.shell(line, in: Scratch())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.out.contains("stsaudit"))
    }
}
