import ArgumentParser
import Audit
import Foundation
import Lab
import Testing

@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// What senders hold from earlier (RFC 8461 §3.3, §5.1, §8.1, §8.3), through resolver, fetcher,
    /// judge and store, over thirty nights of a lab whose clock the test moves.
    @Suite("Thirty nights")
    struct NightsTests {
        @Test(
            "verdict, causes and date of every story are the truth of each night",
            .timeLimit(.minutes(6)))
        func nights() async throws {
            let scratch = try Scratch()
            let world = NightWorld(start: Int64(Date().timeIntervalSince1970))
            try scratch.write(
                NightRuns.portfolioLines(world).joined(separator: "\n"), to: "portfolio.csv")
            let store = try AuditStore(path: scratch.path("nights.sqlite"))
            var diary = try await Diary(store, world)
            try await Lab.withLab(world: world) { lab in
                let runs = NightRuns(
                    world: world, store: store, portfolio: scratch.path("portfolio.csv"),
                    options: try EngineOptions.parse(try lab.flags() + NightRuns.flags))
                for night in 0..<Story.nights {
                    let result = try await runs.run(night: night)
                    try #require(result.run.state == .finished)
                    try await diary.compare(night, result.run)
                }
            }
            // All at once: what goes wrong on one night goes wrong on those after it.
            #expect(diary.disagreements == [], "\(diary.disagreements.joined(separator: "\n"))")
            #expect(diary.looks == Story.all.count * Story.nights)
            #expect(try await store.select("PRAGMA integrity_check", columns: 1) == [["ok"]])
        }

        @Test("demo --nights agrees, and starts only where nothing was seen before")
        func demo() async throws {
            let scratch = try Scratch()
            let command = ["demo", "--nights", "2", "--output", "out", "--progress", "none"]
            let demo = try await Tool.run(command, in: scratch)
            try #require(demo.status == 0, "\(demo.out)\(demo.errors)")
            let count = Story.all.count
            let lines = demo.out.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(
                lines.first?.contains("  \(count) of \(count) equal the truth, 0 with") == true)
            #expect(demo.errors == "")
            #expect(try scratch.csv("out/domains.csv").rows.count == count)
            let again = try await Tool.run(command, in: scratch)
            #expect(again.status == 2)
            #expect(again.errors.contains("'out/stsaudit.sqlite' is there already"))
        }
    }
}

/// Keeps what was found night by night, and notes where it is not what was to be found.
private struct Diary {
    private(set) var disagreements: [String] = []
    private(set) var looks = 0

    private let store: AuditStore
    private let world: NightWorld
    /// Protection by verdict, as the store compares it.
    private let rank: [String: Int]
    /// The truth of the last night on which there was something to measure, by story.
    private var measured: [String: Story.Truth] = [:]
    /// The run of the night before.
    private var last: Run?

    init(_ store: AuditStore, _ world: NightWorld) async throws {
        self.store = store
        self.world = world
        let ranks = try await store.select("SELECT code, rank FROM verdict", columns: 2)
        rank = Dictionary(
            ranks.compactMap { row in Int(row[1]).map { (row[0], $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    mutating func compare(_ night: Int, _ run: Run) async throws {
        try await findings(night, run)
        try await changes(night, run)
        try await regressions(night)
        for story in Story.all where story.truth(on: night).verdict != "unmeasured" {
            measured[story.name] = story.truth(on: night)
        }
        last = run
    }

    /// A row for each story, as the store keeps it, and nothing new of an uneventful night.
    private mutating func findings(_ night: Int, _ run: Run) async throws {
        let rows = try await store.select(
            """
            SELECT d.name, s.verdict, coalesce(s.severity, ''), s.causes,
                coalesce(s.recheck_after, ''), s.first_run = s.last_run, s.provisional,
                coalesce((SELECT group_concat(f.cause || ': ' || f.detail, '; ') FROM finding f
                    WHERE f.state_id = s.id), '')
            FROM state s JOIN domain d ON d.id = s.domain_id WHERE s.last_run = \(run.id)
            """, columns: 8)
        looks += rows.count
        for row in rows {
            let story = try #require(world.story(at: row[0]))
            let truth = story.truth(on: night)
            let found = Story.Truth(
                verdict: row[1], severity: row[2].isEmpty ? nil : row[2],
                causes: row[3].split(separator: " ").map(String.init).sorted(),
                recheckAfter: Int64(row[4]).map { Int($0 - world.start) })
            if found != truth {
                note(night, story, "\(Self.text(found)), truth \(Self.text(truth)); \(row[7])")
            }
            if (row[5] == "1") != story.isEventful(night) {
                note(night, story, row[5] == "1" ? "a new state" : "no new state")
            }
            if row[6] != "0" { note(night, story, "provisional at the end of the run") }
        }
    }

    /// Each change since the night before, by its kind, and no other.
    private mutating func changes(_ night: Int, _ run: Run) async throws {
        guard let last else { return }
        var kinds: [String: ChangeKind] = [:]
        var key: ChangeKey? = .start
        while let place = key {
            let page = try await store.changes(from: last, to: run, after: place)
            for change in page.changes {
                let story = try #require(world.story(at: change.domain))
                if kinds.updateValue(change.kind, forKey: story.name) != nil {
                    note(night, story, "listed twice")
                }
            }
            key = page.next
        }
        for story in Story.all where kinds[story.name] != kind(night, story) {
            func code(_ kind: ChangeKind?) -> String { kind?.rawValue ?? "no change" }
            note(night, story, "\(code(kinds[story.name])), not \(code(kind(night, story)))")
        }
    }

    private func kind(_ night: Int, _ story: Story) -> ChangeKind? {
        let truth = story.truth(on: night)
        // Whatever is behind it: unmeasured is no regression and no repair, and is listed apart in
        // every night in which it is so.
        if truth.verdict == "unmeasured" { return .notMeasured }
        guard let before = measured[story.name] else { return .measuredAgain }
        let wasMeasured = story.truth(on: night - 1).verdict != "unmeasured"
        if wasMeasured, !story.isEventful(night) { return nil }
        switch (rank[before.verdict], rank[truth.verdict]) {
        case (nil, _?): return .revived
        case (_?, nil): return .lapsed
        case (nil, nil), (_?, _?): break
        }
        if isWorse(truth, than: before) { return .regressed }
        if isWorse(before, than: truth) { return .fixed }
        return !wasMeasured && truth == before ? .measuredAgain : .changed
    }

    /// What became worse since it was last measured, and nothing that could not be measured.
    private mutating func regressions(_ night: Int) async throws {
        let rows = try await store.select("SELECT domain FROM regressions", columns: 1)
        let found = Set(rows.compactMap { world.story(at: $0[0])?.name })
        for story in Story.all {
            let truth = story.truth(on: night)
            let before = truth.verdict == "unmeasured" ? nil : measured[story.name]
            let isExpected = before.map { isWorse(truth, than: $0) } ?? false
            if found.contains(story.name) != isExpected {
                note(night, story, isExpected ? "no regression" : "a regression")
            }
        }
    }

    /// Errors where there were none, or less protection.
    private func isWorse(_ truth: Story.Truth, than before: Story.Truth) -> Bool {
        // A domain that took no mail, or takes none any more, is no regression.
        guard let now = rank[truth.verdict], let then = rank[before.verdict] else { return false }
        return now < then || truth.severity == "error" && before.severity != "error"
    }

    private mutating func note(_ night: Int, _ story: Story, _ text: String) {
        disagreements.append("night \(night), \(story.name): \(text)")
    }

    private static func text(_ truth: Story.Truth) -> String {
        let until = truth.recheckAfter.map { " until \(Double($0) / 86_400)" } ?? ""
        return "\(truth.verdict) \(truth.severity ?? "-") \(truth.causes)\(until)"
    }
}
