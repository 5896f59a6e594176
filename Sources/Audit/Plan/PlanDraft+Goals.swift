import Evidence
import MTASTS

extension PlanDraft {
    // MARK: - Moving MX hosts

    mutating func moveMX(from old: [String], to new: [String]) throws(PlanObstacle) {
        try expectSoundPolicy()
        let today = try hosts()
        let old = old.isEmpty ? today.filter { !new.contains($0) } : old
        let leaving = today.filter(old.contains)
        let missing = new.filter { !today.contains($0) }
        guard !leaving.isEmpty || missing.isEmpty else { throw .notConcerned }
        let staying = today.filter { !old.contains($0) } + missing
        guard !staying.isEmpty else { throw .noHosts }
        let isMoved = leaving.isEmpty && missing.isEmpty

        // What skips hosts that stay is no matter of the move, unless none is left.
        let obstructing = caches.held.filter { held in
            held.policy.isEnforced
                && (!coversAll(held.policy, new) || !coversAny(held.policy, staying))
        }
        if isMoved { try restore(old, under: obstructing, today: today) }

        let every = today + new.filter { !today.contains($0) }
        let isCovered = active.map { coversAll($0, every) } ?? true
        if let active {
            let union = patterns(covering: every)
            try act(.publishUnion, isDone: isCovered, hosts: missing) {
                draft throws(PlanObstacle) in
                try draft.publication(active.knownMode, maxAge: active.maxAge, union)
            }
        }
        var ends = obstructing.map(\.until)
        // RFC 8461 §5.1: what is published now can be fetched until it is replaced.
        if !isCovered, let active, active.isEnforced,
            !coversAll(active, new) || !coversAny(active, staying)
        {
            ends.append(date.adding(seconds: active.secondsHeld))
        }
        wait(.waitForCaches, until: ends.max(), hosts: missing)
        try act(.moveMX, isDone: isMoved, hosts: new)
        let moved = isMoved ? situation.mxSince ?? situation.now : date
        wait(.waitForDNS, until: moved.adding(seconds: max(situation.mxTTL, 0)), hosts: old)
        guard let active else { return }
        let kept = patterns(covering: every).filter { pattern in
            staying.contains { Self.covers([pattern], $0) }
                || !old.contains { Self.covers([pattern], $0) }
        }
        let isDropped = isCovered && kept == active.patterns
        try act(.publishWithoutOld, isDone: isDropped, hosts: old) { draft throws(PlanObstacle) in
            try draft.publication(active.knownMode, maxAge: active.maxAge, kept)
        }
    }

    /// The move came too early: senders that hold an earlier policy find no host they may use.
    private mutating func restore(
        _ old: [String], under held: [HeldPolicy], today: [String]
    ) throws(PlanObstacle) {
        let stuck = held.filter { !coversAny($0.policy, today) }
        guard !stuck.isEmpty else { return }
        let useful = old.filter { host in
            stuck.contains { Self.covers($0.policy.patterns, host) }
        }
        try act(.restoreMX, isDone: false, isBeforeAll: false, hosts: useful)
    }

    // MARK: - Removing MTA-STS

    mutating func remove() throws(PlanObstacle) {
        let live = caches.live
        // RFC 8461 §8.3 step 3: policies older than the last may be held for longer than it.
        let served = caches.held.filter { $0.policy.knownMode != .none }
        let isOver = live == nil && !served.contains(where: \.policy.isEnforced)
        let isNone = live.map { $0.knownMode == .none } ?? isOver
        // Some senders read no policy without an mx, whatever its mode.
        var patterns = live?.patterns ?? served.last?.policy.patterns ?? []
        if patterns.isEmpty { patterns = (try? hosts()) ?? [] }
        try act(.publishNone, isDone: isNone) { draft throws(PlanObstacle) in
            // RFC 8461 §8.3 step 1: "a small max_age (e.g., one day)".
            try draft.publication(.none, maxAge: Self.small, patterns)
        }
        var ends = isOver ? [] : served.map(\.until)
        if !isNone, let live { ends.append(date.adding(seconds: live.secondsHeld)) }
        wait(.waitForExpiry, until: ends.max())
        try act(.removeRecord, isDone: isOver && !situation.hasRecord)
    }

    // MARK: - Changing the mode

    mutating func enforce() throws(PlanObstacle) {
        try expectSoundPolicy()
        let hosts = try hosts()
        let isCovered = active.map { coversAll($0, hosts) } ?? false
        let isEnforced = active?.isEnforced ?? false
        let renewal = situation.renewal
        let isTested = active != nil && isCovered && renewal == nil
        try act(.publishReporting, isDone: situation.hasReporting)
        // What is enforced already is tested by that.
        if !isEnforced, renewal?.skipsTesting != true {
            try publishTesting(isDone: isTested, covering: hosts)
            let since = isTested ? caches.liveSince ?? situation.now : date
            wait(.waitForReports, until: since.adding(seconds: Self.reportSeconds))
        }
        let patterns = patterns(covering: hosts)
        let maxAge = max(active?.maxAge ?? 0, Self.week)
        let isDone = isEnforced && isCovered && renewal == nil
        try act(.publishEnforce, isDone: isDone, hosts: hosts) {
            draft throws(PlanObstacle) in
            // RFC 8461 §10.2: as long as is practical; a week to begin with.
            try draft.publication(.enforce, maxAge: maxAge, patterns)
        }
        waitForOthers { !$0.isEnforced }
    }

    mutating func test() throws(PlanObstacle) {
        try expectSoundPolicy()
        let hosts = try hosts()
        let isTesting = active.map { !$0.isEnforced && coversAll($0, hosts) } ?? false
        let isDone = isTesting && situation.renewal == nil
        try act(.publishReporting, isDone: situation.hasReporting)
        try publishTesting(isDone: isDone, covering: hosts)
        waitForOthers(\.isEnforced)
    }

    private mutating func publishTesting(
        isDone: Bool, covering hosts: [String]
    ) throws(PlanObstacle) {
        let patterns = patterns(covering: hosts)
        let maxAge = max(active?.maxAge ?? 0, Self.small)
        try act(.publishTesting, isDone: isDone, hosts: hosts) { draft throws(PlanObstacle) in
            try draft.publication(.testing, maxAge: maxAge, patterns)
        }
    }

    /// Until the last sender has let go of the policies in question.
    private mutating func waitForOthers(_ isOther: (LivePolicy) -> Bool) {
        var ends = caches.held.filter { isOther($0.policy) }.map(\.until)
        if let live = caches.live, isOther(live) {
            ends.append(date.adding(seconds: live.secondsHeld))
        }
        wait(.waitForCaches, until: ends.max())
    }

    /// Two weeks of daily reports (RFC 8460 §4.1).
    static let reportSeconds = 14 * Timestamp.secondsPerDay
}
