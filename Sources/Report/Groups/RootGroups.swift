public import Audit
internal import Evidence
internal import MTASTS
public import Store

/// The root-cause groups of a run: what one fix clears at how many domains.
public enum RootGroups {
    private static let pageRows = 500

    /// - Parameter account: only the domains of this account; nil: all of them.
    /// Cost: one pass over the run's rows in SQL, and the evidence of every domain at which
    /// anything is published. Memory: a few words for each finding that shares something.
    public static func find(
        _ store: AuditStore, _ run: Run, account: String? = nil
    ) async throws(ReportError) -> [RootGrouping.Group] {
        var finder = RootFinder()
        var key = RowKey.start
        while true {
            let page: [ReportRow]
            let evidence: [String: Evidence]
            do throws(StoreError) {
                page = try await store.rows(
                    of: run, account: account, after: key, publishedOnly: true, limit: pageRows)
                evidence = try await RootFinder.evidence(of: page, in: run, store)
            } catch {
                throw .store(error)
            }
            finder.add(page, evidence)
            guard let last = page.last, page.count == pageRows else { break }
            key = last.key
        }
        return finder.groups()
    }
}

/// Gathers what `RootGroups` finds from rows that are read anyway.
struct RootFinder {
    private let roots = SharedRoots(registrableDomain: PublicSuffix.registrableDomain)
    private var grouping = RootGrouping()

    /// What `add` needs of a page of rows: the evidence of those with something published.
    static func evidence(
        of page: [ReportRow], in run: Run, _ store: AuditStore
    ) async throws(StoreError) -> [String: Evidence] {
        let rows = page.filter { $0.isPublished && $0.isFirstOfDomain }
        return try await store.evidence(of: rows.compactMap(\.domain), in: run)
    }

    mutating func add(_ page: [ReportRow], _ evidence: [String: Evidence]) {
        for row in page {
            if let seen = row.domain.flatMap({ evidence[$0] }) { add(row, seen) }
        }
    }

    /// Rows that are not the first of a domain, or have nothing published, change nothing.
    mutating func add(_ row: ReportRow, _ evidence: Evidence) {
        guard row.isPublished, row.isFirstOfDomain, let domain = row.domain else { return }
        grouping.note(roots.all(evidence, mxHosts: row.status?.mxHosts ?? []))
        guard !row.findings.isEmpty else { return }
        var coverage: [MXCoverage] = []
        if row.findings.contains(where: { $0.cause.stage == .mx }),
            let name = try? DomainName(domain), let measured = row.status?.measuredAt
        {
            // The store keeps the hosts and not what covers them.
            coverage =
                Judge().assess(
                    evidence, of: name, expecting: Expectations(), now: measured
                ).mxHosts
        }
        var seen: Set<Cause> = []
        for finding in row.findings where seen.insert(finding.cause).inserted {
            grouping.add(
                finding.cause, finding.severity, of: domain,
                accounts: row.accounts.isEmpty ? [row.account] : row.accounts,
                sharing: roots.of(finding.cause, evidence, coverage: coverage))
        }
    }

    func groups() -> [RootGrouping.Group] { grouping.groups() }
}
