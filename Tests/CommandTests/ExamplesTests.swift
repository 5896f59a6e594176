import ArgumentParser
import DNSMessage
import Foundation
import Testing

@testable import Lab
@testable import stsaudit

/// Every domain that an example names, sound and in mode enforce.
private struct ExampleWorld: World {
    private static let specification = DomainSpecification()

    private static func place(of name: String) -> (prefix: String, domain: String)? {
        let labels = name.split(separator: ".")
        guard labels.count >= 2, labels[labels.count - 2] == "example" else { return nil }
        return (
            labels.dropLast(2).joined(separator: "."), labels.suffix(2).joined(separator: ".")
        )
    }

    func answer(to name: String, type: RecordType) -> DNSBehaviour {
        guard let (prefix, domain) = Self.place(of: name) else {
            // The root's name servers are how a resolver is tried.
            return name.isEmpty ? .records([]) : .nameError
        }
        return Self.specification.answer(to: prefix, of: domain, type: type)
    }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let (_, domain) = Self.place(of: serverName) else { return Surroundings.host }
        return Self.specification.policyHost(of: domain, at: address)
    }
}

extension EndToEnd {
    /// Examples stay true: each runs as it is printed.
    @Suite("Examples in the help")
    struct ExamplesTests {
        /// Runs as the tool in a shell: as printed, but against the lab instead of the Internet,
        /// and small.
        private static func shim(_ lab: Lab) throws -> String {
            let flags = try lab.flags("--progress", "none").map(Shell.quoted)
                .joined(separator: " ")
            return """
                #!/bin/bash
                tool='\(Tool.path)'
                case "$*" in
                "demo --serve"*)
                    timeout --preserve-status --signal INT 3 "$tool" "$@" --domains 10 --output serve
                    exit 0 ;;
                "demo --nights"*) exec "$tool" demo --nights 2 --output nights ;;
                demo*) exec "$tool" "$@" --domains 80 --output demo --progress none ;;
                audit*) exec "$tool" "$@" \(flags) ;;
                check*) exec "$tool" "$@" \(flags.replacing("--progress none", with: "")) ;;
                *) exec "$tool" "$@" ;;
                esac

                """
        }

        /// What the examples take for granted is there.
        private static func prepare(_ scratch: Scratch, _ lab: Lab) async throws {
            let domains = "example.com\nexample.org\n"
            try scratch.write(
                "domain,account\nexample.com,Example\nexample.org,acme\n", to: "portfolio.csv")
            try scratch.write(domains, to: "domains.txt")
            try scratch.write(
                "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 86400\n",
                to: "mta-sts.txt")
            try scratch.write(try shim(lab), to: "stsaudit")
            let script = """
                set -e
                chmod +x stsaudit
                gzip -k portfolio.csv
                \(setup)
                """
            let outcome = try await shell(script, in: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }

        /// Two audits, so that there is something to compare. Runs 1 and 2.
        private static let setup = """
            stsaudit audit portfolio.csv > first.txt
            stsaudit audit portfolio.csv > second.txt
            cp stsaudit.sqlite two-runs.sqlite
            for shard in 1 2; do
                stsaudit audit portfolio.csv --shard $shard/2 --store shard-$shard.sqlite
            done > shards.txt
            """

        private static func shell(_ line: String, in scratch: Scratch) async throws -> Tool.Outcome
        {
            try await Tool.shell(
                "export PATH=\"$PWD:$PATH\" HOME=\"$PWD\"; set -o pipefail; " + line, in: scratch)
        }

        /// Lines whose status says something of the data, or that name what only the reader has.
        private static func accepts(_ line: String, _ outcome: Tool.Outcome) -> Bool {
            if line.contains("--fail-on") { return [0, 1].contains(outcome.status) }
            return outcome.status == 0
        }

        /// Without what only the reader has: mail, and reports in it.
        private static func isRunnable(_ line: String) -> Bool {
            !line.hasPrefix("curl ") && !line.contains("tlsrpt")
        }

        static let commands: [[String]] =
            [[]]
            + Stsaudit.configuration.subcommands.map {
                [$0.configuration.commandName ?? ""]
            }

        private static func examples(_ command: [String]) async throws -> [String] {
            let help = try await Tool.run(command + ["--help"], in: Scratch())
            guard let start = help.out.range(of: "\nEXAMPLES\n") else { return [] }
            let rest = help.out[start.upperBound...]
            return rest.split(separator: "\n", omittingEmptySubsequences: false)
                .prefix { $0.hasPrefix("  ") }.map { String($0.dropFirst(2)) }
        }

        /// The store of the two audits again, for the next command.
        private static let restore = """
            rm -f stsaudit.sqlite*
            cp two-runs.sqlite stsaudit.sqlite
            """

        @Test("each runs as printed")
        func run() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: ExampleWorld()) { lab in
                try await Self.prepare(scratch, lab)
                for command in Self.commands {
                    let examples = try await Self.examples(command)
                    #expect(!examples.isEmpty || command == ["tlsrpt"], "\(command): no examples")
                    _ = try await Self.shell(Self.restore, in: scratch)
                    for line in examples where Self.isRunnable(line) {
                        let outcome = try await Self.shell(line, in: scratch)
                        #expect(
                            Self.accepts(line, outcome),
                            "\(line): \(outcome.status)\n\(outcome.errors)\(outcome.out)")
                    }
                }
            }
        }
    }
}
