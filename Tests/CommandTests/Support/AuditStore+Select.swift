@testable import Store

extension AuditStore {
    /// The columns of every row as text, as a user's own SQL tool shows them.
    func select(_ sql: String, columns: Int32) async throws -> [[String]] {
        try await read { db in
            let statement = try RawStatement(db, sql)
            defer { statement.reset() }
            var rows: [[String]] = []
            while try statement.step() { rows.append((0..<columns).map(statement.string)) }
            return rows
        }
    }
}
