/// Lends `server` to `body` and stops it in any case.
func lend<Server: Sendable, Value>(
    _ server: Server, stop: (Server) async -> Void, _ body: (Server) async throws -> Value
) async throws -> Value {
    do {
        let value = try await body(server)
        await stop(server)
        return value
    } catch {
        await stop(server)
        throw error
    }
}
