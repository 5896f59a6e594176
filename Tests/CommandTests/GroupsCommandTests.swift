import Lab
import Store
import Testing

@testable import stsaudit

extension EndToEnd {
    @Suite("Root-cause groups, end to end")
    struct GroupsCommandTests {
        private struct Found: Hashable {
            var cause: String
            var kind: String
            var shown: String
            var domains: Int
            var sharing: Int
        }

        @Test("the groups are the six roots that were planted", .timeLimit(.minutes(6)))
        func planted() async throws {
            let scratch = try Scratch()
            var portfolio = "domain,account\n"
            for (index, domain) in SharedRootWorld.domains.enumerated() {
                portfolio += "\(domain),account-\(index % 2)\n"
            }
            try scratch.write(portfolio, to: "portfolio.csv")
            let audit = try await Lab.withLab(world: SharedRootWorld()) { lab in
                try await Tool.run(
                    ["audit", "portfolio.csv", "--store", "s.sqlite", "--output", "out"]
                        + lab.flags("--progress", "none"), in: scratch)
            }
            try #require(audit.status == 0, "\(audit.errors)")
            let expected = SharedRootWorld.roots.flatMap { root in
                root.causes.map {
                    Found(
                        cause: $0, kind: root.kind, shown: root.shown, domains: root.domainCount,
                        sharing: root.sharing)
                }
            }
            let rows = try scratch.csv("out/groups.csv").rows
            let found = rows.map { row in
                Found(
                    cause: row["cause"] ?? "", kind: row["root"] ?? "", shown: row["name"] ?? "",
                    domains: Int(row["domains"] ?? "") ?? -1,
                    sharing: Int(row["sharing"] ?? "") ?? -1)
            }
            #expect(Set(found) == Set(expected))
            #expect(found.count == expected.count)
            for row in rows {
                let root = SharedRootWorld.roots.first { $0.shown == row["name"] }
                let examples = (row["examples"] ?? "").split(separator: " ")
                #expect(examples.allSatisfy { $0.hasPrefix((root?.name ?? "?") + "-") })
            }
            try await checkCommands(scratch, audit.out)
        }

        private func checkCommands(_ scratch: Scratch, _ summary: String) async throws {
            #expect(summary.contains("What one fix clears"))
            #expect(summary.contains("MX operator: newmail.example"))
            let store = ["--store", "s.sqlite"]
            let csv = try await Tool.run(
                ["groups", "--limit", "0", "--format", "csv"] + store, in: scratch)
            #expect(csv.outBytes == (try scratch.bytes("out/groups.csv")))
            let one = try await Tool.run(
                ["groups", "--cause", "policy-status"] + store, in: scratch)
            #expect(one.out.contains("old.sts.provider.example"))
            #expect(!one.out.contains("newmail.example"))
            let account = try await Tool.run(
                ["groups", "--account", "account-0", "--format", "json"] + store, in: scratch)
            #expect(
                account.out.contains("\"accounts\":1,") && !account.out.contains("\"accounts\":2"))
            let unknown = try await Tool.run(
                ["groups", "--account", "nobody"] + store, in: scratch)
            #expect(unknown.status == 2)
            #expect(unknown.errors.contains("there are: account-0, account-1"), "\(unknown.errors)")
            let split = try await Tool.run(
                ["report", "--split-by", "account", "--output", "accounts"] + store, in: scratch)
            #expect(split.status == 0, "\(split.errors)")
            #expect(try scratch.csv("accounts/accounts.csv").rows.count == 2)
            #expect(scratch.exists("accounts/index.html"))
        }
    }
}
