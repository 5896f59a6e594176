internal import Store

/// The run that a command is about.
enum RunChoice {
    /// - Parameter number: nil for the latest run whose portfolio was read.
    static func run(_ number: Int64?, of store: AuditStore) async throws -> Run {
        if let number { return try await store.run(number) }
        guard let latest = try await store.latestRun() else {
            throw CommandFailure("\(store.path) holds no run yet; start one with stsaudit audit")
        }
        return latest
    }
}
