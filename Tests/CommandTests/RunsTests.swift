import ArgumentParser
import Audit
import DNSMessage
import Foundation
import Lab
import Synchronization
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// The commands about runs, over a store of several nights.
    @Suite("Runs: diff, runs, rejudge, prune")
    struct RunsTests {
        static let store = ["--store", "audit.sqlite"]

        /// What each domain is in the first night and in the second; nil: not in DNS.
        static let domains: [(name: String, nights: [String?])] = [
            ("steady", ["absent", "absent"]),
            ("broke", ["sound", "policy-host-missing"]),
            ("mended", ["policy-mode-enforced", "sound"]),
            ("lapsed", ["sound", nil]),
            ("open", ["sound", "record-servfail"]),
            ("late", ["record-servfail", "sound"]),
            ("left", ["absent", "absent"]),
            ("came", ["absent", "absent"]),
        ]

        /// A world that the test moves on by a night.
        final class ChangingWorld: World {
            private let world = Mutex(CustomWorld(domains: [:]))

            func turn(to night: Int) {
                var domains: [String: DomainSpecification] = [:]
                for (name, nights) in RunsTests.domains {
                    domains[name] = nights[night].flatMap(Scenario.named)?.specification
                }
                world.withLock { $0 = CustomWorld(domains: domains) }
            }

            func answer(to name: String, type: RecordType) -> DNSBehaviour {
                world.withLock { $0 }.answer(to: name, type: type)
            }

            func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
                world.withLock { $0 }.policyHost(serverName, at: address)
            }
        }

        /// Audits the domains of one night, `left` in the first alone and `came` in the second.
        static func audit(
            _ lab: Lab, _ world: ChangingWorld, night: Int, in scratch: Scratch
        ) async throws {
            world.turn(to: night)
            let absent = night == 0 ? "came" : "left"
            var portfolio = "domain,account\n"
            for (index, domain) in domains.enumerated() where domain.name != absent {
                portfolio += "\(domain.name).custom.example,account-\(index % 2)\n"
            }
            try scratch.write(portfolio, to: "portfolio.csv")
            let outcome = try await Tool.run(
                ["audit", "portfolio.csv"] + store + lab.flags("--progress", "none"), in: scratch)
            try #require(outcome.status == 0, "\(outcome.errors)")
        }

        static func run(_ arguments: String..., in scratch: Scratch) async throws -> Tool.Outcome {
            try await Tool.run(arguments + store, in: scratch)
        }

        @Test("two nights, and what every command says of them", .timeLimit(.minutes(6)))
        func nights() async throws {
            let scratch = try Scratch()
            let world = ChangingWorld()
            try await Lab.withLab(world: world) { lab in
                let none = try await Self.run("diff", in: scratch)
                #expect(none.status == 2)
                try await Self.audit(lab, world, night: 0, in: scratch)

                let first = try await Self.run("diff", "--fail-on", "regression", in: scratch)
                #expect(first.status == 0, "the first night of a nightly job")
                #expect(first.errors.contains("nothing to compare"))
                #expect(first.out.isEmpty)

                try await Self.audit(lab, world, night: 1, in: scratch)
                try await diff(scratch)
                try await rejudge(scratch)
                try await runs(scratch)
                try await prune(scratch)
            }
        }

        private func diff(_ scratch: Scratch) async throws {
            let text = try await Self.run("diff", in: scratch)
            #expect(text.status == 0)
            #expect(text.errors.isEmpty, "the same options, the same version")
            #expect(
                text.out.contains("\nRegressed\n  broke.custom.example  enforced -> ineffective"))
            let csv = try await Self.run(
                "diff", "--format", "csv", "-o", "changes.csv", "--fail-on", "regression",
                in: scratch)
            #expect(csv.status == 1)
            #expect(csv.out.isEmpty)
            var kinds: [String: String] = [:]
            for row in try scratch.csv("changes.csv").rows {
                kinds[row["domain"]?.split(separator: ".").first.map(String.init) ?? ""] =
                    row["change"]
            }
            #expect(
                kinds == [
                    "broke": "regressed", "mended": "fixed", "lapsed": "lapsed",
                    "open": "not-measured", "late": "measured-again", "left": "gone",
                    "came": "new",
                ])
            // The other way round is the same comparison.
            let turned = try await Self.run("diff", "2", "1", "--format", "json", in: scratch)
            #expect(turned.status == 0)
            #expect(turned.out.split(separator: "\n").count == 7)
            // Nothing regressed for the account that has only the others.
            let other = try await Self.run(
                "diff", "--account", "account-0", "--fail-on", "regression", in: scratch)
            #expect(other.status == 0)
            #expect(!other.out.contains("broke"))
            for (arguments, complaint) in [
                (["9"], "there is no run 9"), (["1", "1"], "two different runs"),
                (["--portfolio", "x"], "no finished run of portfolio 'x'"),
            ] {
                let refused = try await Tool.run(["diff"] + arguments + Self.store, in: scratch)
                #expect(refused.status == 2)
                #expect(refused.errors.contains(complaint), "\(refused.errors)")
            }
            let early = try await Self.run("report", "--run", "1", in: scratch)
            #expect(early.errors.contains("Run 1 is not the latest of its portfolio"))
            let latest = try await Self.run("report", "--run", "2", in: scratch)
            #expect(latest.errors.isEmpty)
        }

        private func rejudge(_ scratch: Scratch) async throws {
            let older = try await Self.run("rejudge", "--run", "1", in: scratch)
            #expect(older.status == 2)
            #expect(older.errors.contains("Run 1 is not the latest run of its portfolio"))

            let same = try await Self.run("rejudge", "--format", "csv", in: scratch)
            #expect(same.status == 0, "\(same.errors)")
            #expect(same.out.split(separator: "\r\n").count == 1, "the same rules: \(same.out)")

            let strict = try await Self.run("rejudge", "--profile", "strict", in: scratch)
            #expect(strict.status == 0)
            #expect(strict.errors.contains("made with other options (profile)"))
            let store = try AuditStore(path: scratch.path("audit.sqlite"), opening: .existing)
            let runs = try await store.runs()
            #expect(runs.map(\.kind) == [.rejudge, .rejudge, .audit, .audit])
            #expect(runs.allSatisfy { $0.state == .finished })
            // The views show the rejudged run as the latest.
            #expect(
                try await store.select(
                    "SELECT count(*), count(verdict) FROM current_status", columns: 2) == [
                        ["7", "7"]
                    ])
            try store.close()
            // Back to the usual profile for what comes.
            let back = try await Self.run("rejudge", in: scratch)
            #expect(back.status == 0)
        }

        private func runs(_ scratch: Scratch) async throws {
            let text = try await Self.run("runs", in: scratch)
            #expect(text.status == 0)
            #expect(text.out.hasPrefix("run 5  rejudge finished "))
            #expect(text.out.contains("7 domains in 7 rows  [default]"))
            #expect(!text.out.contains("go on with"))
            try scratch.write(
                Array(try await Self.run("runs", "--format", "csv", in: scratch).outBytes),
                to: "runs.csv")
            let rows = try scratch.csv("runs.csv").rows
            #expect(rows.map { $0["run"] } == ["5", "4", "3", "2", "1"])
            #expect(rows.map { $0["enforced"] } == ["2", "2", "2", "2", "3"])
            #expect(rows.last?["unmeasured"] == "1")
            let json = try await Self.run("runs", "--format", "json", "--limit", "1", in: scratch)
            let object = try #require(
                JSONSerialization.jsonObject(with: json.outBytes) as? [String: Any])
            #expect(object["kind"] as? String == "rejudge")
            #expect(json.errors.contains("and 4 more"))
        }

        private func prune(_ scratch: Scratch) async throws {
            let usage = try await Self.run("prune", in: scratch)
            #expect(usage.status == 64)
            let before = try await Self.run("report", "--format", "jsonl", in: scratch)
            let dry = try await Self.run("prune", "--keep-runs", "1", "--dry-run", in: scratch)
            #expect(dry.out.hasPrefix("Would be removed:\n  runs            4\n"), "\(dry.out)")
            let done = try await Self.run("prune", "--keep-runs", "1", "--vacuum", in: scratch)
            #expect(done.status == 0)
            #expect(done.out.hasPrefix("Removed:\n  runs            4\n"))
            let after = try await Self.run("report", "--format", "jsonl", in: scratch)
            #expect(after.out == before.out)
            #expect(try await Self.run("diff", in: scratch).errors.contains("nothing to compare"))
            let again = try await Self.run("prune", "--keep-days", "1", in: scratch)
            #expect(again.out.hasPrefix("Nothing to remove."))
        }

        @Test(
            "the same rules judge as they did, with what was known in that night",
            .timeLimit(.minutes(6)))
        func sameRules() async throws {
            let scratch = try Scratch()
            let world = NightWorld(start: Int64(Date().timeIntervalSince1970))
            try scratch.write(
                NightRuns.portfolioLines(world).joined(separator: "\n"), to: "portfolio.csv")
            let store = try AuditStore(path: scratch.path("nights.sqlite"))
            try await Lab.withLab(world: world) { lab in
                let nights = NightRuns(
                    world: world, store: store, portfolio: scratch.path("portfolio.csv"),
                    options: try EngineOptions.parse(try lab.flags() + NightRuns.flags))
                for night in 0..<12 {
                    let audited = try await nights.run(night: night).run
                    // Nights are compared with a rejudge, too, and it changes nothing for them.
                    guard night % 4 == 3 else { continue }
                    let rejudged = try await Rejudge(
                        store: store, base: audited, profile: .default, style: .none
                    ).run()
                    let page = try await store.changes(from: audited, to: rejudged)
                    #expect(page.changes.map(\.domain) == [], "night \(night)")
                    let agreement = try await NightAgreement.of(store, rejudged, with: world)
                    #expect(agreement.isComplete, "\(agreement.text(at: rejudged.startedAt))")
                }
            }
        }

        @Test(
            "while one process runs on a file, others are refused: audit, rejudge and prune",
            .timeLimit(.minutes(6)))
        func refused() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 25)) { lab in
                let audit =
                    ["audit", "portfolio.csv"] + Self.store
                    + (try lab.flags("--concurrency", "20", "--progress", "none"))
                try scratch.write(QuickWorld.portfolio(count: 4), to: "portfolio.csv")
                #expect(try await Tool.run(audit, in: scratch).status == 0)
                try scratch.write(QuickWorld.portfolio(count: 4000), to: "portfolio.csv")
                let first = try Tool.start(audit, in: scratch)
                let store = try AuditStore(path: scratch.path("audit.sqlite"), opening: .existing)
                while first.isRunning, try await store.latestRun()?.id != 2 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                for command in [
                    audit, ["rejudge"] + Self.store, ["prune", "--keep-runs", "1"] + Self.store,
                ] {
                    let second = try await Tool.run(command, in: scratch)
                    #expect(second.status == 2, "\(command)")
                    #expect(second.errors.contains("Another run is writing to audit.sqlite"))
                }
                let listed = try await Self.run("runs", in: scratch)
                #expect(listed.out.contains("run 2  audit   running "), "\(listed.out)")
                #expect(first.isRunning, "it should have been under way all the time")
                first.kill(SIGKILL)
                _ = try await first.outcome()

                // Its process is gone: interrupted, with the command that goes on with it.
                let left = try await Self.run("runs", in: scratch)
                #expect(left.out.contains("run 2  audit   interrupted "))
                let line = try #require(
                    left.out.split(separator: "\n").first { $0.contains("go on with: ") })
                #expect(line.contains("audit portfolio.csv --store audit.sqlite"))
                #expect(line.hasSuffix("--resume"))
                // What it has not come to is not measured, and never a change.
                let changes = try await Self.run("diff", "1", "2", in: scratch)
                #expect(
                    changes.errors.contains("Run 2 is interrupted")
                        || changes.errors.contains("Run 2 is running"))
                let rejudge = try await Self.run("rejudge", in: scratch)
                #expect(rejudge.status == 2)
                #expect(rejudge.errors.contains("Run 2 is not finished"))
            }
        }
    }
}
