internal import Audit
internal import Evidence
internal import GRDB

extension AuditStore {
    /// The next changes between two runs of one portfolio: those of domains it still has in the
    /// order of the runs in which they changed, then those of domains it has no more.
    ///
    /// Whatever was not measured is compared with the last time it was (see `Baseline`). Each page
    /// is one short read, and memory depends on `limit` alone. Cost: the states that began after
    /// the earlier run, each with what went before it, one pass over the states of the later run,
    /// and at the end one over the portfolio's rows.
    ///
    /// - Parameters:
    ///   - before: the earlier run, which must not be of another portfolio.
    ///   - after: the later one.
    ///   - account: only domains that this account has, and only as far as rows say so.
    ///   - key: as the page before gave it; `.start` at first.
    ///   - limit: at most this many; fewer does not mean that these are the last.
    public func changes(
        from before: Run, to after: Run, account: String? = nil, after key: ChangeKey = .start,
        limit: Int = 500
    ) async throws(StoreError) -> ChangePage {
        try await read { db in
            let reader = try ChangeReader(db, from: before, to: after, account: account)
            return try reader.page(after: key, limit: limit)
        }
    }
}

/// Reads changes within one transaction.
private struct ChangeReader {
    private let before: Run
    private let after: Run
    private let account: String?
    private let statements: ChangeStatements

    init(_ db: Database, from before: Run, to after: Run, account: String?) throws {
        self.before = before
        self.after = after
        self.account = account
        statements = try ChangeStatements(db, from: before, to: after)
    }

    func page(after key: ChangeKey, limit: Int) throws -> ChangePage {
        var page = ChangePage(changes: [], next: key)
        switch key.phase {
        case .states: try readStates(&page, key, limit)
        case .unmeasured: try readUnmeasured(&page, key, limit)
        case .gone: try readGone(&page, key, limit)
        case .outstanding: try readOutstanding(&page, key, limit)
        }
        return page
    }

    // MARK: - Domains with another state than before

    private func readStates(_ page: inout ChangePage, _ key: ChangeKey, _ limit: Int) throws {
        let rows = statements.states
        // The first is after every state that began with the earlier run or before it.
        rows.bind(4, key == .start ? before.id : key.place)
        rows.bind(5, key == .start ? .max : key.domain)
        defer { rows.reset() }
        var count = 0
        // A state that turns out to be as before counts too: the read stays short.
        while count < limit, try rows.step() {
            count += 1
            let state = try statements.state(rows)
            page.next = ChangeKey(phase: .states, place: state.firstRun, domain: state.domain)
            if let change = try change(of: state, named: rows.string(ChangeStatements.nameColumn)) {
                page.changes.append(change)
            }
        }
        guard count < limit else { return }
        // A rejudge looked nothing up, so it has nothing new to say of what was not measured.
        page.next = ChangeKey(phase: after.kind == .rejudge ? .gone : .unmeasured, place: 0)
    }

    // MARK: - Domains as unmeasured as they were

    /// What could not be measured is told each time it could not, and not only the first time.
    private func readUnmeasured(_ page: inout ChangePage, _ key: ChangeKey, _ limit: Int) throws {
        let rows = statements.unmeasured
        rows.bind(4, key.domain)
        defer { rows.reset() }
        var count = 0
        while count < limit, try rows.step() {
            count += 1
            let state = try statements.state(rows)
            page.next = ChangeKey(phase: .unmeasured, place: 0, domain: state.domain)
            if let change = try change(of: state, named: rows.string(ChangeStatements.nameColumn)) {
                page.changes.append(change)
            }
        }
        if count < limit { page.next = ChangeKey(phase: .gone, place: 0) }
    }

    private func change(of state: StoredState, named name: String) throws -> DomainChange? {
        let accounts = try statements.accounts(of: state.domain, in: after.id)
        guard account.map(accounts.contains) ?? true else { return nil }
        let now = try statements.standing(of: state)
        var change = DomainChange(
            domain: name, accounts: accounts, comparison: Comparison(kind: .new), before: nil,
            after: state.side(now.findings, notAfter: after.id), differences: [])
        guard try statements.isNamed(state.domain, in: before.id) else { return change }

        var baseline = Baseline(for: now)
        var base: StoredState?
        var isSame = false
        let earlier = try statements.earlierStates(of: state.domain)
        let own = earlier.first.flatMap { $0.lastRun >= before.id ? $0 : nil }
        for stored in earlier where !baseline.isComplete && !stored.isProvisional {
            let standing = try statements.standing(of: stored)
            guard baseline.add(standing) else { continue }
            base = stored
            isSame = stored.digest == state.digest
            change.before = stored.side(standing.findings, notAfter: before.id)
        }
        let isMeasured = !state.isProvisional
        let comparison =
            isMeasured
            ? baseline.comparison(
                wasMeasured: own != nil && own?.id == base?.id, isSame: isSame)
            : Comparison(kind: .notMeasured)
        guard let comparison else { return nil }
        change.comparison = comparison
        if let base { change.differences = change.compareSides(base, state) }
        return change
    }

    // MARK: - Domains without a state in the later run

    private func readGone(_ page: inout ChangePage, _ key: ChangeKey, _ limit: Int) throws {
        try readRows(statements.gone, .gone, &page, key, limit) { domain, name in
            let accounts = try statements.accounts(of: domain, in: before.id)
            guard account.map(accounts.contains) ?? true else { return nil }
            return DomainChange(
                domain: name, accounts: accounts, comparison: Comparison(kind: .gone),
                before: try lastMeasured(domain), after: nil, differences: [])
        }
        guard page.next == nil else { return }
        if after.state != .finished {
            page.next = ChangeKey(phase: .outstanding, place: 0)
        }
    }

    private func readOutstanding(_ page: inout ChangePage, _ key: ChangeKey, _ limit: Int) throws {
        try readRows(statements.outstanding, .outstanding, &page, key, limit) { domain, name in
            let accounts = try statements.accounts(of: domain, in: after.id)
            guard account.map(accounts.contains) ?? true else { return nil }
            let isOld = try statements.isNamed(domain, in: before.id)
            return DomainChange(
                domain: name, accounts: accounts,
                comparison: Comparison(kind: isOld ? .notMeasured : .new),
                before: isOld ? try lastMeasured(domain) : nil, after: nil, differences: [])
        }
    }

    /// - Parameter rows: portfolio rows in the order of their ids: id, domain, name.
    private func readRows(
        _ rows: RawStatement, _ phase: ChangeKey.Phase, _ page: inout ChangePage,
        _ key: ChangeKey, _ limit: Int, _ change: (Int64, String) throws -> DomainChange?
    ) throws {
        rows.bind(4, key.place)
        defer { rows.reset() }
        var count = 0
        while count < limit, try rows.step() {
            count += 1
            page.next = ChangeKey(phase: phase, place: rows.int64(0))
            if let change = try change(rows.int64(1), rows.string(2)) {
                page.changes.append(change)
            }
        }
        if count < limit { page.next = nil }
    }

    private func lastMeasured(_ domain: Int64) throws -> DomainChange.Side? {
        let stored = try statements.earlierStates(of: domain).first {
            !$0.isProvisional && $0.verdict != .unmeasured
        }
        guard let stored else { return nil }
        return stored.side(try statements.standing(of: stored).findings, notAfter: before.id)
    }
}

extension DomainChange {
    fileprivate func compareSides(
        _ before: StoredState, _ after: StoredState
    ) -> [Difference] {
        guard let old = self.before, let new = self.after else { return [] }
        return Difference.allCases.filter { difference in
            switch difference {
            case .verdict: old.verdict != new.verdict
            case .causes: Set(old.causes) != Set(new.causes)
            case .severities:
                Set(old.causes) == Set(new.causes)
                    && old.findings.map(\.code).sorted() != new.findings.map(\.code).sorted()
            case .details:
                Set(old.causes) == Set(new.causes)
                    && Set(old.findings.map(\.detail)) != Set(new.findings.map(\.detail))
            case .mode: old.mode != new.mode
            case .policyID: old.policyID != new.policyID
            case .maxAge: old.maxAge != new.maxAge
            case .mxHosts: old.mxHosts != new.mxHosts
            case .evidence: before.evidence != after.evidence
            }
        }
    }
}

extension Finding {
    fileprivate var code: String { "\(cause.rawValue) \(severity.rawValue)" }
}
