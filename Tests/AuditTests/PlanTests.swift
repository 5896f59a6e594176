import Audit
import Evidence
import MTASTS
import Testing

@Suite("Plans: the order of steps and their dates (RFC 8461 §8.1, §8.3, §10.2)")
struct PlanTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var goal: Plan.Goal
        var why: String
        var publication: Publication = .live(Sound.livePolicy())
        var history: History = .published(PublishedPolicy(from: -90))
        var mx: [String]? = Sound.mxHosts
        var mxSince: Int64?
        var hasReporting = true
        var hasRecord = true
        /// Action, state, day of its date.
        var steps: [String]
        var testDescription: String { why }

        func plan() throws -> Plan {
            Plan(
                goal,
                in: PlanSituation(
                    domain: try Sound.domain,
                    caches: SenderCaches(
                        history.publications, publication: publication, mxHosts: mx,
                        now: Sound.now),
                    mxSince: mxSince.map(Sound.days), hasRecord: hasRecord,
                    hasReporting: hasReporting, now: Sound.now))
        }
    }

    static let new = ["in.provider.example"]
    static let move = Plan.Goal.moveMX(old: Sound.mxHosts, new: new)
    static let union = Sound.policy(extra: ["mx: in.provider.example"])
    static let testing = Sound.policy(mode: "mode: testing")
    static let off = Sound.policy(mode: "mode: none", maxAge: "max_age: 86400")

    /// `name` alone for what is done.
    private static func step(_ action: PlanAction, _ state: String, _ day: Int64? = nil) -> String {
        "\(action.rawValue) \(state)" + (day.map { " \(Sound.days($0))" } ?? "")
    }

    static let moves: [Row] = [
        Row(
            goal: move, why: "the whole way, begun now",
            steps: [
                step(.publishUnion, "now", 0), step(.waitForCaches, "not-yet", 7),
                step(.moveMX, "not-yet", 7), step(.waitForDNS, "not-yet", 8),
                step(.publishWithoutOld, "not-yet", 8),
            ]),
        Row(
            goal: .moveMX(old: [], new: new), why: "without old hosts, all of today's",
            steps: [
                step(.publishUnion, "now", 0), step(.waitForCaches, "not-yet", 7),
                step(.moveMX, "not-yet", 7), step(.waitForDNS, "not-yet", 8),
                step(.publishWithoutOld, "not-yet", 8),
            ]),
        Row(
            goal: move, why: "the union was published three days ago",
            publication: .live(Sound.livePolicy(id: "u", union)),
            history: .published(
                PublishedPolicy(from: -90, gone: -3), PublishedPolicy(id: "u", union, from: -3)),
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "waiting", 4),
                step(.moveMX, "not-yet", 4), step(.waitForDNS, "not-yet", 5),
                step(.publishWithoutOld, "not-yet", 5),
            ]),
        Row(
            goal: move, why: "RFC 8461 §8.3: an older policy is held for longer than the last",
            publication: .live(Sound.livePolicy(id: "u", union)),
            history: .published(
                PublishedPolicy(
                    id: "o", Sound.policy(maxAge: "max_age: 2592000"), from: -90, gone: -10),
                PublishedPolicy(from: -10, gone: -8), PublishedPolicy(id: "u", union, from: -8)),
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "waiting", 20),
                step(.moveMX, "not-yet", 20), step(.waitForDNS, "not-yet", 21),
                step(.publishWithoutOld, "not-yet", 21),
            ]),
        Row(
            goal: move, why: "the caches are clear",
            publication: .live(Sound.livePolicy(id: "u", union)),
            history: .published(
                PublishedPolicy(from: -90, gone: -7), PublishedPolicy(id: "u", union, from: -7)),
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"),
                step(.moveMX, "now", 0), step(.waitForDNS, "not-yet", 1),
                step(.publishWithoutOld, "not-yet", 1),
            ]),
        Row(
            goal: move, why: "moved an hour ago",
            publication: .live(Sound.livePolicy(id: "u", union)),
            history: .published(PublishedPolicy(id: "u", union, from: -20)), mx: new, mxSince: 0,
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"), step(.moveMX, "done"),
                step(.waitForDNS, "waiting", 1), step(.publishWithoutOld, "not-yet", 1),
            ]),
        Row(
            goal: move, why: "moved a week ago",
            publication: .live(Sound.livePolicy(id: "u", union)),
            history: .published(PublishedPolicy(id: "u", union, from: -20)), mx: new, mxSince: -7,
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"), step(.moveMX, "done"),
                step(.waitForDNS, "done"), step(.publishWithoutOld, "now", 0),
            ]),
        Row(
            goal: move, why: "all done; who holds the union can deliver",
            publication: .live(Sound.livePolicy(id: "n", JudgeRow.elsewhere)),
            history: .published(PublishedPolicy(id: "u", union, from: -20)), mx: new, mxSince: -7,
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"), step(.moveMX, "done"),
                step(.waitForDNS, "done"), step(.publishWithoutOld, "done"),
            ]),
        Row(
            goal: move, why: "moved too early: an old host has to come back",
            publication: .live(Sound.livePolicy(id: "n", JudgeRow.elsewhere)),
            history: .published(PublishedPolicy(from: -90)), mx: new, mxSince: 0,
            steps: [
                step(.restoreMX, "now", 0), step(.publishUnion, "done"),
                step(.waitForCaches, "waiting", 7), step(.moveMX, "done"),
                step(.waitForDNS, "not-yet", 7), step(.publishWithoutOld, "done"),
            ]),
        Row(
            goal: move, why: "testing refuses nothing: no cache to wait for",
            publication: .live(Sound.livePolicy(id: "t", testing)),
            history: .published(PublishedPolicy(id: "t", testing, from: -90)),
            steps: [
                step(.publishUnion, "now", 0), step(.waitForCaches, "not-yet", 0),
                step(.moveMX, "not-yet", 0), step(.waitForDNS, "not-yet", 1),
                step(.publishWithoutOld, "not-yet", 1),
            ]),
        Row(
            goal: move, why: "no policy at all", publication: .nothing, history: .none,
            hasRecord: false,
            steps: [
                step(.waitForCaches, "done"), step(.moveMX, "now", 0),
                step(.waitForDNS, "not-yet", 1),
            ]),
        Row(
            goal: .moveMX(old: ["mx2.example.net"], new: []), why: "one host goes",
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"),
                step(.moveMX, "now", 0), step(.waitForDNS, "not-yet", 1),
                step(.publishWithoutOld, "not-yet", 1),
            ]),
        Row(
            goal: .moveMX(old: ["mx2.example.net"], new: ["mx3.example.net"]),
            why: "a wildcard covers both: nothing to publish",
            publication: .live(Sound.livePolicy(Sound.policy(mx: ["mx: *.example.net"]))),
            history: .published(PublishedPolicy(Sound.policy(mx: ["mx: *.example.net"]), from: -9)),
            steps: [
                step(.publishUnion, "done"), step(.waitForCaches, "done"),
                step(.moveMX, "now", 0), step(.waitForDNS, "not-yet", 1),
                step(.publishWithoutOld, "done"),
            ]),
    ]

    static let removals: [Row] = [
        Row(
            goal: .remove, why: "begun now: the live policy can be fetched until then",
            steps: [
                step(.publishNone, "now", 0), step(.waitForExpiry, "not-yet", 7),
                step(.removeRecord, "not-yet", 7),
            ]),
        Row(
            goal: .remove, why: "in the none phase",
            publication: .live(Sound.livePolicy(id: "n", off)),
            history: .published(
                PublishedPolicy(from: -90, gone: -2), PublishedPolicy(id: "n", off, from: -2)),
            steps: [
                step(.publishNone, "done"), step(.waitForExpiry, "waiting", 5),
                step(.removeRecord, "not-yet", 5),
            ]),
        Row(
            goal: .remove, why: "everything has expired",
            publication: .live(Sound.livePolicy(id: "n", off)),
            history: .published(
                PublishedPolicy(from: -90, gone: -9), PublishedPolicy(id: "n", off, from: -9)),
            steps: [
                step(.publishNone, "done"), step(.waitForExpiry, "done"),
                step(.removeRecord, "now", 0),
            ]),
        Row(
            goal: .remove, why: "removed and expired", publication: .nothing,
            history: .published(
                PublishedPolicy(from: -90, gone: -30),
                PublishedPolicy(id: "n", off, from: -30, gone: -9)),
            hasRecord: false,
            steps: [
                step(.publishNone, "done"), step(.waitForExpiry, "done"),
                step(.removeRecord, "done"),
            ]),
        Row(
            goal: .remove, why: "removed too early: mode none is to be published after all",
            publication: .nothing, history: .published(PublishedPolicy(from: -90, gone: -1)),
            hasRecord: false,
            steps: [
                step(.publishNone, "now", 0), step(.waitForExpiry, "not-yet", 6),
                step(.removeRecord, "not-yet", 6),
            ]),
        Row(
            goal: .remove, why: "a broken record that nobody goes by", publication: .nothing,
            history: .none,
            steps: [
                step(.publishNone, "done"), step(.waitForExpiry, "done"),
                step(.removeRecord, "now", 0),
            ]),
    ]

    static let modes: [Row] = [
        Row(
            goal: .enforce, why: "from nothing", publication: .nothing, history: .none,
            hasReporting: false, hasRecord: false,
            steps: [
                step(.publishReporting, "now", 0), step(.publishTesting, "not-yet", 0),
                step(.waitForReports, "not-yet", 14), step(.publishEnforce, "not-yet", 14),
                step(.waitForCaches, "not-yet", 14),
            ]),
        Row(
            goal: .enforce, why: "testing since five days",
            publication: .live(Sound.livePolicy(id: "t", testing)),
            history: .published(PublishedPolicy(id: "t", testing, from: -5)),
            steps: [
                step(.publishReporting, "done"), step(.publishTesting, "done"),
                step(.waitForReports, "waiting", 9), step(.publishEnforce, "not-yet", 9),
                step(.waitForCaches, "not-yet", 16),
            ]),
        Row(
            goal: .enforce, why: "tested for long",
            publication: .live(Sound.livePolicy(id: "t", testing)),
            history: .published(PublishedPolicy(id: "t", testing, from: -90)),
            steps: [
                step(.publishReporting, "done"), step(.publishTesting, "done"),
                step(.waitForReports, "done"), step(.publishEnforce, "now", 0),
                step(.waitForCaches, "not-yet", 7),
            ]),
        Row(
            goal: .enforce, why: "enforced since two days, some still test",
            history: .published(
                PublishedPolicy(id: "t", testing, from: -90, gone: -2), PublishedPolicy(from: -2)),
            steps: [
                step(.publishReporting, "done"), step(.publishEnforce, "done"),
                step(.waitForCaches, "waiting", 5),
            ]),
        Row(
            goal: .enforce, why: "enforced, and a host was forgotten",
            mx: Sound.mxHosts + ["mx3.example.net"],
            steps: [
                step(.publishReporting, "done"), step(.publishEnforce, "now", 0),
                step(.waitForCaches, "not-yet", 0),
            ]),
        Row(
            goal: .testing, why: "back from enforce",
            steps: [
                step(.publishReporting, "done"), step(.publishTesting, "now", 0),
                step(.waitForCaches, "not-yet", 7),
            ]),
        Row(
            goal: .testing, why: "testing, and nobody enforces any more",
            publication: .live(Sound.livePolicy(id: "t", testing)),
            history: .published(
                PublishedPolicy(from: -90, gone: -8), PublishedPolicy(id: "t", testing, from: -8)),
            steps: [
                step(.publishReporting, "done"), step(.publishTesting, "done"),
                step(.waitForCaches, "done"),
            ]),
    ]

    @Test("steps, states and dates", arguments: moves + removals + modes)
    func steps(_ row: Row) throws {
        let plan = try row.plan()
        #expect(plan.obstacle == nil)
        let steps = plan.steps.map { step in
            "\(step.action.rawValue) \(step.state.code)" + (step.date.map { " \($0)" } ?? "")
        }
        #expect(steps == row.steps)
    }

    @Test(
        "what is to be published is sound, new, and readable by every sender",
        arguments: moves + removals + modes)
    func publications(_ row: Row) throws {
        let plan = try row.plan()
        let used = row.history.publications.policies.map(\.policy.recordID)
        var ids = Set(used)
        for publication in plan.steps.compactMap(\.publication) {
            let bytes = Array(publication.policy.utf8)
            #expect(STSPolicyReading.read(bytes).problems.isEmpty)
            #expect(Lint().policy(bytes).findings.allSatisfy { $0.cause.stage == .mode })
            let record = Lint().record([Array(publication.record.utf8)])
            #expect(record.findings.isEmpty)
            #expect(record.id == publication.id)
            #expect(ids.insert(publication.id).inserted, "an id that was used before")
        }
    }

    @Test("the texts, in full")
    func texts() throws {
        let move = try Row(goal: Self.move, why: "", steps: []).plan()
        #expect(
            move.steps.compactMap(\.publication?.policy) == [
                Sound.policy(mx: Sound.mxHosts.map { "mx: \($0)" } + ["mx: in.provider.example"]),
                Sound.policy(mx: ["mx: in.provider.example"]),
            ])
        #expect(
            move.steps.first?.publication?.record == "v=STSv1; id=20261123T120000Z;")
        let removal = try Row(goal: .remove, why: "", steps: []).plan()
        #expect(removal.steps.first?.publication?.policy == Self.off)
    }

    @Test(
        "what leaves nothing to plan",
        arguments: [
            (Plan.Goal.enforce, nil, PlanObstacle.mxUnknown), (.enforce, ["192.0.2.1"], .noHosts),
            (move, ["elsewhere.example"], .notConcerned), (move, nil, .mxUnknown),
            (.moveMX(old: Sound.mxHosts, new: []), Sound.mxHosts, .noHosts),
        ])
    func obstacles(_ goal: Plan.Goal, _ mx: [String]?, _ obstacle: PlanObstacle) throws {
        let plan = try Row(
            goal: goal, why: "", publication: .nothing, history: .none, mx: mx, hasRecord: false,
            steps: []
        ).plan()
        #expect(plan.obstacle == obstacle)
        #expect(plan.steps.isEmpty)
        #expect(plan.standing == .obstructed(obstacle))
    }

    @Test(
        "nothing is built on a policy that senders cannot get",
        arguments: [
            Plan.Goal.enforce, .testing, move,
        ])
    func broken(_ goal: Plan.Goal) throws {
        let plan = try Row(goal: goal, why: "", publication: .nothing, steps: []).plan()
        #expect(plan.obstacle == .policyBroken)
    }
}
