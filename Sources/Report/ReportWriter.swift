public import Audit
internal import Evidence
public import Store

/// Writes the reports of one run: while it goes on, or afterwards.
///
/// Both are the same code over the same rows, so both give the same bytes. Rows are written in
/// portfolio order; `advance` goes on to the first row whose domain has no final result yet, and
/// `finish` writes the rest, settled or not. Memory holds one page of rows and what the groups keep
/// of those before.
public actor ReportWriter {
    private let store: AuditStore
    private let run: Run
    private let account: String?
    private var outputs: [(renderer: RowRenderer, file: OutputFile)] = []
    private let causes: OutputFile?
    private let groupFile: OutputFile?
    /// Finds the groups from the rows as they are written; nil when no file is to hold them.
    private var finder: RootFinder?
    private var key = RowKey.start
    private var isFinished = false

    /// Also the number of rows a page holds in memory.
    static let pageRows = 500

    public static let causesFileName = "causes.csv"
    public static let groupsFileName = "groups.csv"

    /// Makes the files of `formats`, `causes.csv` and `groups.csv`, in a folder that exists.
    ///
    /// - Parameters:
    ///   - run: as of after its intake; its header gives the columns.
    ///   - account: only its rows; empty for the rows without one; nil: all rows.
    ///   - placement: `.inPlace` to be read while the run goes on.
    public init(
        _ store: AuditStore, _ run: Run, account: String? = nil, folder: String,
        formats: [RowFormat] = RowFormat.allCases, placement: OutputFile.Placement
    ) throws(ReportError) {
        self.store = store
        self.run = run
        self.account = account
        for format in formats {
            let file = try OutputFile(path: "\(folder)/\(format.fileName)", placement)
            outputs.append((RowRenderer(format, of: run), file))
        }
        causes = try OutputFile(path: "\(folder)/\(Self.causesFileName)", placement)
        groupFile = try OutputFile(path: "\(folder)/\(Self.groupsFileName)", placement)
        finder = RootFinder()
        try Self.begin(&outputs)
    }

    /// Writes one format to a descriptor, such as standard output.
    public init(
        _ store: AuditStore, _ run: Run, account: String? = nil, format: RowFormat,
        descriptor: Int32
    ) throws(ReportError) {
        self.store = store
        self.run = run
        self.account = account
        let file = OutputFile(descriptor: descriptor, name: "standard output")
        outputs = [(RowRenderer(format, of: run), file)]
        causes = nil
        groupFile = nil
        finder = nil
        try Self.begin(&outputs)
    }

    private static func begin(
        _ outputs: inout [(renderer: RowRenderer, file: OutputFile)]
    ) throws(ReportError) {
        for index in outputs.indices {
            try outputs[index].file.write { outputs[index].renderer.begin(&$0) }
        }
    }

    /// Writes the rows that can be written by now. Call it now and then, from anywhere.
    public func advance() async throws(ReportError) {
        try await write(settledOnly: true)
    }

    /// Writes everything that is left, `causes.csv` and `groups.csv`; the files are then complete.
    ///
    /// - Returns: what is in `groups.csv`; empty where none is written.
    @discardableResult
    public func finish() async throws(ReportError) -> [RootGrouping.Group] {
        try await write(settledOnly: false)
        let groups = finder?.groups() ?? []
        guard !isFinished else { return groups }
        isFinished = true
        for output in outputs { try output.file.commit() }
        if let causes {
            let text = try await CauseReport.text(store, run, account: account)
            try causes.write { $0 += text }
            try causes.commit()
        }
        if let groupFile {
            try groupFile.write { $0 += GroupTable.csv(groups) }
            try groupFile.commit()
        }
        return groups
    }

    private func write(settledOnly: Bool) async throws(ReportError) {
        while !isFinished {
            let start = key
            let page: [ReportRow]
            var evidence: [String: Evidence] = [:]
            do throws(StoreError) {
                page = try await store.rows(
                    of: run, account: account, after: start, settledOnly: settledOnly,
                    limit: Self.pageRows)
                if finder != nil {
                    evidence = try await RootFinder.evidence(of: page, in: run, store)
                }
            } catch {
                throw .store(error)
            }
            // Another call may have written this page while we waited for it.
            guard key == start else { continue }
            finder?.add(page, evidence)
            for index in outputs.indices {
                for row in page {
                    try outputs[index].file.write { outputs[index].renderer.append(row, to: &$0) }
                }
            }
            if let last = page.last { key = last.key }
            if page.count < Self.pageRows { break }
        }
        // Whoever follows the files sees whole rows soon.
        if settledOnly {
            for output in outputs { try output.file.flush() }
        }
    }
}

/// `causes.csv` alone.
public enum CauseReport {
    public static func write(
        _ store: AuditStore, _ run: Run, account: String? = nil, descriptor: Int32
    ) async throws(ReportError) {
        let file = OutputFile(descriptor: descriptor, name: "standard output")
        let text = try await text(store, run, account: account)
        try file.write { $0 += text }
        try file.commit()
    }

    static func text(
        _ store: AuditStore, _ run: Run, account: String?
    ) async throws(ReportError) -> [UInt8] {
        let counts: [CauseCount]
        let verdicts: VerdictCounts
        do throws(StoreError) {
            counts = try await store.causeCounts(of: run, account: account)
            verdicts = try await store.verdictCounts(of: run, account: account)
        } catch {
            throw .store(error)
        }
        return CauseTable.text(counts, examined: verdicts.examined)
    }
}
