public import Audit
public import Evidence
internal import GRDB
internal import MTASTS

/// What a finished run has seen of a domain, to be judged again.
public struct StoredLook: Sendable {
    /// With what was known of the domain before the look.
    public var candidate: Candidate
    /// Policy bodies and certificates filled in.
    public var evidence: Evidence
    /// As it was then.
    public var measurement: Measurement
    /// The row of the evidence, and its hash: it is not written anew, and an unchanged judgement
    /// of it is unchanged even when a later version of the tool writes evidence in another way.
    let stored: StoredEvidence
}

/// A row of `evidence`.
struct StoredEvidence: Hashable, Sendable {
    var id: Int64
    var digest: SipHash.Value
}

extension ActiveRun {
    /// The next domains of a run of kind rejudge, in the order of their ids, with all that they
    /// were judged by: the evidence, the moment, and the history as it was then.
    ///
    /// - Parameters:
    ///   - after: the id of the last candidate taken; 0 at first.
    ///   - limit: at most this many; a policy body has up to 64 KiB, so some hundreds are good.
    public func storedLooks(
        after: Int64 = 0, limit: Int
    ) async throws(StoreError) -> [StoredLook] {
        let run = run
        return try await store.read { db in
            let rows = try RawStatement(
                db,
                """
                SELECT d.id, d.name, d.first_seen, e.expected_mode, v.id, v.digest, v.facts,
                    s.measured_at, s.elapsed_ms, s.queries, s.requests, s.record_ttl, s.mx_ttl
                FROM domain d
                CROSS JOIN entry e INDEXED BY entry_by_domain
                    ON e.domain_id = d.id AND e.last_run = ?1
                CROSS JOIN state s INDEXED BY state_by_domain
                    ON s.domain_id = d.id AND s.portfolio_id = e.portfolio_id AND s.last_run = ?3
                CROSS JOIN evidence v ON v.id = s.evidence_id
                WHERE d.id > ?2 ORDER BY d.id
                """)
            rows.bind(1, run.id)
            rows.bind(2, after)
            rows.bind(3, run.previous)
            defer { rows.reset() }
            var looks: [StoredLook] = []
            var reader = try EvidenceReader(db)
            // A domain comes once for each portfolio row that names it, one after the other.
            while try rows.step() {
                if looks.last?.candidate.id != rows.int64(0) {
                    if looks.count == limit { break }
                    looks.append(try Self.look(rows, &reader))
                }
                if let mode = ExpectedMode(rawValue: rows.string(3)) {
                    looks[looks.count - 1].candidate.expectations.modes.insert(mode)
                }
            }
            try Self.fillHistory(&looks, db)
            return looks
        }
    }

    private static func look(
        _ rows: RawStatement, _ reader: inout EvidenceReader
    ) throws -> StoredLook {
        guard let digest = rows.hash(5) else { throw Damage(detail: "evidence has no digest") }
        var candidate = Candidate(id: rows.int64(0), domain: try .stored(rows.string(1)))
        candidate.history.publications.observedSince =
            rows.optionalInt64(2).map(Timestamp.init(seconds:))
        return StoredLook(
            candidate: candidate, evidence: try reader.read(rows.blob(6)),
            measurement: Measurement(
                at: Timestamp(seconds: rows.int64(7)), elapsedMilliseconds: rows.int(8),
                queries: rows.int(9), requests: rows.int(10),
                recordTTL: rows.optionalInt64(11).map(UInt32.init(clamping:)),
                mxTTL: rows.optionalInt64(12).map(UInt32.init(clamping:))),
            stored: StoredEvidence(id: rows.int64(4), digest: digest))
    }

    private static func fillHistory(_ looks: inout [StoredLook], _ db: Database) throws {
        guard let earliest = looks.map(\.measurement.at).min() else { return }
        var candidates = looks.map(\.candidate)
        try PublicationReader(db).fill(&candidates, at: earliest)
        let reports = try ReportedReader(db)
        for index in looks.indices {
            let moment = looks[index].measurement.at
            candidates[index].history.reports = try reports.reported(
                of: candidates[index].domain, at: moment, known: moment)
            looks[index].candidate = candidates[index]
            looks[index].candidate.history.publications =
                candidates[index].history.publications.before(moment)
        }
    }

    /// Commits the judgements of a batch of looks, all or nothing.
    ///
    /// A domain that is judged as before stays in its state, which goes on into this run; moments
    /// and timings stay those of the look.
    @discardableResult
    public func record(
        rejudged batch: [(look: StoredLook, assessment: Assessment)]
    ) async throws(StoreError) -> RecordSummary {
        let run = run
        let key = store.key
        return try await store.write { db in
            var writer = try StateWriter(db, run: run, key: key)
            for (look, assessment) in batch {
                try writer.write(
                    Examined(
                        candidate: look.candidate, evidence: look.evidence,
                        measurement: look.measurement, assessment: assessment),
                    stored: look.stored)
            }
            return try writer.finish()
        }
    }

    /// Takes a rejudge that was not finished back, and gives the lock back: the file is as if it
    /// had not been begun, but for a run that failed.
    public func abandonRejudge() async throws(StoreError) {
        let run = run
        guard run.kind == .rejudge else { return }
        try await store.write { db in try run.undoRejudge(db) }
        releaseLock()
    }
}

extension PublicationHistory {
    /// What was known when a look at `moment` was judged: nothing of that look or of later ones.
    func before(_ moment: Timestamp) -> PublicationHistory {
        var earlier = self
        if let since = observedSince, since >= moment { earlier.observedSince = nil }
        earlier.policies = policies.compactMap { policy in
            guard policy.firstSeen < moment else { return nil }
            var policy = policy
            policy.lastSeen = min(policy.lastSeen, moment)
            if let gone = policy.goneBy, gone >= moment { policy.goneBy = nil }
            return policy
        }
        return earlier
    }
}
