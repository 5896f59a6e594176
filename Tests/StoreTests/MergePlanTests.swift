import Audit
import Evidence
import Testing

@testable import Store

@Suite("What is merged with what")
struct MergePlanTests {
    /// A run of shard 1 unless said otherwise; the number is also the night.
    static func run(
        _ id: Int64, _ shard: String? = "1/2", _ state: Run.State = .finished,
        fingerprint: String = "f", version: String = "0", options: String = "{}",
        kind: Run.Kind = .audit, at moment: Int64? = nil
    ) -> Run {
        Run(
            id: id, portfolio: "p", kind: kind, state: state,
            startedAt: Sample.moment(moment ?? id),
            ingestedAt: Sample.moment(id), finishedAt: Sample.moment(id),
            fingerprint: fingerprint, options: options, toolVersion: version,
            header: PortfolioHeader(), rowCount: 1, invalidCount: 0, domainCount: 1,
            shard: shard.flatMap(Shard.init))
    }

    static func file(_ name: String, _ runs: Run..., source: String? = nil) -> ShardFile {
        ShardFile(path: name, source: source ?? name, runs: runs)
    }

    static func merged(
        _ run: Int64, _ shard: String, _ source: String, _ sourceRun: Int64, isStale: Bool = false,
        at moment: Int64? = nil
    ) -> MergedRun {
        MergedRun(
            run: run, shard: self.shard(shard), source: source, sourceRun: sourceRun,
            sourceStartedAt: moment.map(Sample.moment), path: source, isStale: isStale)
    }

    static func shard(_ text: String) -> Shard {
        guard let shard = Shard(text) else { preconditionFailure("no shard: \(text)") }
        return shard
    }

    static func plan(
        _ files: [ShardFile], _ recorded: [MergedRun] = [], allowsMissing: Bool = false
    ) throws(MergeRefusal) -> MergePlan {
        try MergePlan(
            files, of: "p", recorded: recorded, into: "out", allowsMissing: allowsMissing,
            difference: { $0.options == $1.options ? nil : "options" })
    }

    static let (one, two) = (file("a", run(5)), file("b", run(7, "2/2")))

    struct Refused: Sendable, CustomStringConvertible {
        var files: [ShardFile]
        var recorded: [MergedRun] = []
        var refusal: MergeRefusal
        /// Whether `allowsMissing` makes it go.
        var isAllowed = false
        var why: String
        var description: String { why }
    }

    static let refused: [Refused] = {
        let before = [merged(1, "1/2", "a", 5), merged(1, "2/2", "b", 7)]
        return [
            Refused(
                files: [file("a")], refusal: .noRun(path: "a", portfolio: "p"),
                why: "nothing of this name"),
            Refused(
                files: [file("a", run(1, nil))], refusal: .notAShard(path: "a", run: 1),
                why: "the whole portfolio"),
            Refused(
                files: [one], refusal: .missing([shard("2/2")]), isAllowed: true,
                why: "a shard is not given"),
            Refused(
                files: [one, file("b")], refusal: .noRun(path: "b", portfolio: "p"),
                isAllowed: true, why: "a shard was never audited"),
            Refused(
                files: [one, file("b", run(8, "2/2", .interrupted), run(7, "2/2"))],
                refusal: .unfinished(path: "b", run: 8, state: .interrupted), isAllowed: true,
                why: "a shard is not done"),
            Refused(
                files: [file("a", run(9, "1/1", .running), run(8, "1/1"))],
                refusal: .unfinished(path: "a", run: 9, state: .running),
                why: "there would be nothing in the run"),
            Refused(
                files: [one, file("b", run(8, "2/2", .failed))],
                refusal: .unfinished(path: "b", run: 8, state: .failed), isAllowed: true,
                why: "a shard failed"),
            Refused(
                files: [one, file("b", run(7, "2/3"))],
                refusal: .otherCount(
                    path: "b", shard: shard("2/3"), than: "a", its: shard("1/2")),
                why: "two divisions"),
            Refused(
                files: [one, file("c", run(5)), two],
                refusal: .overlapping(path: "c", other: "a", shard: shard("1/2")),
                why: "two stores of one shard"),
            Refused(
                files: [one, file("copy", run(6), run(5), source: "a"), two],
                refusal: .overlapping(path: "copy", other: "a", shard: shard("1/2")),
                why: "a copy that went its own way"),
            Refused(
                files: [one, file("copy", run(5, at: 6), source: "a"), two],
                refusal: .overlapping(path: "copy", other: "a", shard: shard("1/2")),
                why: "a copy that went its own way, and gave its run the same number"),
            Refused(
                files: [file("a", run(5), source: "s"), file("b", run(7, "2/2"), source: "s")],
                refusal: .copies(path: "b", other: "a"),
                why: "two shards that began as copies of one file"),
            Refused(
                files: [one, file("b", run(7, "2/2", fingerprint: "g"))],
                refusal: .otherPortfolio(path: "b", than: "a"), why: "another portfolio"),
            Refused(
                files: [one, file("b", run(7, "2/2", version: "1"))],
                refusal: .otherRules(path: "b", than: "a", detail: "versions 0 and 1"),
                why: "another version of the tool"),
            Refused(
                files: [one, file("b", run(7, "2/2", options: "{\"x\":1}"))],
                refusal: .otherRules(path: "b", than: "a", detail: "options"),
                why: "another profile"),
            Refused(
                files: [one, file("b", run(7, "2/2", kind: .rejudge))],
                refusal: .otherRules(path: "b", than: "a", detail: "audit and rejudge"),
                why: "judged again, and only there"),
            Refused(
                files: [file("a", run(6), run(5)), two], recorded: before,
                refusal: .notRunAgain(path: "b", shard: shard("2/2")), isAllowed: true,
                why: "one shard has had another night"),
            Refused(
                files: [one], recorded: before,
                refusal: .missing([shard("2/2")]), why: "left out this time"),
            Refused(
                files: [one, file("new", run(1, "2/2"))], recorded: before,
                refusal: .replaced(path: "new", shard: shard("2/2"), into: "out"),
                isAllowed: true, why: "the store was begun anew"),
            Refused(
                files: [one, file("b", run(6, "2/2"))], recorded: before,
                refusal: .older(path: "b", shard: shard("2/2"), into: "out"),
                why: "restored from a backup"),
            Refused(
                files: [one, file("b", run(7, "2/2", at: 9))],
                recorded: [
                    merged(1, "1/2", "a", 5, at: 5), merged(1, "2/2", "b", 7, at: 7),
                ],
                refusal: .notRunAgain(path: "a", shard: shard("1/2")), isAllowed: true,
                why: "restored from a backup and audited again: another run of the same number"),
            Refused(
                files: [
                    file("a", run(5, "1/3")), file("b", run(7, "2/3")), file("c", run(1, "3/3")),
                ],
                recorded: before,
                refusal: .otherCount(
                    path: "out", shard: shard("1/2"), than: "a", its: shard("1/3")),
                why: "divided anew"),
        ]
    }()

    @Test("refused, and what is let through when told", arguments: refused)
    func refuses(row: Refused) throws {
        #expect(throws: row.refusal) { try Self.plan(row.files, row.recorded) }
        #expect(row.refusal.description.hasSuffix("."))
        if row.isAllowed {
            _ = try Self.plan(row.files, row.recorded, allowsMissing: true)
        } else {
            #expect(throws: MergeRefusal.self) {
                try Self.plan(row.files, row.recorded, allowsMissing: true)
            }
        }
    }

    @Test("a first night, in any order, with a store given twice")
    func first() throws {
        let plan = try Self.plan([Self.two, Self.one, Self.file("copy", Self.run(5), source: "a")])
        #expect(plan.hasNews)
        #expect(plan.runs == [1])
        #expect(plan.missing == [])
        #expect(plan.parts.map(\.file) == [1, 0])
        #expect(
            plan.parts.map(\.nights) == [
                [.init(sourceRun: 5, run: 1)], [.init(sourceRun: 7, run: 1)],
            ])
    }

    static let nightOne = [merged(1, "1/2", "a", 5), merged(1, "2/2", "b", 7)]

    @Test("the same again is no news; another night is another run")
    func again() throws {
        #expect(try Self.plan([Self.one, Self.two], Self.nightOne).hasNews == false)
        let next = try Self.plan(
            [
                Self.file("a", Self.run(9), Self.run(5)),
                Self.file("b", Self.run(8, "2/2"), Self.run(7, "2/2")),
            ],
            Self.nightOne)
        #expect(next.hasNews)
        #expect(next.runs == [1, 2])
        #expect(
            next.parts.first?.nights == [.init(sourceRun: 5, run: 1), .init(sourceRun: 9, run: 2)])
    }

    @Test("a run that was pruned from one shard is gone from the merged store too")
    func pruned() throws {
        let plan = try Self.plan(
            [Self.file("a", Self.run(9)), Self.file("b", Self.run(8, "2/2"), Self.run(7, "2/2"))],
            Self.nightOne)
        #expect(plan.runs == [2])
        #expect(plan.parts.allSatisfy { $0.nights.count == 1 })
    }

    @Test("a night is gone when a shard's run of it is another by now, whatever its number")
    func restored() throws {
        let files = [
            Self.file("a", Self.run(9), Self.run(5, at: 6)),
            Self.file("b", Self.run(8, "2/2"), Self.run(7, "2/2")),
        ]
        for (moment, runs) in [(5, [2]), (6, [1, 2]), (nil, [1, 2])] as [(Int64?, [Int64])] {
            let recorded = [
                Self.merged(1, "1/2", "a", 5, at: moment),
                Self.merged(1, "2/2", "b", 7, at: moment.map { _ in 7 }),
            ]
            #expect(try Self.plan(files, recorded).runs == runs, "\(String(describing: moment))")
        }
        let known = [Self.merged(1, "1/2", "a", 5, at: 5), Self.merged(1, "2/2", "b", 7, at: 7)]
        #expect(try Self.plan([Self.one, Self.two], known).hasNews == false)
    }

    @Test("a store that is given without a finished run is not said to be missing")
    func begunAnew() throws {
        let second = try #require(Shard("2/2"))
        for given in [
            Self.file("b", source: "new"), Self.file("moved", source: "b"),
            Self.file("new", Self.run(1, "2/2", .interrupted)),
        ] {
            #expect(
                throws: MergeRefusal.begunAnew(path: given.path, shard: second, into: "out")
            ) { try Self.plan([Self.one, given], Self.nightOne, allowsMissing: true) }
        }
        for others in [[], [Self.file("c", source: "c")]] as [[ShardFile]] {
            #expect(
                throws: MergeRefusal.notGivenAgain(into: "out", shard: second, path: "b")
            ) { try Self.plan([Self.one] + others, Self.nightOne, allowsMissing: true) }
        }
    }

    @Test("a shard that is at its next run already stays in the run that it has examined")
    func ahead() throws {
        let ahead = Self.file("a", Self.run(9, "1/2", .interrupted), Self.run(5))
        let joined = try Self.plan(
            [ahead, Self.two],
            [Self.merged(1, "1/2", "a", 5), Self.merged(1, "2/2", "b", 6, isStale: true)],
            allowsMissing: true)
        #expect(joined.hasNews)
        #expect(joined.runs == [1])
        #expect(joined.parts.allSatisfy { !$0.isStale })
    }

    @Test("a shard that was late comes into the run that the others are in")
    func late() throws {
        // Never audited, then audited.
        let missing = try Self.plan([Self.one], allowsMissing: true)
        #expect(missing.missing.map(\.description) == ["2/2"])
        let joined = try Self.plan([Self.one, Self.two], [Self.merged(1, "1/2", "a", 5)])
        #expect(joined.hasNews)
        #expect(joined.runs == [1])
        #expect(joined.parts.allSatisfy { !$0.isStale && $0.nights.count == 1 })

        // In night one, not in night two, then in it.
        let second = Self.file("a", Self.run(9), Self.run(5))
        let stale = try Self.plan([second, Self.two], Self.nightOne, allowsMissing: true)
        #expect(stale.runs == [1, 2])
        #expect(stale.parts.map(\.isStale) == [false, true])
        let recorded =
            Self.nightOne + [
                Self.merged(2, "1/2", "a", 9), Self.merged(2, "2/2", "b", 7, isStale: true),
            ]
        #expect(throws: MergeRefusal.notRunAgain(path: "b", shard: try #require(Shard("2/2")))) {
            try Self.plan([second, Self.two], recorded)
        }
        #expect(try Self.plan([second, Self.two], recorded, allowsMissing: true).hasNews == false)
        let caughtUp = try Self.plan(
            [second, Self.file("b", Self.run(8, "2/2"), Self.run(7, "2/2"))], recorded)
        #expect(caughtUp.hasNews)
        #expect(caughtUp.runs == [1, 2])
        #expect(caughtUp.parts.allSatisfy { !$0.isStale && $0.nights.count == 2 })

        // A night that never became whole is not kept when the next comes.
        let third = try Self.plan(
            [
                Self.file("a", Self.run(10), Self.run(9), Self.run(5)),
                Self.file("b", Self.run(9, "2/2"), Self.run(7, "2/2")),
            ], recorded)
        #expect(third.runs == [1, 3])
    }
}
