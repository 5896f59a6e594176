public import Audit
public import Evidence
internal import Foundation
internal import GRDB
internal import MTASTS

extension ActiveRun {
    /// Takes in the next rows of the portfolio, in any number; 1,000 to 10,000 at a time is good.
    ///
    /// A row that the run before had too, with equal content, is the same row, even on another
    /// line. Rows with the same content within one portfolio stay as many as they are.
    public func ingest(_ rows: [PortfolioRow]) async throws(StoreError) {
        let run = run
        try await store.write { db in
            let writer = try EntryWriter(db, run: run)
            for row in rows { try writer.write(row) }
        }
    }

    /// Ends the intake: the run's rows and domains are now known.
    public func finishIngest(
        header: PortfolioHeader, at now: Timestamp
    ) async throws(StoreError) {
        let id = id
        try await store.write { db in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            try db.execute(
                sql: """
                    UPDATE run SET ingested_at = ?2, header = ?3,
                        (row_count, invalid_count, domain_count) = (
                            SELECT count(*), count(*) - count(domain_id),
                                count(DISTINCT domain_id)
                            FROM entry WHERE last_run = ?1)
                    WHERE id = ?1
                    """,
                arguments: [
                    id, now.seconds, String(decoding: try encoder.encode(header), as: UTF8.self),
                ])
        }
    }
}

/// Writes portfolio rows within one transaction.
private struct EntryWriter {
    private let run: Run
    private let portfolio: Int64
    private let findDomain: RawStatement
    private let addDomain: RawStatement
    private let findEntry: RawStatement
    private let findInvalid: RawStatement
    private let keep: RawStatement
    private let move: RawStatement
    private let add: RawStatement
    private let db: Database

    init(_ db: Database, run: Run) throws {
        self.db = db
        self.run = run
        portfolio = try run.portfolioID(db)
        findDomain = try RawStatement(db, "SELECT id FROM domain WHERE name = ?")
        addDomain = try RawStatement(db, "INSERT INTO domain (name) VALUES (?)")
        // A row already found again has this run as its last: the next equal row of the
        // portfolio finds the next one.
        let content = """
            portfolio_id = ?2 AND last_run = ?3 AND account IS ?4 AND expected_mode IS ?5
                AND tags IS ?6 AND carried IS ?7
            """
        findEntry = try RawStatement(
            db,
            """
            SELECT id, line FROM entry INDEXED BY entry_by_domain
            WHERE domain_id = ?1 AND \(content) AND input IS ?8 ORDER BY line LIMIT 1
            """)
        findInvalid = try RawStatement(
            db,
            """
            SELECT id, line FROM entry INDEXED BY entry_by_input
            WHERE input = ?1 AND domain_id IS NULL AND \(content) AND problem IS ?8
            ORDER BY line LIMIT 1
            """)
        // Two statements: one that names `line` would rewrite its index for every row.
        keep = try RawStatement(db, "UPDATE entry SET last_run = ?1 WHERE id = ?2")
        move = try RawStatement(db, "UPDATE entry SET last_run = ?1, line = ?3 WHERE id = ?2")
        add = try RawStatement(
            db,
            """
            INSERT INTO entry (domain_id, portfolio_id, first_run, account, expected_mode, tags,
                carried, input, problem, line, last_run)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?3)
            """)
    }

    func write(_ row: PortfolioRow) throws {
        let carried = row.carried.isEmpty ? nil : JSONStrings.encode(row.carried)
        let domain = try row.domain.map(domainID)
        let input = row.input == row.domain?.description ? nil : row.input
        if let previous = run.previous,
            let found = try find(row, domain, input, carried, previous)
        {
            let update = found.line == row.line ? keep : move
            update.bind(1, run.id)
            update.bind(2, found.id)
            if found.line != row.line { update.bind(3, row.line) }
            try update.run()
            return
        }
        add.bind(1, domain)
        bindContent(add, row, carried, run: run.id)
        add.bind(8, input)
        add.bind(9, domain == nil ? (row.problem ?? .badRow).rawValue : nil)
        add.bind(10, row.line)
        try add.run()
    }

    private func domainID(_ domain: DomainName) throws -> Int64 {
        findDomain.bind(1, domain.description)
        if try findDomain.step() {
            defer { findDomain.reset() }
            return findDomain.int64(0)
        }
        findDomain.reset()
        addDomain.bind(1, domain.description)
        try addDomain.run()
        return db.lastInsertedRowID
    }

    private func find(
        _ row: PortfolioRow, _ domain: Int64?, _ input: String?, _ carried: String?,
        _ previous: Int64
    ) throws -> (id: Int64, line: Int)? {
        let statement = domain == nil ? findInvalid : findEntry
        if let domain {
            statement.bind(1, domain)
            statement.bind(8, input)
        } else {
            statement.bind(1, input)
            statement.bind(8, (row.problem ?? .badRow).rawValue)
        }
        bindContent(statement, row, carried, run: previous)
        defer { statement.reset() }
        return try statement.step() ? (statement.int64(0), statement.int(1)) : nil
    }

    /// Parameters 2 to 7, the same in all statements. Empty fields are NULL.
    private func bindContent(
        _ statement: RawStatement, _ row: PortfolioRow, _ carried: String?, run: Int64
    ) {
        statement.bind(2, portfolio)
        statement.bind(3, run)
        statement.bind(4, row.account.isEmpty ? nil : row.account)
        statement.bind(5, row.expectedMode?.rawValue)
        statement.bind(6, row.tags.isEmpty ? nil : row.tags)
        statement.bind(7, carried)
    }
}
