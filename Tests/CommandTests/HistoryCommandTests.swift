import ArgumentParser
import Audit
import Evidence
import Foundation
import Lab
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// Stories of some nights, audited into one store, and what the commands make of it.
    @Suite("history, plan, and check with a store (RFC 8461 §5.1, §8.1, §8.3)")
    struct HistoryCommandTests {
        private static let nights = 12

        /// - Parameter body: gets the lab as it is in the last night, and flags for it.
        private static func withStore(
            _ body: (Scratch, NightWorld, [String]) async throws -> Void
        ) async throws {
            let scratch = try Scratch()
            // The last night is today: `check` has no other clock.
            let today = Int64(Date().timeIntervalSince1970)
            let world = NightWorld(
                start: today - Int64(nights - 1) * Timestamp.secondsPerDay - 3600)
            try scratch.write(
                NightRuns.portfolioLines(world).joined(separator: "\n"), to: "portfolio.csv")
            let store = try AuditStore(path: scratch.path("nights.sqlite"))
            try await Lab.withLab(world: world) { lab in
                let flags = try lab.flags() + NightRuns.flags
                let runs = NightRuns(
                    world: world, store: store, portfolio: scratch.path("portfolio.csv"),
                    options: try EngineOptions.parse(flags))
                for night in 0..<nights { _ = try await runs.run(night: night) }
                try await body(scratch, world, flags)
            }
        }

        private struct Page: Decodable {
            var domain: String
            // Named as in the JSON.
            // swift-format-ignore: AlwaysUseLowerCamelCase
            var recheck_after: String?
            var held: [Held]
            var changes: [Change]
            struct Held: Decodable {
                // swift-format-ignore: AlwaysUseLowerCamelCase
                var policy_id: String
                var until: String
                var differs: Bool
            }
            struct Change: Decodable {
                // swift-format-ignore: AlwaysUseLowerCamelCase
                var seen_at: String
            }
        }

        private struct PlanPage: Decodable {
            var domain: String
            var standing: String
            var obstacle: String?
            var steps: [Step]
            struct Step: Decodable {
                var action: String
                var state: String
                var policy: String?
            }
        }

        private static func lines<Line: Decodable>(_ text: String) throws -> [Line] {
            try text.split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
        }

        @Test("what was stored is told, and dated as in the stories", .timeLimit(.minutes(6)))
        func commands() async throws {
            try await Self.withStore { scratch, world, flags in
                try await Self.history(scratch, world)
                try await Self.plans(scratch, world)
                try await Self.check(scratch, world, flags)
            }
        }

        private static func history(_ scratch: Scratch, _ world: NightWorld) async throws {
            let domains = Story.all.map(world.domain)
            let moment = Timestamp(seconds: world.now).description
            let json = try await Tool.run(
                ["history"] + domains + ["--store", "nights.sqlite", "--format", "json"]
                    + ["--at", moment],
                in: scratch)
            #expect(json.status == 0 && json.errors == "", "\(json.errors)")
            let pages: [Page] = try lines(json.out)
            #expect(pages.map(\.domain) == domains)
            for (story, page) in zip(Story.all, pages) {
                let after = story.truth(on: nights - 1).recheckAfter.map {
                    Timestamp(seconds: world.start + Int64($0)).description
                }
                #expect(page.recheck_after == after, "\(story.name)")
                #expect(page.held.allSatisfy { $0.until > moment }, "\(story.name)")
            }
            let moved = world.domain(of: try #require(Story.named("mx-migration")))
            let page = try #require(pages.first { $0.domain == moved })
            #expect(page.held.map(\.policy_id) == ["1"])
            let asked = ["history", moved, "--store", "nights.sqlite", "--at"]
            let first = Timestamp(seconds: world.start).description
            let early = try await Tool.run(asked + [first], in: scratch)
            #expect(early.status == 0 && early.errors.contains(moment), "later looks are known")
            #expect(early.out == (try await Tool.run(asked + [moment], in: scratch)).out)
            #expect(page.changes.count >= 1)

            let table = try await Tool.run(
                ["history", moved, "--store", "nights.sqlite", "--format", "csv"], in: scratch)
            let csv = try CSVFile(table.outBytes)
            #expect(Set(csv.rows.compactMap { $0["kind"] }) == ["live", "held", "seen", "change"])
            #expect(
                csv.rows.contains {
                    $0["kind"] == "held" && $0["differs"] == "yes"
                        && $0["value"]?.contains("skipped ") == true
                })
            #expect(csv.cells.allSatisfy { $0.isInertCell })

            let text = try await Tool.run(
                ["history", moved, "--store", "nights.sqlite"], in: scratch)
            for part in [
                "What senders may hold at ", "held  until ", "ERROR cached-policy-blocks-mx: ",
                "Test again after ", "What was seen", "MX hosts", "What changed together",
                "dns       MX hosts: ", "hosting   Policy: ",
            ] {
                #expect(text.out.contains(part), "\(part)")
            }

            let unknown = try await Tool.run(
                ["history", "elsewhere.example", "--store", "nights.sqlite"], in: scratch)
            #expect(unknown.status == 2)
            #expect(unknown.errors.contains("has never seen elsewhere.example"))
            let none = try await Tool.run(["history", moved, "--store", "no.sqlite"], in: scratch)
            #expect(none.status == 2)
            #expect(!scratch.exists("no.sqlite"))
        }

        private static func plans(_ scratch: Scratch, _ world: NightWorld) async throws {
            func plan(_ arguments: String...) async throws -> Tool.Outcome {
                try await Tool.run(["plan", "--store", "nights.sqlite"] + arguments, in: scratch)
            }
            let steady = world.domain(of: try #require(Story.named("steady")))
            let removal = try await plan(steady, "--remove")
            #expect(removal.status == 0, "\(removal.errors)")
            for part in [
                "\(steady): now: Publish a policy in mode none", "mode: none", "max_age: 86400",
                "_mta-sts.\(steady) TXT", "\"v=STSv1; id=", "at the earliest",
                "Delete the STS record",
            ] {
                #expect(removal.out.contains(part), "\(part)")
            }

            let everywhere = try await plan("--all", "--remove", "--format", "json")
            let pages: [PlanPage] = try lines(everywhere.out)
            #expect(pages.count > Story.all.count / 2)
            let standings = Dictionary(
                uniqueKeysWithValues: pages.map { ($0.domain, $0.standing) })
            let removed = world.domain(of: try #require(Story.named("steady")))
            #expect(standings[removed] == "now")

            let account = try await plan(
                "--account", "steady", "--mx-new", "in.provider.example", "--format", "csv")
            let csv = try CSVFile(account.outBytes)
            #expect(
                csv.rows.compactMap { $0["action"] } == [
                    "publish-union", "wait-for-caches", "move-mx", "wait-for-dns",
                    "publish-without-old",
                ])
            #expect(csv.rows.first?["policy"]?.contains("mx: in.provider.example\r\n") == true)
            #expect(csv.cells.allSatisfy { $0.isInertCell })

            let brief = try await plan("--all", "--to", "enforce")
            #expect(brief.out.contains(" domains: "))
            #expect(brief.out.split(separator: "\n").count <= pages.count + 7)
        }

        private static func check(
            _ scratch: Scratch, _ world: NightWorld, _ flags: [String]
        ) async throws {
            let moved = world.domain(of: try #require(Story.named("mx-migration")))
            let command = ["check", moved] + flags
            let with = try await Tool.run(command + ["--store", "nights.sqlite"], in: scratch)
            #expect(with.status == 0, "\(with.errors)")
            for part in [
                "S7  Allow for senders' cached policies", "held  until ",
                "ERROR cached-policy-blocks-mx (RFC 8461 §5.1)",
                "S8  Test again after the cache window", "Test again after ",
                "S9  Keep DNS, hosting and provider changes documented together",
                "dns       MX hosts: ",
            ] {
                #expect(with.out.contains(part), "\(part)")
            }
            for arguments in [[], ["--store", "nights.sqlite", "--no-history"]] {
                let without = try await Tool.run(command + arguments, in: scratch)
                #expect(!without.out.contains("S7") && !without.out.contains("S9"))
                #expect(without.out.contains("\(moved): enforced"))
            }
            #expect(!scratch.exists("stsaudit.sqlite"), "check makes no store")
            let missing = try await Tool.run(command + ["--store", "no.sqlite"], in: scratch)
            #expect(missing.status == 2)
        }

        @Test(
            "goals and choices that do not go together",
            arguments: [
                ["plan", "a.example"], ["plan", "--remove"],
                ["plan", "a.example", "--remove", "--to", "enforce"],
                ["plan", "a.example", "--all", "--remove"],
                ["plan", "a.example", "--remove", "--run", "1"],
                ["plan", "a.example", "--to", "none"],
                ["history"], ["history", "a.example", "--at", "tomorrow"],
            ])
        func usage(_ arguments: [String]) async throws {
            let outcome = try await Tool.run(arguments, in: Scratch())
            #expect(outcome.status == 64)
        }
    }
}
