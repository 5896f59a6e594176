internal import Report
internal import Store

/// The account that a person names.
enum AccountChoice {
    /// - Throws: when no row of the run has the account, with some that there are.
    static func check(_ account: String, in run: Run, of store: AuditStore) async throws {
        if try await !store.rows(of: run, account: account, limit: 1).isEmpty { return }
        let known = try await store.accountCounts(of: run, limit: 5).map(\.account)
            .filter { !$0.isEmpty }
        let some =
            known.isEmpty
            ? "its portfolio has no account column"
            : "there are: " + known.map(InertText.line).joined(separator: ", ")
                + " (report --format causes and domains.csv have more)"
        throw CommandFailure(
            "run \(run.id) has no account '\(InertText.line(account))'; \(some)")
    }
}
