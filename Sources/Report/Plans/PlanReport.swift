public import Audit
public import Evidence
internal import MTASTS
public import Store

/// How plans are written.
public enum PlanFormat: String, Hashable, Sendable, CaseIterable {
    case text
    /// A row for each step.
    case csv
    /// JSON Lines: an object for each domain.
    case json
}

/// Writes plans of one goal, one domain after the other, and counts where the domains stand.
public struct PlanReport {
    private let file: OutputFile
    private let format: PlanFormat
    private let goal: Plan.Goal
    private let now: Timestamp
    private let isBrief: Bool
    public private(set) var tally = PlanTally()

    /// Rows held in memory.
    private static let pageRows = 500

    /// - Parameters:
    ///   - now: the moment to plan from.
    ///   - isBrief: the text has a line for each domain with something to do or to wait for.
    public init(
        _ goal: Plan.Goal, at now: Timestamp, format: PlanFormat, isBrief: Bool, to file: OutputFile
    ) throws(ReportError) {
        self.file = file
        self.format = format
        self.goal = goal
        self.now = now
        self.isBrief = isBrief
        if format == .csv { try file.write { PlanTable.begin(&$0) } }
    }

    /// Plans for each domain of a run once, page by page: memory holds one page of rows and one
    /// domain's past.
    ///
    /// - Parameter account: only the rows of this account.
    public mutating func add(
        _ run: Run, account: String?, from store: AuditStore
    ) async throws(ReportError) {
        var key = RowKey.start
        while true {
            let page: [ReportRow]
            do throws(StoreError) {
                page = try await store.rows(
                    of: run, account: account, after: key, limit: Self.pageRows)
            } catch {
                throw .store(error)
            }
            for row in page where row.isFirstOfDomain {
                // A row without a status was not come to, or names no domain that takes mail.
                guard let text = row.domain, let domain = try? DomainName(text),
                    let status = row.status
                else { continue }
                switch status.verdict {
                case .noMail, .noDomain, .invalidInput: continue
                case .enforced, .degraded, .bouncing, .testing, .disabled, .ineffective, .absent,
                    .unmeasured:
                    break
                }
                guard let past = try await DomainPast.read(domain, from: store) else { continue }
                try add(past)
            }
            guard let last = page.last, page.count == Self.pageRows else { return }
            key = last.key
        }
    }

    public mutating func add(_ past: DomainPast) throws(ReportError) {
        // A clock that is behind the last look would make held what is over.
        let moment = max(now, past.latest?.lastSeen ?? now)
        let plan = Plan(goal, in: past.situation(at: moment))
        let isFirst = tally.count == 0
        tally.add(plan.standing)
        let domain = past.domain
        let isBrief = isBrief
        switch format {
        case .text:
            let text = isBrief ? PlanText.line(domain, plan) : PlanText.page(domain, plan)
            try file.write { $0 += ((isFirst || isBrief ? "" : "\n") + text).utf8 }
        case .csv: try file.write { PlanTable.append(domain, plan, to: &$0) }
        case .json: try file.write { PlanLine.append(domain, plan, to: &$0) }
        }
    }

    public func finish() throws(ReportError) {
        if format == .text, isBrief { try file.write { $0 += tally.text.utf8 } }
        try file.commit()
    }
}

/// Where the domains of a portfolio stand.
public struct PlanTally: Hashable, Sendable {
    public private(set) var count = 0
    public private(set) var done = 0
    public private(set) var now = 0
    public private(set) var waiting = 0
    public private(set) var obstacles: [PlanObstacle: Int] = [:]

    mutating func add(_ standing: PlanStanding) {
        count += 1
        switch standing {
        case .done: done += 1
        case .act: now += 1
        case .wait: waiting += 1
        case .obstructed(let obstacle): obstacles[obstacle, default: 0] += 1
        }
    }

    var text: String {
        var text = "\(count) domains: \(now) with something to do now, \(waiting) waiting, "
        text += "\(done) done\n"
        for obstacle in PlanObstacle.allCases {
            guard let count = obstacles[obstacle] else { continue }
            text += "  \(count) \(obstacle.rawValue): \(obstacle.explanation)\n"
        }
        return text
    }
}
