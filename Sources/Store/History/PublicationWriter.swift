internal import Audit
internal import Evidence
internal import GRDB

/// Keeps what each domain publishes, and until when: one row for each policy in turn.
///
/// Cost for a domain without a policy: one index look-up that finds nothing.
struct PublicationWriter {
    private let find: RawStatement
    private let see: RawStatement
    private let end: RawStatement
    private let add: RawStatement
    private let markSeen: RawStatement

    init(_ db: Database) throws {
        find = try RawStatement(
            db,
            """
            SELECT id, record_id, policy_sha256, mode, max_age, patterns
            FROM publication INDEXED BY publication_standing
            WHERE domain_id = ? AND gone_by IS NULL
            """)
        // A clock that was set back never makes an interval shorter.
        see = try RawStatement(
            db, "UPDATE publication SET last_seen = max(last_seen, ?2) WHERE id = ?1")
        end = try RawStatement(
            db, "UPDATE publication SET gone_by = max(last_seen, ?2) WHERE id = ?1")
        add = try RawStatement(
            db,
            """
            INSERT INTO publication (domain_id, first_seen, last_seen, record_id, policy_sha256,
                mode, max_age, patterns)
            VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        markSeen = try RawStatement(
            db, "UPDATE domain SET first_seen = ?2 WHERE id = ?1 AND first_seen IS NULL")
    }

    /// - Parameter examined: a final result; what a provisional one saw may be seen otherwise.
    func write(_ examined: Examined) throws {
        let domain = examined.candidate.id
        let now = examined.measurement.at
        switch examined.assessment.publication {
        case .unmeasured: return
        case .nothing: try endStanding(of: domain, at: now)
        case .live(let policy): try publish(policy, at: domain, now)
        }
        if examined.candidate.history.publications.observedSince == nil {
            markSeen.bind(1, domain)
            markSeen.bind(2, now.seconds)
            try markSeen.run()
        }
    }

    private func publish(_ policy: LivePolicy, at domain: Int64, _ now: Timestamp) throws {
        let patterns = policy.patterns.joined(separator: " ")
        if let standing = try standing(of: domain) {
            let isSame =
                find.string(1) == policy.recordID && find.string(2) == policy.digest.hex
                && find.string(3) == policy.mode && find.int(4) == policy.maxAge
                && find.string(5) == patterns
            find.reset()
            try run(isSame ? see : end, standing, now)
            if isSame { return }
        } else {
            find.reset()
        }
        add.bind(1, domain)
        add.bind(2, now.seconds)
        add.bind(3, policy.recordID)
        add.bind(4, policy.digest.hex)
        add.bind(5, policy.mode)
        add.bind(6, policy.maxAge)
        add.bind(7, patterns)
        try add.run()
    }

    private func endStanding(of domain: Int64, at now: Timestamp) throws {
        let standing = try standing(of: domain)
        find.reset()
        if let standing { try run(end, standing, now) }
    }

    /// Leaves `find` at the row found, for the caller to reset.
    private func standing(of domain: Int64) throws -> Int64? {
        find.bind(1, domain)
        return try find.step() ? find.int64(0) : nil
    }

    private func run(_ statement: RawStatement, _ row: Int64, _ now: Timestamp) throws {
        statement.bind(1, row)
        statement.bind(2, now.seconds)
        try statement.run()
    }
}
