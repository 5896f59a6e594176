import Audit
import Evidence
import Foundation
import Glibc
import Lab
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// A portfolio audited in parts, and the parts put together.
    @Suite("Shards")
    struct MergeTests {
        static let count = 150
        static let files = [
            "domains.csv", "findings.csv", "causes.csv", "groups.csv", "domains.jsonl",
        ]

        /// Domains of three accounts, some of them twice, and rows that name none.
        private static let portfolio =
            QuickWorld.portfolio(count: count)
                + """
                d5.quick.example,account-9
                D10.QUICK.example.,account-0
                not a domain,account-1
                192.0.2.1,account-2
                not a domain,account-1

                """

        private static func stores(_ count: Int) -> [String] {
            (1...count).map { "shard-\($0).sqlite" }
        }

        /// One night: the whole at once, and each part of it.
        private static func audit(_ lab: Lab, in scratch: Scratch, shards: Int) async throws {
            let flags = try lab.flags("--progress", "none")
            let whole = try await Tool.run(
                ["audit", "portfolio.csv", "--store", "whole.sqlite", "--output", "whole"] + flags,
                in: scratch)
            try #require(whole.status == 0, "\(whole.errors)")
            for (index, store) in stores(shards).enumerated() {
                let part = try await Tool.run(
                    [
                        "audit", "portfolio.csv", "--shard", "\(index + 1)/\(shards)", "--store",
                        store,
                    ]
                        + flags, in: scratch)
                try #require(part.status == 0, "\(part.errors)")
            }
        }

        private static func merge(
            _ arguments: [String], in scratch: Scratch
        ) async throws -> Tool.Outcome {
            try await Tool.run(["merge", "--store", "merged.sqlite"] + arguments, in: scratch)
        }

        /// Byte for byte, but for the moments of measuring and of the certificates.
        private static func expectEqualReports(in scratch: Scratch) async throws {
            let outcome = try await Tool.run(
                ["report", "--store", "merged.sqlite", "--output", "merged"], in: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let moment = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/
            for file in files {
                let (found, wanted) = (
                    try scratch.text("merged/\(file)").replacing(moment, with: "then"),
                    try scratch.text("whole/\(file)").replacing(moment, with: "then")
                )
                #expect(found == wanted, "\(file)")
                // The heading alone where nothing is shared.
                let least = file == "groups.csv" ? 50 : 200
                #expect(wanted.utf8.count > least, "\(file): there was something to compare")
            }
        }

        /// What a second merge would write anew.
        private static func rows(in scratch: Scratch) async throws -> [[String]] {
            let store = try AuditStore(path: scratch.path("merged.sqlite"), opening: .existing)
            defer { try? store.close() }
            return try await store.select("SELECT * FROM run", columns: 15)
                + store.select("SELECT * FROM merged_run", columns: 8)
                + store.select("SELECT * FROM state ORDER BY id", columns: 25)
        }

        @Test(
            "two nights: reports, changes and histories as of one run over the whole",
            .timeLimit(.minutes(6)))
        func nights() async throws {
            let scratch = try Scratch()
            try scratch.write(Self.portfolio, to: "portfolio.csv")
            let stores = Self.stores(3)
            try await Lab.withLab(world: QuickWorld()) { lab in
                try await Self.audit(lab, in: scratch, shards: 3)
                let first = try await Self.merge(stores, in: scratch)
                #expect(first.status == 0, "\(first.errors)")
                #expect(
                    first.out == "Merged into run 1 of merged.sqlite: 3 shards, 150 domains in "
                        + "155 rows, 3 of them invalid.\n")
                try await Self.expectEqualReports(in: scratch)
                let rows = try await Self.rows(in: scratch)
                let again = try await Self.merge(stores.reversed() + stores, in: scratch)
                #expect(again.out.hasPrefix("Nothing new; run 1 of merged.sqlite has 3 shards, "))
                #expect(try await Self.rows(in: scratch) == rows, "nothing is changed")

                // The next night has fewer rows, and others.
                try scratch.write(
                    Self.portfolio.replacing("d7.quick.example,account-1\n", with: "")
                        + "new.quick.example,account-1\n", to: "portfolio.csv")
                try await Self.audit(lab, in: scratch, shards: 3)
                let second = try await Self.merge(stores, in: scratch)
                #expect(second.out.hasPrefix("Merged into run 2 of merged.sqlite: "))
                try await Self.expectEqualReports(in: scratch)
                for command in [["diff", "1", "2"], ["history", "d5.quick.example"]] {
                    let moment = /[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{5,8}( UTC|Z)?/
                    let (found, wanted) = (
                        try await Tool.run(command + ["--store", "merged.sqlite"], in: scratch),
                        try await Tool.run(command + ["--store", "whole.sqlite"], in: scratch)
                    )
                    #expect(found.status == wanted.status, "\(command): \(found.errors)")
                    #expect(
                        found.out.replacing(moment, with: "then").split(separator: "\n").sorted()
                            == wanted.out.replacing(moment, with: "then").split(separator: "\n")
                            .sorted(), "\(command)")
                }
                let runs = try await Tool.run(["runs", "--store", stores[1]], in: scratch)
                #expect(runs.out.contains(" of shard 2/3"), "\(runs.out)")
                let table = try await Tool.run(
                    ["runs", "--store", stores[1], "--format", "csv"], in: scratch)
                let listed = try CSVFile(table.outBytes).rows
                #expect(listed.map { $0["shard"] } == ["2/3", "2/3"])
            }
        }

        /// What the tasks of a cluster run.
        private static func task(
            _ job: String, _ lab: Lab, in scratch: Scratch
        ) throws -> RunningTool {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appending(path: "../../inputs/cluster/shard").standardized.path
            let words =
                [script, "1", "2", "portfolio.csv", "stores"]
                + (try lab.flags("--concurrency", "20", "--progress", "none"))
            let line =
                "mkdir -p local; export JOB=\(job) SCRATCH=$PWD/local STSAUDIT='\(Tool.path)'; exec env --default-signal=TERM,INT "
                + words.map(Shell.quoted).joined(separator: " ")
            return try RunningTool(executable: "/bin/bash", ["-c", line], in: scratch)
        }

        /// Until the store on the disk of the machine has results of the run.
        private static func waitForResults(
            of run: Int, _ task: RunningTool, in scratch: Scratch
        ) async throws {
            while task.isRunning {
                try await Task.sleep(for: .milliseconds(20))
                let files = try? FileManager.default.subpathsOfDirectory(
                    atPath: scratch.path("local"))
                guard let file = files?.first(where: { $0.hasSuffix(".sqlite") }),
                    let store = try? AuditStore(
                        path: scratch.path("local/\(file)"), opening: .existing),
                    let rows = try? await store.select(
                        "SELECT count(*) FROM state WHERE last_run = \(run)", columns: 1)
                else { continue }
                if rows != [["0"]] { return }
            }
        }

        @Test(
            "the script of the cluster: stopped it brings its store back, and goes on in the same job",
            .timeLimit(.minutes(6)))
        func script() async throws {
            let scratch = try Scratch()
            try scratch.write(QuickWorld.portfolio(count: 1000), to: "portfolio.csv")
            let store = "stores/shard-1-of-2.sqlite"
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 100)) { lab in
                let stopped = try Self.task("night-1", lab, in: scratch)
                try await Self.waitForResults(of: 1, stopped, in: scratch)
                stopped.kill(SIGTERM)
                let first = try await stopped.outcome()
                #expect(first.status == 130, "\(first.errors)")
                #expect(scratch.exists(store))

                func states() async throws -> [String] {
                    let opened = try AuditStore(path: scratch.path(store), opening: .existing)
                    defer { try? opened.close() }
                    return try await opened.runs().map { "\($0.id) \($0.state)" }
                }
                #expect(try await states() == ["1 interrupted"])
                for (job, runs) in [
                    ("night-1", ["1 finished"]), ("night-1", ["1 finished"]),
                    ("night-2", ["2 finished", "1 finished"]),
                ] {
                    let outcome = try await Self.task(job, lab, in: scratch).outcome()
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    #expect(try await states() == runs)
                }
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: scratch.path("local"))
                        == [], "nothing is left on the machine")

                // Killed, it leaves the store as it was, and begins again.
                let killed = try Self.task("night-3", lab, in: scratch)
                try await Self.waitForResults(of: 3, killed, in: scratch)
                // The lock names the process of the audit.
                let kill = try await Tool.shell("kill -9 $(cat local/*/*.lock)", in: scratch)
                #expect(kill.status == 0, "\(kill.errors)")
                #expect(try await killed.outcome().status == 137)
                #expect(try await states() == ["2 finished", "1 finished"])
                let third = try await Self.task("night-3", lab, in: scratch).outcome()
                #expect(third.status == 0, "\(third.errors)")
                #expect(try await states().first == "3 finished")
            }
        }

        @Test("what does not fit together is refused by name", .timeLimit(.minutes(6)))
        func refused() async throws {
            let scratch = try Scratch()
            try scratch.write(Self.portfolio, to: "portfolio.csv")
            try await Lab.withLab(world: QuickWorld()) { lab in
                try await Self.audit(lab, in: scratch, shards: 2)
                let flags = try lab.flags("--progress", "none")

                let missing = try await Self.merge(["shard-1.sqlite"], in: scratch)
                #expect(missing.status == 2)
                #expect(missing.errors.contains("Missing: shard 2/2."), "\(missing.errors)")
                let whole = try await Self.merge(["whole.sqlite"], in: scratch)
                #expect(whole.status == 2)
                #expect(whole.errors.contains("whole.sqlite: run 1 is of the whole portfolio"))
                let none = try await Self.merge(["none.sqlite"], in: scratch)
                #expect(none.status == 2)
                #expect(none.errors.contains("There is no file none.sqlite"))
                #expect(try await Self.merge([], in: scratch).status == 64)
                let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
                #expect(left.filter { $0.hasPrefix("merged") } == [], "no empty store is left")

                for (shard, status, text) in [
                    ("2/2", Int32(2), "are about shard 1/2, not shard 2/2"),
                    ("3/2", 64, "'3/2' is no part i/n"),
                ] {
                    for more in [[], ["--resume"]] {
                        let outcome = try await Tool.run(
                            [
                                "audit", "portfolio.csv", "--shard", shard, "--store",
                                "shard-1.sqlite",
                            ]
                                + flags + more, in: scratch)
                        #expect(outcome.status == status)
                        #expect(outcome.errors.contains(text), "\(outcome.errors)")
                    }
                }
                let piped = try await Tool.run(
                    ["audit", "-", "--shard", "1/2", "--store", "piped.sqlite"] + flags,
                    input: Array(Self.portfolio.utf8), in: scratch)
                #expect(piped.status == 64)
                #expect(piped.errors.contains("needs the portfolio in a file"))
                #expect(!scratch.exists("piped.sqlite"))

                // Audited with another profile, or with less patience: other rules.
                try scratch.write("mx-alias = error\n", to: "strict.conf")
                for (option, value, difference) in [
                    ("--profile", "strict.conf", "profile"),
                    ("--fetch-timeout", "9", "fetchTimeout"),
                ] {
                    let store = "\(difference).sqlite"
                    let other = try await Tool.run(
                        ["audit", "portfolio.csv", "--shard", "2/2", "--store", store] + flags
                            + [option, value], in: scratch)
                    try #require(other.status == 0, "\(other.errors)")
                    let mixed = try await Self.merge(["shard-1.sqlite", store], in: scratch)
                    #expect(mixed.status == 2)
                    #expect(
                        mixed.errors.contains(
                            "\(store) and shard-1.sqlite were not audited alike "
                                + "(options: \(difference))"),
                        "\(mixed.errors)")
                }

                let partial = try await Self.merge(
                    ["shard-1.sqlite", "--allow-missing"], in: scratch)
                #expect(partial.status == 0, "\(partial.errors)")
                #expect(partial.out.hasSuffix("Missing: shard 2/2.\n"))
                let runs = try await Tool.run(["runs", "--store", "merged.sqlite"], in: scratch)
                #expect(runs.out.contains("shards-missing: "))
                let all = try await Self.merge(["shard-1.sqlite", "shard-2.sqlite"], in: scratch)
                #expect(all.status == 0, "\(all.errors)")
                try await Self.expectEqualReports(in: scratch)

                // A run of its own would end merging into it.
                let rows = try await Self.rows(in: scratch)
                for command in [["audit", "portfolio.csv"] + flags, ["rejudge"]] {
                    let own = try await Tool.run(
                        command + ["--store", "merged.sqlite"], in: scratch)
                    #expect(own.status == 2)
                    #expect(
                        own.errors.contains("merged.sqlite was merged from the stores of shards"),
                        "\(own.errors)")
                }
                // What is refused takes nothing away that was there.
                let again = try await Self.merge(["whole.sqlite"], in: scratch)
                #expect(again.status == 2)
                #expect(try await Self.rows(in: scratch) == rows)
            }
        }

        @Test(
            "more stores than the soft limit of open files has room for", .timeLimit(.minutes(6)))
        func manyStores() async throws {
            let scratch = try Scratch()
            let count = 40
            for index in 1...count {
                let store = try AuditStore(path: scratch.path("shard-\(index).sqlite"))
                let run = try await store.beginRun(
                    RunRequest(
                        portfolio: "default", fingerprint: "f", toolVersion: "0",
                        shard: Shard(index: index, count: count)), at: Timestamp(seconds: 1))
                try await run.finishIngest(header: PortfolioHeader(), at: Timestamp(seconds: 1))
                try await run.finish(.finished, at: Timestamp(seconds: 2))
                try store.close()
            }
            func merge(_ limit: String) async throws -> Tool.Outcome {
                try await Tool.shell(
                    "\(limit); exec '\(Tool.path)' merge shard-*.sqlite --store merged.sqlite",
                    in: scratch)
            }
            let refused = try await merge("ulimit -n 32")
            #expect(refused.status == 2)
            #expect(refused.errors.contains("the limit of open files is 32"), "\(refused.errors)")
            let merged = try await merge("ulimit -Sn 32")
            #expect(merged.status == 0, "\(merged.errors)")
            #expect(merged.out.hasPrefix("Merged into run 1 of merged.sqlite: 40 shards, "))
        }
    }
}
