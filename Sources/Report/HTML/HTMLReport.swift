internal import Audit
internal import Evidence
public import Store

/// The HTML report of a run, or of one account in it: one file that loads nothing.
///
/// The domain list comes first, packed, and is written while it is read, a page of rows in memory;
/// what is counted on the way makes the rest. Cost: one pass over the run's rows.
public struct HTMLReport {
    private let store: AuditStore
    private let run: Run
    private let account: String?
    private var book = DomainBook()
    private var calendar: ExpiryCalendar
    private var counts = HTMLCounts()
    private var finder = RootFinder()

    private static let pageRows = 500

    /// - Parameter account: only the rows of this account; nil: all of them.
    public static func write(
        _ store: AuditStore, _ run: Run, account: String? = nil, to file: OutputFile
    ) async throws(ReportError) {
        var report = HTMLReport(store, run, account: account)
        try await report.write(to: file)
    }

    private init(_ store: AuditStore, _ run: Run, account: String?) {
        self.store = store
        self.run = run
        self.account = account
        calendar = ExpiryCalendar(from: run.startedAt)
    }

    private mutating func write(to file: OutputFile) async throws(ReportError) {
        let title =
            account.map { "MTA-STS of \($0.isEmpty ? "rows without an account" : $0)" }
            ?? "MTA-STS of \(run.portfolio)"
        try file.write { $0 += HTMLPage.head(title: title).utf8 }
        try await writeRows(to: file)
        let trend: [RunVerdicts]
        let accounts: [AccountCount]
        do throws(StoreError) {
            accounts = account == nil ? try await store.accountCounts(of: run) : []
            trend = try await store.verdictTrend(until: run, account: account)
        } catch {
            throw .store(error)
        }
        let page = HTMLPage(
            title: title, run: run, account: account, counts: counts, accounts: accounts,
            trend: trend, groups: finder.groups(), calendar: calendar)
        try file.write { $0 += page.body.utf8 }
        try file.commit()
    }

    private mutating func writeRows(to file: OutputFile) async throws(ReportError) {
        guard var packed = GzipText() else { throw .outOfMemory }
        var text: [UInt8] = []
        book.begin(&text)
        var key = RowKey.start
        while true {
            let page: [ReportRow]
            let evidence: [String: Evidence]
            do throws(StoreError) {
                page = try await store.rows(
                    of: run, account: account, after: key, limit: Self.pageRows)
                // Most domains have nothing to show.
                evidence = try await store.evidence(
                    of: page.filter(\.isPublished).compactMap(\.domain), in: run)
            } catch {
                throw .store(error)
            }
            for row in page {
                let seen = row.domain.flatMap { evidence[$0] }
                book.append(row, seen, to: &text)
                counts.add(row)
                if let seen { finder.add(row, seen) }
                if row.isFirstOfDomain, let domain = row.domain,
                    let end = seen.flatMap(EvidenceLines.expiry)
                {
                    calendar.add(domain, until: end)
                }
            }
            let piece = text
            text.removeAll(keepingCapacity: true)
            try file.write { packed.append(piece, to: &$0) }
            guard let last = page.last, page.count == Self.pageRows else { break }
            key = last.key
        }
        book.finish(&text)
        try file.write { buffer in
            packed.append(text, to: &buffer)
            packed.finish(to: &buffer)
        }
    }
}
