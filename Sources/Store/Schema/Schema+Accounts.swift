internal import GRDB

/// Migration "5 accounts": the rows of an account without a pass over the whole portfolio, for
/// reports by account.
extension Schema {
    static func addAccountIndex(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE INDEX entry_by_account ON entry (portfolio_id, account, line)
                    WHERE account IS NOT NULL
                """)
    }
}
