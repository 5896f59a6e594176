internal import Glibc
public import Store

/// A folder of reports: for each account a page and a set of CSV and JSON Lines files in a folder
/// of its own, an `index.html` that leads to them and `accounts.csv` for programs.
///
/// Each account's folder says nothing of other accounts and can be handed over as it is. Cost: the
/// rows of an account are found by an index, so all of them together are a few passes over the run.
public struct AccountReports {
    public static let indexFileName = "index.html"
    public static let manifestFileName = "accounts.csv"
    public static let pageFileName = "report.html"

    /// An account and the folder with its reports.
    struct Place: Hashable, Sendable {
        var count: AccountCount
        var folder: String
    }

    /// - Parameters:
    ///   - folder: exists; folders of accounts from earlier are written anew, and those of accounts
    ///     that are gone stay.
    ///   - progress: called before each account with how many are done and how many there are.
    /// - Returns: how many accounts there are; the rows without an account count as one.
    public static func write(
        _ store: AuditStore, _ run: Run, folder: String,
        progress: (Int, Int) -> Void = { _, _ in }
    ) async throws(ReportError) -> Int {
        let counts: [AccountCount]
        let verdicts: VerdictCounts
        do throws(StoreError) {
            counts = try await store.accountCounts(of: run)
            verdicts = try await store.verdictCounts(of: run)
        } catch {
            throw .store(error)
        }
        var names = FolderNames()
        // By name and not by what was found: the same names give the same folders every night.
        let places = counts.sorted { $0.account < $1.account }.map { count in
            Place(count: count, folder: names.next(for: count.account))
        }
        for (index, place) in places.enumerated() {
            progress(index, places.count)
            let path = "\(folder)/\(place.folder)"
            try make(path)
            let writer = try ReportWriter(
                store, run, account: place.count.account, folder: path, placement: .whenDone)
            try await writer.finish()
            let page = try OutputFile(path: "\(path)/\(pageFileName)", .whenDone)
            try await HTMLReport.write(store, run, account: place.count.account, to: page)
        }
        try write(manifest(places), to: "\(folder)/\(manifestFileName)")
        // Last: whoever sees it finds everything it leads to.
        let index = AccountIndex(run: run, verdicts: verdicts, places: places)
        try write(Array(index.html.utf8), to: "\(folder)/\(indexFileName)")
        return places.count
    }

    private static func manifest(_ places: [Place]) -> [UInt8] {
        var row = CSVRow()
        for column in ["account", "folder", "domains", "with_errors", "invalid_rows"] {
            row.word(column)
        }
        row.end()
        for place in places {
            row.text(place.count.account)
            row.word(place.folder)
            row.number(place.count.domains)
            row.number(place.count.withErrors)
            row.number(place.count.invalidRows)
            row.end()
        }
        return row.bytes
    }

    private static func write(_ text: [UInt8], to path: String) throws(ReportError) {
        let file = try OutputFile(path: path, .whenDone)
        try file.write { $0 += text }
        try file.commit()
    }

    private static func make(_ path: String) throws(ReportError) {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .cannotWrite(path: path, errno: errno)
        }
    }
}
