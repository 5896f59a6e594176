import ArgumentParser
import Audit
import Evidence
import Testing

@testable import Store
@testable import stsaudit

@Suite("Which two runs are compared")
struct RunPairTests {
    static func run(
        _ id: Int64, _ portfolio: String = "a", _ state: Run.State = .finished,
        isRead: Bool = true
    ) -> Run {
        let moment = Timestamp(seconds: id)
        return Run(
            id: id, portfolio: portfolio, kind: .audit, state: state, startedAt: moment,
            ingestedAt: isRead ? moment : nil, fingerprint: "", options: "{}", toolVersion: "",
            header: PortfolioHeader(), rowCount: 0, invalidCount: 0, domainCount: 0)
    }

    enum Answer: Sendable {
        case pair(Int64, Int64)
        case onlyOne
        case failure(String)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var numbers: [Int64] = []
        var portfolio: String?
        /// The latest first.
        var runs: [Run]
        var answer: Answer
        var why: String

        var testDescription: String { why }
    }

    static let rows: [Row] = [
        Row(runs: [run(3), run(2), run(1)], answer: .pair(2, 3), why: "the last two"),
        Row(
            runs: [run(4, "a", .interrupted), run(3), run(2, "a", .interrupted), run(1)],
            answer: .pair(1, 3), why: "finished ones"),
        Row(numbers: [3], runs: [run(4), run(3), run(2), run(1)], answer: .pair(2, 3), why: "one"),
        Row(
            numbers: [3], runs: [run(3), run(2, "b"), run(1)], answer: .pair(1, 3),
            why: "the one before of the same portfolio"),
        Row(
            numbers: [3], runs: [run(3, "a", .interrupted), run(2)], answer: .pair(2, 3),
            why: "an unfinished run may be asked for"),
        Row(
            numbers: [3, 1], runs: [run(3), run(2), run(1)], answer: .pair(1, 3), why: "any order"),
        Row(runs: [run(1)], answer: .onlyOne, why: "the first night"),
        Row(numbers: [1], runs: [run(2), run(1)], answer: .onlyOne, why: "nothing before it"),
        Row(runs: [], answer: .failure("no finished run yet"), why: "an empty store"),
        Row(
            runs: [run(4, "b"), run(3, "a"), run(2, "b"), run(1, "a")],
            answer: .failure("several portfolios ('a', 'b'); add --portfolio"),
            why: "guessing would compare the wrong ones"),
        Row(
            portfolio: "a", runs: [run(4, "b"), run(3, "a"), run(2, "b"), run(1, "a")],
            answer: .pair(1, 3), why: "the portfolio named"),
        Row(
            numbers: [2, 1], runs: [run(2, "b"), run(1, "a")],
            answer: .failure("only runs of one portfolio"), why: "nothing in common"),
        Row(
            numbers: [2], portfolio: "a", runs: [run(2, "b"), run(1, "a")],
            answer: .failure("run 2 is of portfolio 'b'"), why: "a contradiction"),
        Row(numbers: [7], runs: [run(1)], answer: .failure("no run 7"), why: "unknown"),
        Row(numbers: [1, 1], runs: [run(1)], answer: .failure("two different"), why: "itself"),
        Row(
            numbers: [2], runs: [run(2, "a", .failed, isRead: false), run(1)],
            answer: .failure("failed before"), why: "it has no rows"),
    ]

    @Test("of the runs of a store", arguments: rows)
    func choice(row: Row) {
        do throws(RunPair.Refusal) {
            let pair = try RunPair.choose(row.numbers, portfolio: row.portfolio, among: row.runs)
            guard case .pair(let before, let after) = row.answer else {
                Issue.record("\(pair.before.id) and \(pair.after.id): \(row.why)")
                return
            }
            #expect(pair.before.id == before && pair.after.id == after, "\(row.why)")
        } catch {
            switch (error, row.answer) {
            case (.onlyOne, .onlyOne): break
            case (.failure(let text), .failure(let part)):
                #expect(text.contains(part), "\(text): \(row.why)")
            default: Issue.record("\(error): \(row.why)")
            }
        }
    }

    @Test("options: only those that may change what is found make runs less than comparable")
    func options() {
        let old = RunOptions(#"{"concurrency":10,"profile":{},"retries":2,"resolvers":["a"]}"#)
        let new = RunOptions(
            #"{"command":"x","concurrency":20,"profile":{"mx-alias":"error"},"resolvers":["a"]}"#)
        #expect(new.differences(from: old) == ["profile"])
        #expect(old.differences(from: old) == [])
        #expect(new.summary == "concurrency=20 profile=mx-alias:error resolvers=a")
        #expect(RunOptions("no JSON").values.isEmpty)
        #expect(
            RunOptions(RunOptions.adding(command: "go", to: old.json)).values["command"]
                == .string("go"))
        #expect(RunOptions(old.json) == old)
    }

    @Test(
        "what older runs do not have is recorded where it is not the standard: timeouts, the proxy")
    func timeouts() throws {
        func recorded(_ arguments: String...) throws -> RunOptions {
            RunOptions(try EngineOptions.parse(arguments).recorded())
        }
        let standard = try recorded()
        for (arguments, names) in [
            (["--dns-timeout", "0.5"], ["dnsTimeout"]),
            (["--connect-timeout", "1"], ["connectTimeout"]),
            (["--fetch-timeout", "5", "--dns-timeout", "3"], ["fetchTimeout"]),
            (["--probe-timeout", "5"], ["probeTimeout"]),
            (["--proxy", "HTTP://192.0.2.1:3128/"], ["proxy"]),
            (["--connect-timeout", "10", "--fetch-timeout", "60", "--probe-timeout", "60"], []),
        ] as [([String], [String])] {
            let options = RunOptions(try EngineOptions.parse(arguments).recorded())
            #expect(options.differences(from: standard) == names, "\(arguments)")
        }
        #expect(!standard.summary.contains("imeout"))
        #expect(try recorded("--dns-timeout", "0.5").summary.contains("dnsTimeout=0.5"))
    }

    @Test("prune's words: sizes, and nothing when there is nothing")
    func pruned() {
        var summary = PruneSummary()
        #expect(
            PruneCommand.text(summary, isDryRun: false, isCompacted: false)
                == "Nothing to remove.\n")
        summary.runs = 1234
        summary.bytesAfter = 20 << 20
        summary.freeBytes = 1 << 20
        let text = PruneCommand.text(summary, isDryRun: false, isCompacted: false)
        #expect(text.hasPrefix("Removed:\n  runs            1,234\n"))
        #expect(
            text.hasSuffix(
                "The store has 20 MiB, of which 1,024 KiB are free for the next "
                    + "runs; --vacuum gives them back.\n"))
    }
}
