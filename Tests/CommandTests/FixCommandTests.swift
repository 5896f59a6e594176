import Audit
import Foundation
import Lab
import MTASTS
import Testing

@testable import stsaudit

extension EndToEnd {
    /// From finding to cure: what `fix` writes is published in the lab and audited again.
    @Suite("fix: published back, and audited again (RFC 8461 §3, RFC 8460 §3)")
    struct FixCommandTests {
        private static let world = GeneratedWorld(seed: 1, count: Mix.window, mix: .demo)
        private static let wishes = [
            "--policy-host-target", "sts.provider.example", "--tlsrpt-rua",
            "mailto:tls@reports.example",
        ]

        @Test("the table has every scenario once, and no other")
        func table() {
            let listed = CureTable.groups.flatMap(\.scenarios)
            #expect(Set(listed) == Set(Scenario.all.map(\.name)))
            #expect(listed.count == Set(listed).count)
        }

        @Test(
            "every domain of a fixable scenario ends as chosen, and the others as the table says")
        func cure() async throws {
            let scratch = try Scratch()
            let demo = try await Tool.run(
                ["demo", "--output", "out", "--progress", "none"] + DemoTests.pace, in: scratch)
            try #require(demo.status == 0, "\(demo.out)\(demo.errors)")
            for mode in ["testing", "enforce"] {
                let fix =
                    ["fix", "--all", "--mode", mode, "--store", "out/stsaudit.sqlite"]
                    + Self.wishes
                let written = try await Tool.run(fix + ["--output", mode], in: scratch)
                #expect(written.status == 0 && written.out == "", "\(written.errors)")
                let json = try await Tool.run(fix + ["--format", "json"], in: scratch)
                #expect(json.status == 0, "\(json.errors)")
                let kits = try json.out.split(separator: "\n").map {
                    try JSONDecoder().decode(Kit.self, from: Data($0.utf8))
                }
                try lint(kits, in: scratch)
                try await KitFiles(folder: mode, zone: Self.world.zone, in: scratch).expectSound()
                try await publish(mode, kits, in: scratch)
            }
        }

        /// A line of `fix --format json`.
        struct Kit: Decodable {
            var domain: String
            var standing: String
            var forecast: String?
            var mode: String?
            var policy: String?
            var records: [Record]
            var remaining: [Remaining]
            struct Record: Decodable {
                var action: String
                var owner: String
                var type: String
                var value: String
            }
            struct Remaining: Decodable {
                var cause: String
                var remedy: String
            }
        }

        /// Everything a kit says is right by our own rules.
        private func lint(_ kits: [Kit], in scratch: Scratch) throws {
            let hosts = Dictionary(
                uniqueKeysWithValues: try scratch.csv("out/domains.csv").rows.map {
                    ($0["domain"] ?? "", ($0["mx_hosts"] ?? "").split(separator: " "))
                })
            let lint = Lint()
            for kit in kits {
                #expect(kit.remaining.allSatisfy { !$0.remedy.isEmpty }, "\(kit.domain)")
                for record in kit.records where record.type == "TXT" && record.action != "delete" {
                    let bytes = [Array(record.value.utf8)]
                    let findings =
                        record.owner.hasPrefix("_mta-sts.")
                        ? lint.record(bytes).findings : lint.tlsrpt(bytes).findings
                    #expect(findings == [], "\(kit.domain)")
                }
                guard let text = kit.policy else { continue }
                let policy = lint.policy(Array(text.utf8))
                #expect(policy.findings.allSatisfy { $0.cause == .modeTesting }, "\(kit.domain)")
                let covered = lint.mx(
                    (hosts[kit.domain] ?? []).map(String.init), against: policy)
                #expect(!covered.isEmpty, "\(kit.domain)")
                #expect(
                    covered.allSatisfy { $0.isCovered || !$0.isHostName || $0.host.isEmpty },
                    "\(kit.domain)")
            }
        }

        private func publish(_ mode: String, _ kits: [Kit], in scratch: Scratch) async throws {
            let world = try FixedWorld(Self.world, publishing: scratch.path(mode))
            let after = "after-" + mode
            try await Lab.withLab(world: world) { lab in
                let audit = try await Tool.run(
                    ["audit", "out/portfolio.csv", "--output", after, "--store", after + ".sqlite"]
                        + ["--progress", "none"] + (try lab.flags()) + DemoTests.pace, in: scratch)
                try #require(audit.status == 0, "\(audit.errors)")
            }
            let chosen = mode == "testing" ? "testing" : "enforced"
            let byDomain = Dictionary(uniqueKeysWithValues: kits.map { ($0.domain, $0) })
            var wrong: [String] = []
            var ends: [CureTable.Ending: Int] = [:]
            for row in try scratch.csv(after + "/domains.csv").rows {
                let domain = try #require(row["domain"])
                let verdict = row["verdict"] ?? ""
                let scenario = try #require(Self.world.truth(of: domain)?.scenario)
                let group = try #require(CureTable.byScenario[scenario.name])
                ends[group.ending, default: 0] += 1
                let expected =
                    switch group.ending {
                    case .asChosen: chosen
                    case .staysEnforced: "enforced"
                    case .becomes(let other): other
                    case .unchanged: scenario.verdict
                    }
                if verdict != expected { wrong.append("\(scenario): \(verdict), \(group.why)") }
                let kit = byDomain[domain]
                if (kit?.standing == "publish") != (group.ending != .unchanged) {
                    wrong.append("\(scenario): kit \(kit?.standing ?? "none"), \(group.why)")
                }
                guard let kit, kit.standing == "publish" else { continue }
                // What the kit foretold is what the audit finds, to the letter of each cause.
                let causes = Set((row["causes"] ?? "").split(separator: " ").map(String.init))
                    .subtracting(["mode-testing", "mode-unexpected"])
                if kit.forecast != verdict || Set(kit.remaining.map(\.cause)) != causes {
                    wrong.append("\(scenario): foretold \(kit.remaining), found \(causes)")
                }
            }
            #expect(wrong == [])
            // None of these lists is empty by mistake.
            #expect((ends[.asChosen] ?? 0) > 500 && (ends[.staysEnforced] ?? 0) > 20, "\(ends)")
        }
    }
}
