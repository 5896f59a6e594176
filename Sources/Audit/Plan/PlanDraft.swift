import Evidence
import MTASTS

/// A plan in the making: keeps the order, the states and the dates.
struct PlanDraft {
    let situation: PlanSituation
    private(set) var steps: [PlanStep] = []
    /// When everything so far is over at the earliest.
    private(set) var date: Timestamp
    /// Everything so far is done.
    private(set) var isClear = true
    private var usedIDs: Set<String>

    init(_ situation: PlanSituation) {
        self.situation = situation
        date = situation.now
        usedIDs = Set(situation.caches.earlier.map(\.policy.recordID))
        if let live = situation.caches.live { usedIDs.insert(live.recordID) }
    }

    var caches: SenderCaches { situation.caches }

    /// A policy that senders go by.
    var active: LivePolicy? {
        guard let live = caches.live, live.knownMode != .none else { return nil }
        return live
    }

    /// A record without a usable policy, which a policy host that works again would bring back:
    /// nothing else is to be built on that.
    func expectSoundPolicy() throws(PlanObstacle) {
        if caches.live == nil, situation.hasRecord { throw .policyBroken }
    }

    /// Today's MX hosts that are host names.
    func hosts() throws(PlanObstacle) -> [String] {
        guard let hosts = caches.mxHosts else { throw .mxUnknown }
        return hosts.map(\.host).filter(MailService.isHostName)
    }

    /// Something to do.
    ///
    /// - Parameter isBeforeAll: what follows waits for it.
    mutating func act(
        _ action: PlanAction, isDone: Bool, isBeforeAll: Bool = true, hosts: [String] = [],
        publishing publication: ((inout PlanDraft) throws(PlanObstacle) -> PlannedPublication)? =
            nil
    ) throws(PlanObstacle) {
        guard !isDone else {
            steps.append(PlanStep(action, .done, hosts: hosts))
            return
        }
        var step = PlanStep(action, isClear ? .now : .notYet, date: date, hosts: hosts)
        step.publication = try publication?(&self)
        steps.append(step)
        if isBeforeAll { isClear = false }
    }

    /// Something to wait for: until `end`; nil: there is nothing to wait for.
    mutating func wait(_ action: PlanAction, until end: Timestamp?, hosts: [String] = []) {
        guard let end, end > situation.now else {
            steps.append(PlanStep(action, isClear ? .done : .notYet, date: isClear ? nil : date))
            return
        }
        date = max(date, end)
        steps.append(
            PlanStep(action, isClear ? .waiting(until: date) : .notYet, date: date, hosts: hosts))
        isClear = false
    }

    /// A policy of `patterns`, each once, and the record for it.
    mutating func publication(
        _ mode: STSPolicy.Mode, maxAge: Int, _ patterns: [String]
    ) throws(PlanObstacle) -> PlannedPublication {
        var seen: Set<String> = []
        let mx = patterns.compactMap { try? MXPattern($0) }
            // An address covers no host, and a reader may refuse it.
            .filter { !$0.isAddress && seen.insert($0.description).inserted }
        let age = min(max(maxAge, 0), STSPolicy.maximumMaxAge)
        guard let policy = STSPolicy(mode: mode, maxAge: age, mx: mx) else { throw .noHosts }
        // RFC 8461 §3.3: 64 kilobytes is what senders are told to accept at the least.
        guard policy.text.utf8.count <= Lint.policyLimitBytes else { throw .policyTooLarge }
        let id = freshID()
        guard let record = STSRecord(id: id) else { throw .noHosts }
        return PlannedPublication(id: id, record: record.text, policy: policy.text)
    }

    /// A time stamp that no policy of the domain has had (RFC 8461 §3.1: up to 32 letters and
    /// digits; only a change counts).
    private mutating func freshID() -> String {
        let stamp = date.description.filter { $0 != "-" && $0 != ":" }
        var id = stamp
        var count = 1
        while !usedIDs.insert(id).inserted {
            count += 1
            id = "\(stamp)x\(count)"
        }
        return id
    }
}

extension PlanDraft {
    static let small = Int(Timestamp.secondsPerDay)
    static let week = 7 * Int(Timestamp.secondsPerDay)

    /// Patterns of what is live or is to be, and the hosts that none of them covers.
    func patterns(covering hosts: [String]) -> [String] {
        let renewed = situation.renewal.map { $0.patterns.map(\.description) }
        let patterns = renewed ?? caches.live?.patterns ?? []
        return patterns + hosts.filter { !Self.covers(patterns, $0) }
    }

    static func covers(_ patterns: [String], _ host: String) -> Bool {
        patterns.contains { (try? MXPattern($0))?.covers(host) ?? false }
    }

    func coversAny(_ policy: LivePolicy, _ hosts: [String]) -> Bool {
        policy.coverage(of: hosts).contains { $0.pattern != nil }
    }

    func coversAll(_ policy: LivePolicy, _ hosts: [String]) -> Bool {
        policy.coverage(of: hosts).allSatisfy { $0.pattern != nil }
    }
}
