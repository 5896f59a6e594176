internal import GRDB
internal import GRDBSQLite

/// A cached statement driven by SQLite's own calls.
///
/// Binding through GRDB's argument lists costs more than the statement itself on the paths that
/// every domain takes (measured: 365,000 to 460,000 rows a second against 890,000). Only for use
/// inside one database access, on its queue; never for statements that begin or end a
/// transaction or change the schema, which GRDB must see.
///
/// Safe to use although made of a pointer: `statement` keeps the handle alive, every bound text or
/// blob is copied by SQLite, and every column is copied out.
@safe
struct RawStatement {
    private let database: Database
    private let statement: Statement
    private let handle: SQLiteStatement

    init(_ database: Database, _ sql: String) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
        unsafe handle = statement.sqliteStatement
        unsafe sqlite3_reset(handle)
    }

    /// Makes SQLite copy what is bound.
    private static var transient: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    // MARK: Binding, by index from 1

    func bind(_ index: Int32, _ value: Int64) {
        unsafe sqlite3_bind_int64(handle, index, value)
    }

    func bind(_ index: Int32, _ value: Int) { bind(index, Int64(value)) }

    func bind(_ index: Int32, _ value: Int64?) {
        guard let value else { return bindNull(index) }
        bind(index, value)
    }

    func bind(_ index: Int32, _ value: Int?) { bind(index, value.map(Int64.init)) }

    func bind(_ index: Int32, _ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            // An empty buffer may have no address, which SQLite would take for NULL.
            guard let start = utf8.baseAddress else {
                unsafe sqlite3_bind_text(handle, index, "", 0, Self.transient)
                return
            }
            let count = Int32(clamping: utf8.count)
            unsafe start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                _ = unsafe sqlite3_bind_text(handle, index, $0, count, Self.transient)
            }
        }
    }

    func bind(_ index: Int32, _ value: String?) {
        guard let value else { return bindNull(index) }
        bind(index, value)
    }

    func bind(_ index: Int32, blob bytes: [UInt8]) {
        if bytes.isEmpty {
            unsafe sqlite3_bind_zeroblob(handle, index, 0)
            return
        }
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe sqlite3_bind_blob(
                handle, index, buffer.baseAddress, Int32(clamping: buffer.count), Self.transient)
        }
    }

    func bind(_ index: Int32, text bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe sqlite3_bind_text(
                handle, index, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: buffer.count), Self.transient)
        }
    }

    /// The value of a column of another statement's current row, of this connection or another.
    func bind(_ index: Int32, column: Int32, of row: RawStatement) {
        unsafe sqlite3_bind_value(handle, index, sqlite3_column_value(row.handle, column))
    }

    func bind(_ index: Int32, _ hash: SipHash.Value) {
        // On every domain's path: no array is made for it.
        let words = (hash.first.littleEndian, hash.second.littleEndian)
        unsafe withUnsafeBytes(of: words) { buffer in
            _ = unsafe sqlite3_bind_blob(
                handle, index, buffer.baseAddress, Int32(buffer.count), Self.transient)
        }
    }

    private func bindNull(_ index: Int32) { unsafe sqlite3_bind_null(handle, index) }

    // MARK: Running

    /// Whether there is a row to read.
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage,
                sql: statement.sql)
            reset()
            throw error
        }
    }

    /// Ends the current execution; bound values stay.
    func reset() { unsafe sqlite3_reset(handle) }

    /// Executes to the end, for statements without rows.
    func run() throws {
        while try step() {}
        reset()
    }

    // MARK: Columns of the current row, by index from 0

    func isNull(_ index: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, index) == SQLITE_NULL
    }

    func int64(_ index: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, index) }

    func int(_ index: Int32) -> Int { Int(int64(index)) }

    func optionalInt64(_ index: Int32) -> Int64? { isNull(index) ? nil : int64(index) }

    func optionalInt(_ index: Int32) -> Int? { isNull(index) ? nil : int(index) }

    /// The text with everything in it, NUL characters included; empty for NULL.
    func string(_ index: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, index) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, index))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalString(_ index: Int32) -> String? { isNull(index) ? nil : string(index) }

    func blob(_ index: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, index) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(handle, index))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A stored hash, without allocating; nil when the blob is none.
    func hash(_ index: Int32) -> SipHash.Value? {
        guard let start = unsafe sqlite3_column_blob(handle, index),
            unsafe sqlite3_column_bytes(handle, index) == 16
        else { return nil }
        let first = unsafe start.loadUnaligned(as: UInt64.self)
        let second = unsafe start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return SipHash.Value(
            first: UInt64(littleEndian: first), second: UInt64(littleEndian: second))
    }
}
