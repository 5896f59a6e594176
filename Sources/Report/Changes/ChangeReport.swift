public import Store

/// How changes between two runs are written.
public enum ChangeFormat: String, Hashable, Sendable, CaseIterable {
    /// Counts, the domains that matter most, and what it means by cause and account.
    case text
    /// A row for each changed domain.
    case csv
    /// JSON Lines: an object a line for each changed domain, every key in every object.
    case json
}

/// The changes between two runs of a portfolio, written page by page.
public enum ChangeReport {
    /// Also the number of changes held in memory.
    static let pageSize = 500

    /// - Parameters:
    ///   - account: only the domains of this account.
    ///   - listed: how many domains of each kind the text names; CSV and JSON have them all.
    /// - Returns: what was counted, in whatever format.
    @discardableResult
    public static func write(
        _ store: AuditStore, from before: Run, to after: Run, account: String? = nil,
        format: ChangeFormat, listed: Int = 20, to file: OutputFile
    ) async throws(ReportError) -> ChangeTally {
        var tally = ChangeTally(before: before, after: after, account: account, listed: listed)
        var renderer = ChangeRenderer(format)
        try file.write { renderer.begin(&$0) }
        var key: ChangeKey? = .start
        while let start = key {
            let page: ChangePage
            do throws(StoreError) {
                page = try await store.changes(
                    from: before, to: after, account: account, after: start, limit: pageSize)
            } catch {
                throw .store(error)
            }
            for change in page.changes {
                tally.add(change)
                try file.write { renderer.append(change, to: &$0) }
            }
            key = page.next
        }
        if format == .text { try file.write { $0 += ChangeText.text(tally).utf8 } }
        try file.commit()
        return tally
    }
}

/// Turns changes into the bytes of one format; a text comes from the tally alone.
private struct ChangeRenderer {
    private var table: ChangeTable?
    private var lines: ChangeLines?

    init(_ format: ChangeFormat) {
        switch format {
        case .text: break
        case .csv: table = ChangeTable()
        case .json: lines = ChangeLines()
        }
    }

    func begin(_ buffer: inout [UInt8]) { table?.begin(&buffer) }

    mutating func append(_ change: DomainChange, to buffer: inout [UInt8]) {
        table?.append(change, to: &buffer)
        lines?.append(change, to: &buffer)
    }
}
