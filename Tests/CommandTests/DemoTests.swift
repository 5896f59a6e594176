import ArgumentParser
import Glibc
import Lab
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// The first command of a new user, and what it leaves behind.
    @Suite("demo")
    struct DemoTests {
        static let files = ["domains.csv", "findings.csv", "causes.csv", "domains.jsonl"]
        /// Slower than the default: this is a debug build, beside other tests.
        static let pace = ["--concurrency", "200"]

        @Test(
            "a thousand domains agree with the truth; files and store agree with each other",
            .timeLimit(.minutes(6)))
        func demo() async throws {
            let scratch = try Scratch()
            let demo = try await Tool.run(
                ["demo", "--output", "out", "--progress", "plain"] + Self.pace, in: scratch)
            try #require(demo.status == 0, "\(demo.out)\(demo.errors)")
            #expect(demo.out.contains("Verdicts: 1,000 of 1,000 equal the truth\n"))
            #expect(demo.out.contains("Cause sets: 1,000 of 1,000 equal the truth\n"))
            #expect(demo.out.hasPrefix("Verdicts  (1000 domains examined)\n"))
            #expect(demo.out.unicodeScalars.allSatisfy { $0 == "\n" || $0.isHarmless })
            // Nobody looks at standard error here, and it is no terminal: plain lines, nothing else.
            #expect(demo.errors.split(separator: "\n").allSatisfy { $0.contains("/1,000 domains") })

            try rows(of: scratch)
            try await sql(of: scratch)
            try await reports(of: scratch)
        }

        /// A row for each domain, in the order of the portfolio, with the verdict of the truth.
        private func rows(of scratch: Scratch) throws {
            let portfolio = try scratch.csv("out/portfolio.csv")
            let truth = try scratch.csv("out/truth.csv")
            let domains = try scratch.csv("out/domains.csv")
            #expect(domains.rows.map { $0["domain"] } == portfolio.rows.map { $0["domain"] })
            for column in ["account", "expected_mode", "tags", "contract"] {
                #expect(
                    domains.rows.map { $0[column] } == portfolio.rows.map { $0[column] },
                    "\(column)")
            }
            #expect(domains.rows.map { $0["verdict"] } == truth.rows.map { $0["verdict"] })
            #expect(domains.cells.filter { !$0.isInertCell } == [])
            let findings = try scratch.csv("out/findings.csv")
            #expect(
                findings.rows.count
                    == domains.rows.reduce(0) {
                        $0 + ($1["causes"]?.split(separator: " ").count ?? 0)
                    })
            #expect(findings.cells.filter { !$0.isInertCell } == [])
            #expect(try scratch.text("out/domains.jsonl").split(separator: "\n").count == 1000)
        }

        /// What a user's own SQL sees is what causes.csv says.
        private func sql(of scratch: Scratch) async throws {
            let store = try AuditStore(
                path: scratch.path("out/stsaudit.sqlite"), opening: .existing)
            let summary = try await store.select("SELECT * FROM cause_summary", columns: 5)
            let causes = try scratch.csv("out/causes.csv")
            #expect(!causes.rows.isEmpty)
            #expect(
                summary.map { Array($0[0...3]) }
                    == causes.rows.map { row in
                        ["cause", "severity", "domains", "accounts"].map { row[$0] ?? "" }
                    })
            #expect(try await store.select("PRAGMA integrity_check", columns: 1) == [["ok"]])
            try store.close()
        }

        /// Reports written while the run went on are those written afterwards, byte for byte.
        private func reports(of scratch: Scratch) async throws {
            let store = ["--store", "out/stsaudit.sqlite"]
            let again = try await Tool.run(["report", "--output", "again"] + store, in: scratch)
            #expect(again.status == 0)
            #expect(again.out == "")
            for file in Self.files {
                let written = try scratch.bytes("out/\(file)")
                #expect(try scratch.bytes("again/\(file)") == written, "\(file)")
            }
            for (format, file) in [
                ("domains", "domains.csv"), ("findings", "findings.csv"), ("causes", "causes.csv"),
                ("jsonl", "domains.jsonl"),
            ] {
                let printed = try await Tool.run(
                    ["report", "--format", format] + store, in: scratch)
                #expect(printed.status == 0)
                #expect(try printed.outBytes == scratch.bytes("out/\(file)"), "\(file)")
            }
            let reader = try await Tool.shell(
                "set -o pipefail; '\(Tool.path)' report --format jsonl \(store.joined(separator: " "))"
                    + " | head -n 1", in: scratch)
            #expect(reader.status == 0)
            #expect(reader.errors == "")
            #expect(reader.out.hasPrefix("{\"line\":2,"))
        }

        @Test("--serve: the command line it prints audits its lab", .timeLimit(.minutes(6)))
        func serve() async throws {
            let scratch = try Scratch()
            let lab = try Tool.start(
                ["demo", "--serve", "--domains", "20", "--mix", "sound", "--output", "my lab"],
                in: scratch)
            while lab.isRunning, !lab.outSoFar.hasSuffix("\n") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let line = lab.outSoFar
            #expect(line.hasPrefix("stsaudit audit 'my lab/portfolio.csv' "))
            let audit = try await Tool.shell(
                "stsaudit() { '\(Tool.path)' \"$@\"; }; " + line, in: scratch)
            #expect(audit.status == 0, "\(audit.errors)")
            let rows = try scratch.csv("my lab/domains.csv").rows
            #expect(rows.map { $0["verdict"] } == Array(repeating: "enforced", count: 20))
            lab.kill(SIGINT)
            let ended = try await lab.outcome()
            #expect(ended.status == 0)
            #expect(!ended.isKilled)
        }

        @Test("another demo has other domains, so that both may be kept in one store")
        func zones() throws {
            let flags = [
                [], ["--seed", "2"], ["--domains", "999"], ["--mix", "sound"], ["--probe-mx"],
            ]
            let zones = try flags.map { try DemoCommand.parse($0).world.zone }
            #expect(zones[0] == "demo.example")
            #expect(Set(zones).count == zones.count)
        }

        @Test("black holes neither stall a run nor turn into verdicts", .timeLimit(.minutes(6)))
        func blackHoles() async throws {
            let count = 600
            let scratch = try Scratch()
            let flags = ["--mix", "hostile", "--domains", "\(count)"] + Self.pace
            let demo = try await Tool.run(
                ["demo", "--output", "out", "--progress", "none"] + flags, in: scratch)
            #expect(demo.status == 0, "\(demo.out)\(demo.errors)")
            let world = try DemoCommand.parse(flags).world
            let rows = Dictionary(
                uniqueKeysWithValues: try scratch.csv("out/domains.csv").rows.map {
                    ($0["domain"] ?? "", $0)
                })
            var unmeasured = 0
            let domains = (0..<count).map(world.domain(at:)).filter(\.scenario.isBlackHole)
            for domain in domains {
                let row = try #require(rows[domain.domain])
                let causes = row["causes"]?.split(separator: " ").map(String.init).sorted()
                #expect(row["verdict"] == domain.scenario.verdict, "\(domain.scenario.name)")
                #expect(causes == domain.scenario.causes, "\(domain.scenario.name)")
                if row["verdict"] == "unmeasured" {
                    unmeasured += 1
                    #expect(row["severity"] == "unmeasured")
                }
            }
            // A few stand beside something that could be measured; the others are unknown.
            #expect(domains.count >= count * 3 / 100)
            #expect(unmeasured > domains.count / 2)
        }
    }
}
