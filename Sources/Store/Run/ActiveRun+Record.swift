public import Audit
internal import Evidence
internal import GRDB

/// What became of a batch.
public struct RecordSummary: Hashable, Sendable {
    /// The domain is as it was: its interval grew.
    public var unchanged = 0
    /// The domain is new, or something about it is.
    public var changed = 0
    /// Already recorded in this run, and left alone.
    public var ignored = 0
}

extension ActiveRun {
    /// Commits the results of a batch, all or nothing; about 1,000 at a time is good.
    ///
    /// A domain counts once in a run: a second final result is ignored, and a final one takes the
    /// place of a provisional one. Cost: about ten microseconds for an unchanged domain.
    @discardableResult
    public func record(_ batch: [Examined]) async throws(StoreError) -> RecordSummary {
        let run = run
        let key = store.key
        return try await store.write { db in
            var writer = try StateWriter(db, run: run, key: key)
            for examined in batch { try writer.write(examined) }
            return try writer.finish()
        }
    }
}

/// Writes results within one transaction.
///
/// The latest state of a domain always has the row that its first one had: when another follows,
/// the old one moves to the end of the table. So the rows that each night touches stay side by
/// side, as many pages as at the start, however many old states the file gathers.
struct StateWriter {
    private var summary = RecordSummary()
    /// Domains of each verdict, more or less than before the batch.
    private var counts: [Verdict: Int] = [:]
    private let run: Run
    private let portfolio: Int64
    private let key: SipHash.Key
    private let db: Database
    private var facts = JSONWriter()
    private var judgement = JSONWriter()
    private let latest: RawStatement
    private let extend: RawStatement
    private let add: RawStatement
    private let copyAway: RawStatement
    private let moveFindings: RawStatement
    private let addFinding: RawStatement
    private let removeFindings: RawStatement
    private let remove: RawStatement
    private var evidence: EvidenceWriter
    private let publication: PublicationWriter

    init(_ db: Database, run: Run, key: SipHash.Key) throws {
        self.db = db
        self.run = run
        self.key = key
        portfolio = try run.portfolioID(db)
        evidence = try EvidenceWriter(db)
        publication = try PublicationWriter(db)
        latest = try RawStatement(
            db,
            """
            SELECT id, last_run, provisional, digest, verdict FROM state INDEXED BY state_by_domain
            WHERE domain_id = ?1 AND portfolio_id = ?2 ORDER BY first_run DESC LIMIT 1
            """)
        latest.bind(2, portfolio)
        extend = try RawStatement(
            db,
            """
            UPDATE state SET last_run = ?1, measured_at = ?2, elapsed_ms = ?3, queries = ?4,
                requests = ?5, record_ttl = ?6, mx_ttl = ?7, recheck_after = ?8,
                recheck_at_least = ?9
            WHERE id = ?10
            """)
        let columns = """
            last_run, measured_at, elapsed_ms, queries, requests, record_ttl, mx_ttl,
            recheck_after, recheck_at_least, domain_id, portfolio_id, first_run,
            first_measured_at, provisional, verdict, severity, mode, policy_id, max_age, mx_hosts,
            causes, evidence_id, digest
            """
        add = try RawStatement(
            db,
            """
            INSERT OR REPLACE INTO state (\(columns), id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?1, ?2, ?12, ?13, ?14, ?15,
                ?16, ?17, ?18, ?19, ?20, ?21, ?22)
            """)
        copyAway = try RawStatement(
            db,
            "INSERT INTO state (\(columns)) SELECT \(columns) FROM state WHERE id = ?")
        moveFindings = try RawStatement(
            db, "UPDATE finding SET state_id = ?2 WHERE state_id = ?1")
        addFinding = try RawStatement(
            db,
            """
            INSERT INTO finding (state_id, position, cause, severity, detail, line, column)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        removeFindings = try RawStatement(db, "DELETE FROM finding WHERE state_id = ?")
        remove = try RawStatement(db, "DELETE FROM state WHERE id = ?")
    }

    /// - Parameter stored: where the evidence is already, for a run that judges it again.
    mutating func write(_ examined: Examined, stored: StoredEvidence? = nil) throws {
        let domain = examined.candidate.id
        var last = try latestState(of: domain)
        if let state = last, state.lastRun == run.id {
            guard state.isProvisional, !examined.isProvisional else {
                summary.ignored += 1
                return
            }
            // Settled: the provisional row stood for nothing but this run.
            try delete(state.id)
            if let verdict = state.verdict { counts[verdict, default: 0] -= 1 }
            last = try latestState(of: domain)
        }
        counts[examined.assessment.verdict, default: 0] += 1

        // What a rejudged look found was published when it was seen, not now.
        if !examined.isProvisional, run.kind != .rejudge { try publication.write(examined) }

        if stored == nil {
            facts.removeAll()
            facts.evidence(examined.evidence)
        }
        let evidenceHash = stored?.digest ?? SipHash.hash(facts.bytes, key: key)
        judgement.removeAll()
        judgement.assessment(examined.assessment)
        var hash = SipHash(key: key)
        hash.combine(evidenceHash)
        hash.combine(judgement.bytes)
        let digest = hash.finish()

        // An interval is without gaps: it goes on only from the run before, so that a run that
        // did not come to this domain is not among those that saw it so. A provisional result
        // never becomes part of one: the last pass may decide otherwise.
        if !examined.isProvisional, let state = last, !state.isProvisional,
            let previous = run.previous, state.lastRun >= previous, state.digest == digest
        {
            bindMeasurement(extend, examined)
            extend.bind(10, state.id)
            try extend.run()
            summary.unchanged += 1
            return
        }
        let evidenceID =
            try stored?.id ?? evidence.id(of: examined.evidence, facts.bytes, evidenceHash)
        if let last { try moveAway(last.id) }
        try insert(examined, evidenceID, digest, at: last?.id)
        summary.changed += 1
    }

    /// Counts the batch into the run; no write after it.
    func finish() throws -> RecordSummary {
        try run.count(counts, db)
        return summary
    }

    private struct Latest {
        var id: Int64
        var lastRun: Int64
        var isProvisional: Bool
        var digest: SipHash.Value?
        var verdict: Verdict?
    }

    private func latestState(of domain: Int64) throws -> Latest? {
        latest.bind(1, domain)
        defer { latest.reset() }
        guard try latest.step() else { return nil }
        return Latest(
            id: latest.int64(0), lastRun: latest.int64(1), isProvisional: latest.int64(2) != 0,
            digest: latest.hash(3), verdict: Verdict(rawValue: latest.string(4)))
    }

    /// Gives a state and its findings a new row; the old one is there to be replaced.
    private func moveAway(_ state: Int64) throws {
        copyAway.bind(1, state)
        try copyAway.run()
        moveFindings.bind(1, state)
        moveFindings.bind(2, db.lastInsertedRowID)
        try moveFindings.run()
    }

    private func delete(_ state: Int64) throws {
        removeFindings.bind(1, state)
        try removeFindings.run()
        remove.bind(1, state)
        try remove.run()
    }

    /// Parameters 1 to 9, the same in both statements.
    private func bindMeasurement(_ statement: RawStatement, _ examined: Examined) {
        let measurement = examined.measurement
        statement.bind(1, run.id)
        statement.bind(2, measurement.at.seconds)
        statement.bind(3, measurement.elapsedMilliseconds)
        statement.bind(4, measurement.queries)
        statement.bind(5, measurement.requests)
        statement.bind(6, measurement.recordTTL.map(Int64.init))
        statement.bind(7, measurement.mxTTL.map(Int64.init))
        let recheck = examined.assessment.recheck
        statement.bind(8, recheck?.after.seconds)
        statement.bind(9, recheck?.isAtLeast == true ? 1 : 0)
    }

    /// - Parameter row: to be taken over; nil for a new one.
    private func insert(
        _ examined: Examined, _ evidenceID: Int64, _ digest: SipHash.Value, at row: Int64?
    ) throws {
        let assessment = examined.assessment
        bindMeasurement(add, examined)
        add.bind(10, examined.candidate.id)
        add.bind(11, portfolio)
        add.bind(12, examined.isProvisional ? 1 : 0)
        add.bind(13, assessment.verdict.rawValue)
        add.bind(14, assessment.severity?.rawValue)
        add.bind(15, assessment.mode)
        add.bind(16, assessment.policyID)
        add.bind(17, assessment.maxAge)
        add.bind(18, assessment.mxHosts.map(\.host).joined(separator: " "))
        add.bind(19, assessment.findings.map(\.cause.rawValue).joined(separator: " "))
        add.bind(20, evidenceID)
        add.bind(21, digest)
        add.bind(22, row)
        try add.run()
        let state = db.lastInsertedRowID
        for (position, finding) in assessment.findings.enumerated() {
            addFinding.bind(1, state)
            addFinding.bind(2, position)
            addFinding.bind(3, finding.cause.rawValue)
            addFinding.bind(4, finding.severity.rawValue)
            addFinding.bind(5, finding.detail)
            addFinding.bind(6, finding.line)
            addFinding.bind(7, finding.column)
            try addFinding.run()
        }
    }
}
