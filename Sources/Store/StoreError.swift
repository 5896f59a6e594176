internal import GRDB

/// Why the store could not do what was asked.
///
/// The text of `description` is meant for the person who started the run: it says what is wrong
/// and what to do about it.
public enum StoreError: Error, Hashable, Sendable {
    /// There is no file at the path, and none was to be made.
    case notFound(path: String)
    /// The file is no SQLite database, or one of another program.
    case notAStore(path: String)
    /// The file was written by a later version of this tool.
    case newerSchema(path: String)
    /// Another process runs an audit on this file. `holder` is its process id, when known.
    case runInProgress(path: String, holder: Int32?)
    /// Another process kept the file locked for longer than `AuditStore.busySeconds`.
    case busy(path: String)
    case readOnly(path: String)
    case diskFull(path: String)
    /// The path cannot be opened or created.
    case cannotOpen(path: String)
    /// The content contradicts itself: a damaged file, or one edited by hand.
    case damaged(path: String, detail: String)
    /// There is no run of this portfolio that could be resumed.
    case nothingToResume(path: String)
    /// The last run was of another version of the portfolio: what is left to do is unknown.
    case portfolioChanged(path: String)
    /// The runs of this portfolio in the file are about another part of it, nil being the whole.
    case otherShard(path: String, stored: Shard?, asked: Shard?)
    /// The file was merged from the stores of shards, and is to have no run of its own.
    case merged(path: String)
    /// The stores of shards do not make one store.
    case cannotMerge(MergeRefusal)
    /// Only the latest run of a portfolio can be judged again, and only when it is finished.
    case cannotRejudge(path: String, run: Int64, latest: Int64)
    /// No run has this number.
    case noSuchRun(path: String, run: Int64)
    /// Any other failure: SQLite's extended result code.
    case database(path: String, code: Int32, message: String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFound(let path):
            "There is no file \(path)."
        case .notAStore(let path):
            "\(path) is not a store of this tool; give another path."
        case .newerSchema(let path):
            "\(path) was written by a later version of this tool; update the tool to read it."
        case .runInProgress(let path, let holder):
            "Another run is writing to \(path)\(holder.map { " (process \($0))" } ?? ""); "
                + "wait until it has ended, or give another path."
        case .busy(let path):
            "Another process keeps \(path) locked; end it and try again."
        case .readOnly(let path):
            "\(path) cannot be written to; check the rights of the file and of its folder."
        case .diskFull(let path):
            "The disk that holds \(path) is full; free some space and resume the run."
        case .cannotOpen(let path):
            "\(path) cannot be opened; check that the folder exists and may be written to."
        case .damaged(let path, let detail):
            "\(path) is damaged (\(detail)); restore it from a backup or start a new file."
        case .nothingToResume(let path):
            "There is no interrupted run of this portfolio in \(path); start a new run."
        case .portfolioChanged(let path):
            "The portfolio has changed since the interrupted run in \(path); start a new run."
        case .otherShard(let path, let stored, let asked):
            "The runs of this portfolio in \(path) are about \(Self.part(stored)), not "
                + "\(Self.part(asked)): a domain's history is in one store. Give the same --shard, "
                + "or another --store."
        case .merged(let path):
            "\(path) was merged from the stores of shards, and after a run of its own nothing "
                + "could be merged into it any more; audit or rejudge the store of each shard and "
                + "merge them (stsaudit merge), or give another --store."
        case .cannotMerge(let refusal): refusal.description
        case .cannotRejudge(_, let run, let latest) where run == latest:
            "Run \(run) is not finished, so it has not seen every domain; go on with it "
                + "(stsaudit audit ... --resume) or start a new run, and rejudge that."
        case .cannotRejudge(_, let run, let latest):
            "Run \(run) is not the latest run of its portfolio: judged again, what it saw would "
                + "come after run \(latest) as if every domain had gone back. Rejudge run \(latest)."
        case .noSuchRun(let path, let run):
            "There is no run \(run) in \(path)."
        case .database(let path, let code, let message):
            "The database \(path) failed: \(message) (SQLite code \(code))."
        }
    }

    private static func part(_ shard: Shard?) -> String {
        shard.map { "shard \($0)" } ?? "the whole of it"
    }
}

extension StoreError {
    /// Does what fails as an access to the file at `path`, where another file is at work, too.
    static func at<Value>(
        _ path: String, _ body: () throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The typed form of whatever a database access threw.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as Damage: self = .damaged(path: path, detail: error.detail)
        default: self = .damaged(path: path, detail: "\(error)")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_CANTOPEN: self = .cannotOpen(path: path)
        case .SQLITE_NOTADB: self = .notAStore(path: path)
        case .SQLITE_CORRUPT:
            self = .damaged(path: path, detail: error.message ?? "malformed database")
        default:
            self = .database(
                path: path, code: error.extendedResultCode.rawValue, message: error.message ?? "")
        }
    }
}

/// Stored content that cannot be read back; becomes `StoreError.damaged` with the path.
struct Damage: Error {
    var detail: String
}
