public import Audit
public import Evidence
internal import MTASTS
public import Store

/// How publish kits are written.
public enum KitFormat: String, Hashable, Sendable, CaseIterable {
    case text
    /// Lines for zone files.
    case zone
    /// A row for each record.
    case csv
    /// JSON Lines: an object for each domain.
    case json
}

/// Writes publish kits, one domain after the other, and counts them.
public struct KitReport {
    private var streams: [KitStream]
    private var policies: PolicyFolder?
    private let wishes: KitWishes
    private let now: Timestamp
    public private(set) var tally = KitTally()

    /// Rows held in memory.
    private static let pageRows = 500

    /// To one file.
    ///
    /// - Parameter now: the moment of the new ids and of the plans.
    public init(
        _ wishes: KitWishes, at now: Timestamp, format: KitFormat, to file: OutputFile
    ) throws(ReportError) {
        self.wishes = wishes
        self.now = now
        streams = [try KitStream(format, file)]
    }

    /// To a folder that is there: `records.zone`, `records.csv`, `plan.txt`, `nginx.conf` and the
    /// folder `policies`. What has the same name is replaced in one step.
    public init(_ wishes: KitWishes, at now: Timestamp, folder: String) throws(ReportError) {
        self.wishes = wishes
        self.now = now
        streams = []
        for (name, format) in [
            ("records.zone", KitFormat.zone), ("records.csv", .csv), ("plan.txt", .text),
        ] {
            let file = try OutputFile(path: folder + "/" + name, .whenDone)
            streams.append(try KitStream(format, file))
        }
        policies = try PolicyFolder(path: folder + "/policies")
        let server = try OutputFile(path: folder + "/nginx.conf", .whenDone)
        try server.write { $0 += WebServerText.nginx.utf8 }
        try server.commit()
    }

    /// Makes a kit for each domain of a run that needs one, page by page: memory holds one page
    /// of rows and one domain's past.
    ///
    /// - Parameter account: only the rows of this account.
    public mutating func add(
        _ run: Run, account: String?, from store: AuditStore
    ) async throws(ReportError) {
        var key = RowKey.start
        while true {
            let page: [ReportRow]
            do throws(StoreError) {
                page = try await store.rows(
                    of: run, account: account, after: key, limit: Self.pageRows)
            } catch {
                throw .store(error)
            }
            for row in page where row.isFirstOfDomain && row.mayNeedKit {
                guard let text = row.domain, let domain = try? DomainName(text),
                    let past = try await DomainPast.read(domain, from: store)
                else { continue }
                try add(past, isAskedFor: false)
            }
            guard let last = page.last, page.count == Self.pageRows else { return }
            key = last.key
        }
    }

    /// - Parameter isAskedFor: named, so it is written whatever it needs.
    public mutating func add(_ past: DomainPast, isAskedFor: Bool) throws(ReportError) {
        // A clock that is behind the last look would make old ids of new ones.
        let moment = max(now, past.latest?.lastSeen ?? now)
        guard
            let kit = PublishKit(past, wishes: wishes, isAskedFor: isAskedFor, now: moment),
            kit.isDue || isAskedFor
        else { return }
        for index in streams.indices { try streams[index].add(kit, wishes) }
        try policies?.add(kit)
        tally.add(kit)
    }

    public func finish() throws(ReportError) {
        for stream in streams { try stream.file.commit() }
    }
}

/// One file in one format.
private struct KitStream {
    let format: KitFormat
    let file: OutputFile
    private var isFirst = true

    init(_ format: KitFormat, _ file: OutputFile) throws(ReportError) {
        self.format = format
        self.file = file
        switch format {
        case .zone: try file.write { KitZone.begin(&$0) }
        case .csv: try file.write { KitTable.begin(&$0) }
        case .text, .json: break
        }
    }

    mutating func add(_ kit: PublishKit, _ wishes: KitWishes) throws(ReportError) {
        let separator = isFirst ? "" : "\n"
        isFirst = false
        switch format {
        case .text:
            let page = separator + KitText.page(kit, wishes: wishes)
            try file.write { $0 += page.utf8 }
        case .zone: try file.write { KitZone.append(kit, to: &$0) }
        case .csv: try file.write { KitTable.append(kit, to: &$0) }
        case .json: try file.write { KitLine.append(kit, to: &$0) }
        }
    }
}

extension ReportRow {
    /// False only where no kit could come of it, without looking at the evidence.
    fileprivate var mayNeedKit: Bool {
        guard let status else { return false }
        switch status.verdict {
        case .invalidInput, .disabled: return false
        case .enforced, .testing: return status.findings.contains { $0.cause.stage != .mode }
        case .noMail: return !status.findings.isEmpty
        case .degraded, .bouncing, .ineffective, .absent, .noDomain, .unmeasured: return true
        }
    }
}

/// What became of the domains.
public struct KitTally: Hashable, Sendable {
    public private(set) var publish = 0
    public private(set) var sound = 0
    public private(set) var blocked: [String: Int] = [:]
    /// Of `publish`: something else has to be done before senders find a usable policy.
    public private(set) var incomplete = 0

    mutating func add(_ kit: PublishKit) {
        switch kit.standing {
        case .sound: sound += 1
        case .blocked(let obstacle): blocked[obstacle.code, default: 0] += 1
        case .publish:
            publish += 1
            let mode = kit.policy?.mode
            let isReached =
                mode == nil || mode == .testing && kit.forecast == .testing
                || mode == .enforce && kit.forecast == .enforced
            if !isReached { incomplete += 1 }
        }
    }

    /// One line for the person who started it, or two.
    public var text: String {
        var text = "\(publish) domains with something to publish"
        if incomplete > 0 { text += ", \(incomplete) of them need something else besides" }
        let count = blocked.values.reduce(0, +)
        if count > 0 {
            let reasons = blocked.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            text += "; \(count) with nothing to publish yet: " + reasons.joined(separator: ", ")
        }
        return text
    }
}
