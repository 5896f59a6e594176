internal import Foundation
internal import GRDB

/// The file that holds portfolios, runs and everything that was found: SQLite in WAL mode.
///
/// One process writes, on one serial queue (see `ActiveRun`); reports read at the same time, in
/// short transactions, and see what was committed. Open a file once per process and share the
/// value. No method blocks the calling thread: work happens on the database's own queues.
/// Cancelling a task does not cancel its database access, so that what was found is kept.
public final class AuditStore: Sendable {
    public let path: String
    let pool: DatabasePool
    /// The secret of the file's hashes.
    let key: SipHash.Key

    /// How long an access waits for another process before it is `StoreError.busy`, in seconds.
    public static let busySeconds = 10.0

    public enum Opening: Hashable, Sendable {
        /// The file must be there.
        case existing
        /// It is made when it is not there.
        case orCreate
    }

    /// Opens the file, and brings an older schema up to date.
    ///
    /// Blocks the calling thread: for start-up only.
    ///
    /// - Throws: `.notFound`, `.notAStore`, `.newerSchema`, `.readOnly`, `.cannotOpen`, `.busy`.
    public convenience init(path: String, opening: Opening = .orCreate) throws(StoreError) {
        try self.init(path: path, opening: opening, migrator: Schema.migrator)
    }

    init(path: String, opening: Opening, migrator: DatabaseMigrator) throws(StoreError) {
        if opening == .existing, !Self.isFile(path) { throw .notFound(path: path) }
        self.path = path
        do {
            (pool, key) = try Self.open(path: path, migrator: migrator)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Ends all access and folds the WAL back into the file. Reading on is an error.
    public func close() throws(StoreError) {
        do {
            // The pool closes its readers last, and these cannot fold it. Another process that
            // reads may hold it too: whoever closes next then folds it.
            pool.writeWithoutTransaction { db in _ = try? db.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = 2
        // The references are declared for those who read the schema. All rows are written here,
        // parents first; checking them again would cost two look-ups for every domain.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            // In KiB, whatever the size of the file: memory must not grow with the portfolio. The
            // kernel caches the file too; a reader goes through it once, in order.
            let cache = db.configuration.readonly ? 512 : 2048
            try db.execute(sql: "PRAGMA cache_size = -\(cache)")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    static func isFile(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}

// MARK: - Access

extension AuditStore {
    /// One transaction on the writer's queue.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = path
        let result = await withCheckedContinuation { continuation in
            pool.asyncWrite(body) { _, result in
                continuation.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }

    /// For what cannot be done within a transaction, on the writer's queue.
    func writeWithoutTransaction(
        _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws(StoreError) {
        let path = path
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                let result = Result { try body(db) }
                continuation.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        try result.get()
    }

    /// One snapshot on a reader's queue.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = path
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                let result = Result { try body(database.get()) }
                continuation.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }
}
