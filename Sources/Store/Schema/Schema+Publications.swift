internal import Foundation
internal import GRDB
internal import MTASTS

/// What the looks of version 2 saw published, for migration "3 history": without it a file would
/// claim to have watched a domain for as long as it has, and to have seen no policy.
extension Schema {
    static func addPublications(_ db: Database) throws {
        // Without mail, and where something was not measured, nothing tells what was published.
        try db.execute(
            sql: """
                UPDATE domain SET first_seen = (
                    SELECT min(s.first_measured_at) FROM state s
                    WHERE s.domain_id = domain.id AND NOT s.provisional
                        AND s.verdict NOT IN ('unmeasured', 'no-mail'))
                """)
        let looks = try Row.fetchCursor(
            db,
            sql: """
                SELECT s.domain_id, s.first_measured_at AS since, s.measured_at, s.evidence_id,
                    s.policy_id, s.mode, s.max_age
                FROM state s
                WHERE NOT s.provisional AND s.verdict NOT IN ('unmeasured', 'no-mail')
                    AND EXISTS (SELECT 1 FROM state o WHERE o.domain_id = s.domain_id
                        AND \(isLive("o")))
                ORDER BY s.domain_id, s.first_measured_at, s.id
                """)
        var standing: Standing?
        while let look = try looks.next() {
            let domain: Int64 = look["domain_id"]
            if let last = standing, last.domain != domain {
                try last.write(db, goneBy: nil)
                standing = nil
            }
            let seen = try Standing(db, look)
            if let last = standing, let seen, last.isSame(as: seen) {
                standing?.lastSeen = max(last.lastSeen, seen.lastSeen)
                continue
            }
            try standing?.write(db, goneBy: look["since"])
            standing = seen
        }
        try standing?.write(db, goneBy: nil)
    }

    /// A usable record with a usable policy: no other state has all three.
    private static func isLive(_ state: String) -> String {
        "\(state).policy_id IS NOT NULL AND \(state).mode IS NOT NULL "
            + "AND \(state).max_age IS NOT NULL AND \(state).verdict <> 'ineffective'"
    }
}

/// A policy that stood when it was last looked at.
private struct Standing {
    var domain: Int64
    var recordID: String
    var digest: String
    var mode: String
    var maxAge: Int
    var patterns: String
    var firstSeen: Int64
    var lastSeen: Int64

    /// Nil for a look that found nothing live.
    init?(_ db: Database, _ look: Row) throws {
        guard let recordID = look["policy_id"] as String?, let mode = look["mode"] as String?,
            let maxAge = look["max_age"] as Int?
        else { return nil }
        // Several addresses may have served several texts: the one that was judged.
        let bodies = try Row.fetchAll(
            db,
            sql: """
                SELECT b.sha256, b.body FROM evidence e
                JOIN json_each(e.facts, '$.fetches') f
                JOIN policy_body b ON b.sha256 =
                    json_extract(f.value, '$.outcome.response._0.body')
                WHERE e.id = ? ORDER BY f.key
                """, arguments: [look["evidence_id"] as Int64])
        for body in bodies {
            let policy = STSPolicyReading.read([UInt8](body["body"] as Data)).policy
            guard let policy, policy.mode.rawValue == mode, policy.maxAge == maxAge
            else { continue }
            self.init(
                domain: look["domain_id"], recordID: recordID, digest: body["sha256"], mode: mode,
                maxAge: maxAge, patterns: policy.mx.map(\.description).joined(separator: " "),
                firstSeen: look["since"], lastSeen: look["measured_at"])
            return
        }
        return nil
    }

    private init(
        domain: Int64, recordID: String, digest: String, mode: String, maxAge: Int,
        patterns: String, firstSeen: Int64, lastSeen: Int64
    ) {
        self.domain = domain
        self.recordID = recordID
        self.digest = digest
        self.mode = mode
        self.maxAge = maxAge
        self.patterns = patterns
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }

    func isSame(as other: Standing) -> Bool {
        recordID == other.recordID && digest == other.digest
    }

    func write(_ db: Database, goneBy: Int64?) throws {
        try db.execute(
            sql: """
                INSERT INTO publication (domain_id, record_id, policy_sha256, mode, max_age,
                    patterns, first_seen, last_seen, gone_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                domain, recordID, digest, mode, maxAge, patterns, firstSeen, lastSeen,
                goneBy.map { max($0, lastSeen) },
            ])
    }
}
