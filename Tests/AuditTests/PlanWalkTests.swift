import Audit
import Evidence
import MTASTS
import Testing

/// A domain whose owner does what the plan says, looked at again and again.
struct WalkedDomain {
    var now = Sound.now
    var evidence = Sound.evidence
    var history = PublicationHistory(
        policies: [PublishedPolicy(from: -90)], observedSince: Sound.days(-400))
    var mxSince = Sound.days(-90)

    /// Looks at the domain as the store would keep it.
    mutating func look() throws -> Assessment {
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(),
            history: History(publications: history), now: now)
        let standing = history.policies.last.flatMap { $0.goneBy == nil ? $0.policy : nil }
        switch assessment.publication {
        case .live(let policy) where policy == standing:
            history.policies[history.policies.count - 1].lastSeen = now
        case .live(let policy):
            if standing != nil { history.policies[history.policies.count - 1].goneBy = now }
            history.policies.append(
                PublishedPolicy(policy: policy, firstSeen: now, lastSeen: now))
        case .nothing:
            if standing != nil { history.policies[history.policies.count - 1].goneBy = now }
        case .unmeasured: break
        }
        return assessment
    }

    func plan(_ goal: Plan.Goal, _ assessment: Assessment) throws -> Plan {
        Plan(
            goal,
            in: PlanSituation(
                domain: try Sound.domain,
                caches: SenderCaches(
                    history, publication: assessment.publication,
                    mxHosts: assessment.mxHosts.map(\.host), now: now),
                mxSince: mxSince, hasRecord: evidence.record.found != nil,
                hasReporting: evidence.tlsrpt.found != nil, now: now))
    }

    mutating func take(_ step: PlanStep, old: [String], new: [String]) {
        if let publication = step.publication {
            evidence.serve(publication.policy)
            evidence.publish([TXTRecord(publication.record)])
        }
        switch step.action {
        case .moveMX:
            evidence.mx = Lookup(.found(Sound.mxRecords(new)))
            mxSince = now
        case .restoreMX: evidence.mx = Lookup(.found(Sound.mxRecords(old + new)))
        case .removeRecord: evidence.withdraw()
        case .publishReporting:
            evidence.tlsrpt = Lookup(.found(["v=TLSRPTv1; rua=mailto:tls@example.com"]))
        case .publishUnion, .waitForCaches, .waitForDNS, .publishWithoutOld, .publishNone,
            .waitForExpiry, .publishTesting, .waitForReports, .publishEnforce:
            break
        }
    }
}

@Suite("Plans: who follows one never blocks mail, and arrives")
struct PlanWalkTests {
    struct Walk: CustomTestStringConvertible, Sendable {
        var goal: Plan.Goal
        var why: String
        /// Days it takes, looked at every six hours.
        var days: Int64
        var begin: @Sendable (inout WalkedDomain) -> Void = { _ in }
        var testDescription: String { why }
    }

    static let new = ["in.provider.example"]

    static let walks: [Walk] = [
        Walk(goal: .moveMX(old: Sound.mxHosts, new: new), why: "moving MX hosts", days: 9),
        Walk(goal: .moveMX(old: [], new: new), why: "moving MX hosts, old ones not named", days: 9),
        Walk(
            goal: .moveMX(old: Sound.mxHosts, new: new),
            why: "moving under an older policy with a longer max_age", days: 28
        ) {
            $0.history.policies.insert(
                PublishedPolicy(
                    id: "o", Sound.policy(maxAge: "max_age: 2592000"), from: -100, gone: -5), at: 0)
            $0.history.policies[1].firstSeen = Sound.days(-5)
        },
        Walk(goal: .moveMX(old: ["mx2.example.net"], new: []), why: "one host goes", days: 3),
        Walk(goal: .remove, why: "removal", days: 8),
        Walk(goal: .testing, why: "back to testing", days: 8),
        Walk(goal: .enforce, why: "from testing to enforce", days: 22) {
            $0.evidence.serve(Sound.policy(mode: "mode: testing"))
            $0.evidence.tlsrpt = Lookup(.nameMissing)
            $0.history.policies = []
        },
        Walk(goal: .enforce, why: "from nothing to enforce", days: 22) {
            $0.evidence.withdraw()
            $0.history = PublicationHistory()
        },
    ]

    /// What following a plan must never bring about.
    static let forbidden: Set<Cause> = [
        .cachedPolicyBlocksMX, .cachedPolicyOutlivesRemoval, .idUnchanged, .idReused, .idChurn,
        .mxUncovered, .mxAllUncovered,
    ]

    @Test("every six hours, until it is done", arguments: walks)
    func walk(_ walk: Walk) throws {
        var domain = WalkedDomain()
        walk.begin(&domain)
        let remaining: [String]
        switch walk.goal {
        case .moveMX(let old, let new):
            remaining = Sound.mxHosts.filter { !old.isEmpty && !old.contains($0) } + new
        case .remove, .enforce, .testing: remaining = Sound.mxHosts
        }
        var isDone = false
        while !isDone, domain.now < Sound.days(walk.days) {
            let assessment = try domain.look()
            let found = Set(assessment.findings.map(\.cause))
            #expect(found.isDisjoint(with: Self.forbidden), "\(domain.now)")
            let plan = try domain.plan(walk.goal, assessment)
            isDone = plan.standing == .done
            // Nothing that is due lies in the future, and what is done stays done.
            for step in plan.steps where step.state == .now {
                #expect(step.date.map { $0 <= domain.now } ?? false)
                domain.take(step, old: Sound.mxHosts, new: remaining)
            }
            domain.now = domain.now.adding(seconds: 6 * 3600)
        }
        #expect(isDone, "not done after \(walk.days) days")
    }

    @Test("who moves too early is told, puts a host back, and arrives all the same")
    func early() throws {
        var domain = WalkedDomain()
        domain.evidence.serve(JudgeRow.elsewhere)
        domain.evidence.publish(["v=STSv1; id=moved;"])
        domain.evidence.mx = Lookup(.found(Sound.mxRecords(Self.new)))
        let goal = Plan.Goal.moveMX(old: Sound.mxHosts, new: Self.new)
        let first = try domain.look()
        #expect(
            first.findings.contains { $0.cause == .cachedPolicyBlocksMX && $0.severity == .error })
        let plan = try domain.plan(goal, first)
        #expect(plan.standing == .act(.restoreMX))
        for step in plan.steps where step.state == .now {
            domain.take(step, old: Sound.mxHosts, new: Self.new)
        }
        var states: [String] = []
        while domain.now < Sound.days(12) {
            domain.now = domain.now.adding(seconds: 6 * 3600)
            let assessment = try domain.look()
            let isBlocked = assessment.findings.contains {
                $0.cause == .cachedPolicyBlocksMX && $0.severity == .error
            }
            #expect(!isBlocked)
            let plan = try domain.plan(goal, assessment)
            if states.last != plan.standing.code { states.append(plan.standing.code) }
            for step in plan.steps where step.state == .now {
                domain.take(step, old: Sound.mxHosts, new: Self.new)
            }
        }
        #expect(states == ["now", "waiting", "now", "waiting", "now", "done"])
    }
}
