public import Audit
public import Evidence
public import MTASTS
public import Store

/// How the history of a domain is written.
public enum HistoryFormat: String, Hashable, Sendable, CaseIterable {
    /// For a person: what may be held, what was seen when, and what changed together.
    case text
    /// A row for each held policy, each stay and each change.
    case csv
    /// JSON Lines: an object for each domain.
    case json
}

extension DomainPast {
    /// - Parameter portfolio: nil for the looks of all portfolios.
    /// - Returns: nil for a domain that the store has never looked at.
    public static func read(
        _ domain: DomainName, from store: AuditStore, portfolio: String? = nil
    ) async throws(ReportError) -> DomainPast? {
        do throws(StoreError) {
            return DomainPast(
                domain,
                looks: try await store.looks(at: domain, portfolio: portfolio).map(
                    TimelineLook.init),
                publications: try await store.history(of: domain).publications)
        } catch {
            throw .store(error)
        }
    }
}

extension TimelineLook {
    public init(_ look: Look) {
        self.init(
            firstSeen: look.firstSeen, lastSeen: look.lastSeen, verdict: look.verdict,
            evidence: look.evidence)
    }
}

/// Writes histories, one domain after the other, in one format.
public struct HistoryReport {
    private let file: OutputFile
    private let format: HistoryFormat
    private var isFirst = true

    public init(_ format: HistoryFormat, to file: OutputFile) {
        self.file = file
        self.format = format
    }

    /// - Parameter now: the moment for which it is said what senders may hold.
    public mutating func add(_ past: DomainPast, at now: Timestamp) throws(ReportError) {
        let page = HistoryPage(past, at: now)
        let isFirst = isFirst
        self.isFirst = false
        switch format {
        case .text:
            try file.write { $0 += ((isFirst ? "" : "\n") + page.text).utf8 }
        case .csv:
            try file.write { buffer in
                if isFirst { HistoryTable.begin(&buffer) }
                HistoryTable.append(page, to: &buffer)
            }
        case .json:
            try file.write { HistoryLine.append(page, to: &$0) }
        }
    }

    public func finish() throws(ReportError) { try file.commit() }
}

/// One domain's history with all that follows from it at one moment.
struct HistoryPage {
    let domain: DomainName
    let now: Timestamp
    let timeline: Timeline
    let caches: SenderCaches
    let verdict: Verdict?
    let firstSeen: Timestamp?
    let lastSeen: Timestamp?
    /// Of what senders hold.
    let findings: [Finding]
    let recheck: Recheck?

    init(_ past: DomainPast, at now: Timestamp) {
        let assessment = past.assessment(at: now)
        domain = past.domain
        self.now = now
        timeline = past.timeline
        caches = past.caches(at: now)
        verdict = past.latest?.verdict
        firstSeen = past.looks.first?.firstSeen
        lastSeen = past.latest?.lastSeen
        findings = assessment?.findings.filter { $0.cause.stage == .cache } ?? []
        recheck = assessment?.recheck
    }
}
