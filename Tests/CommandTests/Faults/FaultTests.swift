import Foundation
import Glibc
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Faults of the machine that the program runs on: a message that says what to do, the right
    /// status, and nothing lost.
    @Suite("Faults of this machine")
    struct FaultTests {
        static let count = 100

        /// A portfolio, and the arguments that audit it.
        static func arguments(_ lab: Lab, count: Int, in scratch: Scratch) throws -> [String] {
            try scratch.write(QuickWorld.portfolio(count: count), to: "portfolio.csv")
            try FileManager.default.createDirectory(
                atPath: scratch.path("store"), withIntermediateDirectories: true)
            return ["audit", "portfolio.csv", "--store", "store/audit.sqlite", "--output", "out"]
                + (try lab.flags("--concurrency", "60", "--progress", "none"))
        }

        /// What an undisturbed run finds.
        static func reference(_ lab: Lab, count: Int) async throws -> [String] {
            let scratch = try Scratch()
            let run = try await Tool.run(
                try arguments(lab, count: count, in: scratch), in: scratch)
            try #require(run.status == 0, "\(run.errors)")
            return try ResumeTests.results(scratch)
        }

        static func differences(_ scratch: Scratch, _ reference: [String]) throws -> [String] {
            let found = try ResumeTests.results(scratch)
            guard found.count == reference.count else {
                return ["\(found.count) lines, not \(reference.count)"]
            }
            return zip(found, reference).filter { $0 != $1 }.map { "\($0) not \($1)" }
        }

        @Test("every row of the fault table that anybody can bring about")
        func table() async throws { try await check(FaultRow.all.filter { !$0.mounts }) }

        @Test(
            "every row of the fault table that only root can bring about",
            .enabled(if: Strictness.isCI || geteuid() == 0, "needs root"))
        func rootTable() async throws { try await check(FaultRow.all.filter(\.mounts)) }

        private func check(_ rows: [FaultRow]) async throws {
            try await Lab.withLab(world: QuickWorld(delayMilliseconds: 30)) { lab in
                let reference = try await Self.reference(lab, count: Self.count)
                for row in rows { try await check(row, lab, reference) }
            }
        }

        @Test("the documentation has a row for each fault")
        func page() throws {
            let rows = try DocumentationPage.hardening.rows(below: "| fault | exit |")
            let names = rows.map { $0.dropFirst(2).components(separatedBy: " | ").first ?? "" }
            #expect(names == FaultRow.all.map(\.name) + DisturbedRunTests.names)
        }

        private func check(_ row: FaultRow, _ lab: Lab, _ reference: [String]) async throws {
            let scratch = try Scratch()
            let usual = try Self.arguments(lab, count: Self.count, in: scratch)
            let script = row.script(
                disturbed: Self.removing(row.without, from: usual) + row.arguments, resumed: usual)
            let process = try MeasuredProcess(
                row.mounts
                    ? "exec unshare -m /bin/bash -c \(Shell.quoted(script)) bash \"$1\"" : script,
                [], in: scratch)
            let outcome = try await process.outcome()
            let status = (try? scratch.text("status")).flatMap { Int32($0.dropLast()) } ?? -1
            let said = (try? scratch.text("err")) ?? ""
            let wanted: Int32
            switch row.outcome {
            case .completes(let words):
                wanted = 0
                #expect(said.contains(words) || words.isEmpty, "\(row.name): \(said)")
            case .stops(let code, let words), .refuses(let code, let words):
                wanted = code
                for word in words { #expect(said.contains(word), "\(row.name): \(said)") }
            }
            #expect(status == wanted, "\(row.name), \(row.why): \(said)")
            #expect(!outcome.isKilled && outcome.status == 0, "\(row.name): \(outcome.errors)")
            switch row.outcome {
            case .completes, .stops:
                let differences =
                    (try? Self.differences(scratch, reference)) ?? ["there are no reports"]
                #expect(differences == [], "\(row.name), \(row.why): \(outcome.errors)")
            case .refuses: break
            }
            try FaultTable.add(row.name, status: status, message: said, outcome)
        }

        /// Without these options and their values.
        static func removing(_ names: Set<String>, from words: [String]) -> [String] {
            var kept: [String] = []
            var isValue = false
            for word in words {
                if isValue {
                    isValue = false
                } else if names.contains(word) {
                    isValue = true
                } else {
                    kept.append(word)
                }
            }
            return kept
        }
    }
}

/// In CI nothing is left out for want of a program or of rights.
enum Strictness {
    static let isCI = ProcessInfo.processInfo.environment["STSAUDIT_STRICT"] != nil
}
