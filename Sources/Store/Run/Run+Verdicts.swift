internal import Audit
internal import GRDB

/// The counts of `run_verdict`, kept with every batch: counting at the end would read every state
/// of the file's past.
extension Run {
    /// - Parameter changes: domains of each verdict, more or less than before.
    func count(_ changes: [Verdict: Int], _ db: Database) throws {
        let change = try RawStatement(
            db,
            """
            INSERT INTO run_verdict (run_id, verdict, domains) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET domains = domains + excluded.domains
            """)
        let remove = try RawStatement(
            db, "DELETE FROM run_verdict WHERE run_id = ? AND domains = 0")
        change.bind(1, id)
        for (verdict, domains) in changes where domains != 0 {
            change.bind(2, verdict.rawValue)
            change.bind(3, domains)
            try change.run()
        }
        remove.bind(1, id)
        try remove.run()
    }

    /// For a run that is taken up: version 2 counted only at the end of a run.
    func countAgain(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM run_verdict WHERE run_id = ?", arguments: [id])
        try db.execute(
            sql: """
                INSERT INTO run_verdict (run_id, verdict, domains)
                SELECT ?1, verdict, count(*) FROM state WHERE last_run = ?1 GROUP BY verdict
                """, arguments: [id])
    }
}
