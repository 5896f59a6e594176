import Foundation
import Glibc
import Lab
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// Runs that end before their time, and how they go on.
    @Suite("Interrupted runs")
    struct ResumeTests {
        static let count = 1000
        static let store = "audit.sqlite"

        /// A portfolio, and the command line that audits it slowly enough to be disturbed.
        private static func command(
            _ lab: Lab, in scratch: Scratch, store: String = store, output: String = "out",
            count: Int = count
        ) throws -> [String] {
            try scratch.write(QuickWorld.portfolio(count: count), to: "portfolio.csv")
            return ["audit", "portfolio.csv", "--store", store, "--output", output]
                + (try lab.flags("--concurrency", "60", "--progress", "none"))
        }

        /// Waits until the run in the store has this many results, or its process has ended.
        private static func waitForResults(
            _ wanted: Int, of tool: RunningTool, in scratch: Scratch
        ) async throws {
            var store: AuditStore?
            while tool.isRunning {
                // The lock is taken when the store has been made.
                if store == nil, scratch.exists(Self.store + ".lock") {
                    store = try? AuditStore(path: scratch.path(Self.store), opening: .existing)
                }
                let rows = try? await store?.select("SELECT count(*) FROM state", columns: 1)
                if let done = rows?.first?.first.flatMap(Int.init), done >= wanted { return }
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        /// domains.csv and what causes.csv counts, without moments: those of measuring, and those
        /// in the certificates that the lab mints when it is asked.
        static func results(
            _ scratch: Scratch, output: String = "out"
        ) throws -> [String] {
            let moment = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/
            let domains = try scratch.text("\(output)/domains.csv").split(separator: "\r\n").map {
                String($0.replacing(moment, with: "then"))
            }
            let causes = try scratch.csv("\(output)/causes.csv").rows.map { row in
                "\(row["cause"] ?? ""): \(row["domains"] ?? "") in \(row["accounts"] ?? "")"
            }
            return domains + causes
        }

        @Test(
            "killed again and again, it ends with what an undisturbed run finds",
            .timeLimit(.minutes(6)))
        func killed() async throws {
            let scratch = try Scratch()
            let count = 3000
            let world = QuickWorld(delayMilliseconds: 25)
            try await Lab.withLab(world: world) { lab in
                let whole = try await Tool.run(
                    try Self.command(
                        lab, in: scratch, store: "whole.sqlite", output: "whole", count: count),
                    in: scratch)
                try #require(whole.status == 0, "\(whole.errors)")

                let command = try Self.command(lab, in: scratch, count: count)
                let once = try Tool.start(command, in: scratch)
                // As early as can be: the store has just been made.
                while once.isRunning, !scratch.exists(Self.store) { await Task.yield() }
                once.kill(SIGKILL)
                #expect(try await once.outcome().isKilled)

                var summary = ""
                for point in [1, 700, 1500, 2600, Int.max] {
                    let tool = try Tool.start(command + ["--resume"], in: scratch)
                    if point < Int.max {
                        try await Self.waitForResults(point, of: tool, in: scratch)
                        tool.kill(SIGKILL)
                        #expect(try await tool.outcome().isKilled, "it should have been under way")
                    } else {
                        let outcome = try await tool.outcome()
                        try #require(outcome.status == 0, "\(outcome.errors)")
                        summary = outcome.out
                    }
                    let store = try AuditStore(path: scratch.path(Self.store), opening: .existing)
                    #expect(
                        try await store.select("PRAGMA integrity_check", columns: 1) == [["ok"]])
                    try store.close()
                }
                #expect(summary == whole.out)
                let (found, wanted) =
                    (try Self.results(scratch), try Self.results(scratch, output: "whole"))
                #expect(found.count == wanted.count)
                #expect(zip(found, wanted).filter { $0 != $1 }.map { "\($0) not \($1)" } == [])
                let domains = try scratch.csv("out/domains.csv").rows.compactMap { $0["domain"] }
                #expect(domains.count == count)
                #expect(Set(domains).count == count)
                // Resuming reads nothing twice into the store either.
                let store = try AuditStore(path: scratch.path(Self.store), opening: .existing)
                #expect(
                    try await store.select(
                        """
                        SELECT (SELECT count(*) FROM domain), (SELECT count(*) FROM latest_state),
                            (SELECT count(*) FROM latest_entry)
                        """, columns: 3) == [[String](repeating: "\(count)", count: 3)])
            }
        }

        @Test("Ctrl-C: 130, and the command it names goes on to the end", .timeLimit(.minutes(6)))
        func interrupted() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 25)) { lab in
                let tool = try Tool.start(try Self.command(lab, in: scratch), in: scratch)
                try await Self.waitForResults(200, of: tool, in: scratch)
                tool.kill(SIGINT)
                let stopped = try await tool.outcome()
                #expect(stopped.status == 130)
                #expect(!stopped.isKilled)
                #expect(stopped.out.contains("not examined yet: "), "the summary of what there is")
                let marker = "stsaudit: interrupted; go on with: "
                let line = try #require(
                    stopped.errors.split(separator: "\n").first { $0.hasPrefix(marker) })

                // As a user does: paste it.
                let resumed = try await Tool.shell(
                    String(line.dropFirst(marker.count)), in: scratch)
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.out.hasPrefix("Verdicts  (\(Self.count) domains examined)\n"))
                #expect(try scratch.csv("out/domains.csv").rows.allSatisfy { $0["verdict"] != "" })

                let again = try await Tool.shell(String(line.dropFirst(marker.count)), in: scratch)
                #expect(again.status == 0)
                #expect(again.errors.contains("finished already"))
                #expect(again.out == resumed.out)
            }
        }

        @Test("one run at a time on one store", .timeLimit(.minutes(6)))
        func twice() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 200)) { lab in
                let command = try Self.command(lab, in: scratch)
                let first = try Tool.start(command, in: scratch)
                try await Self.waitForResults(1, of: first, in: scratch)
                for resume in [[], ["--resume"]] {
                    let second = try await Tool.run(command + resume, in: scratch)
                    #expect(second.status == 2)
                    #expect(second.errors.contains("Another run is writing to \(Self.store)"))
                }
                // Reading is always allowed.
                let report = try await Tool.run(["report", "--store", Self.store], in: scratch)
                #expect(report.status == 0)
                #expect(report.out.contains("not examined yet: "))
                #expect(first.isRunning, "it should have been under way all the time")
                first.kill(SIGTERM)
                #expect(try await first.outcome().status == 130)
            }
        }

        @Test("a changed portfolio is not resumed", .timeLimit(.minutes(6)))
        func changed() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 25)) { lab in
                let command = try Self.command(lab, in: scratch)
                let tool = try Tool.start(command, in: scratch)
                try await Self.waitForResults(1, of: tool, in: scratch)
                tool.kill(SIGKILL)
                _ = try await tool.outcome()
                try scratch.write(QuickWorld.portfolio(count: 10), to: "portfolio.csv")
                let resumed = try await Tool.run(command + ["--resume"], in: scratch)
                #expect(resumed.status == 2)
                #expect(resumed.errors.contains("has changed since the interrupted run"))
                let anew = try await Tool.run(command, in: scratch)
                #expect(anew.status == 0)
                #expect(try scratch.csv("out/domains.csv").rows.count == 10)
            }
        }

        @Test("standard input is resumed from the store alone", .timeLimit(.minutes(6)))
        func standardInput() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 25)) { lab in
                let command =
                    ["audit", "-", "--store", Self.store, "--output", "out"]
                    + (try lab.flags("--concurrency", "60", "--progress", "none"))
                let tool = try Tool.start(
                    command, input: Array(QuickWorld.portfolio(count: 1000).utf8), in: scratch)
                try await Self.waitForResults(1, of: tool, in: scratch)
                tool.kill(SIGKILL)
                #expect(try await tool.outcome().isKilled)
                let resumed = try await Tool.run(command + ["--resume"], in: scratch)
                #expect(resumed.status == 0, "\(resumed.errors)")
                let rows = try scratch.csv("out/domains.csv").rows
                #expect(rows.count == 1000)
                #expect(rows.allSatisfy { $0["verdict"] != "" })
            }
        }
    }
}
