internal import Evidence
public import MTASTS
public import Store

/// How sums of TLS reports are written.
public enum ReportedFormat: String, Hashable, Sendable, CaseIterable {
    /// For a person.
    case text
    /// A row for each domain, organization and day, and for each of its failures.
    case csv
    /// JSON Lines: an object for each domain.
    case json
}

/// Writes what senders reported, as far as the store has it: page by page, whatever its size.
public struct ReportedSummary {
    private let store: AuditStore
    private let file: OutputFile
    private let format: ReportedFormat

    public init(_ store: AuditStore, _ format: ReportedFormat, to file: OutputFile) {
        self.store = store
        self.file = file
        self.format = format
    }

    /// Named domains, one after the other.
    ///
    /// - Returns: those without a report in these days.
    public func write(
        _ domains: [DomainName], in days: ReportDays
    ) async throws(ReportError) -> [DomainName] {
        var missing: [DomainName] = []
        try begin()
        for (index, name) in domains.enumerated() {
            let found = try await stored { () async throws(StoreError) in
                try await store.reported(of: name, in: days)
            }
            guard let found else {
                missing.append(name)
                continue
            }
            if format == .text, index > missing.count { try file.write { $0.append(0x0A) } }
            try write(found, days)
        }
        try file.commit()
        return missing
    }

    /// All domains of the scope. A person gets the sums and the worst of them, a program all.
    ///
    /// - Parameters:
    ///   - run: whose accounts the domains are counted for; nil: for none.
    ///   - limit: how many accounts and domains a person gets.
    public func write(
        _ scope: ReportScope, accountsOf run: Run?, limit: Int
    ) async throws(ReportError) {
        var accounts: [ReportedGroup] = []
        if let run, scope.account == nil {
            accounts = try await stored { () async throws(StoreError) in
                try await store.reportedAccounts(in: scope.days, of: run)
            }
        }
        if format != .csv {
            let overview = try await overview(of: scope, accounts, limit: limit)
            switch format {
            case .text: try file.write { $0 += overview.text.utf8 }
            case .json: try file.write { ReportedLine.append(overview, to: &$0) }
            case .csv: break
            }
        }
        if format != .text {
            try begin()
            if format == .csv {
                for account in accounts {
                    try file.write { ReportedTable.append(account: account, to: &$0) }
                }
            }
            try await writeAll(of: scope)
        }
        try file.commit()
    }

    private static let pageDomains = 200

    private func writeAll(of scope: ReportScope) async throws(ReportError) {
        var last: String?
        while true {
            let after = last
            let page = try await stored { () async throws(StoreError) in
                try await store.reportedDomains(in: scope, after: after, limit: Self.pageDomains)
            }
            for domain in page { try write(domain, scope.days) }
            guard page.count == Self.pageDomains else { return }
            last = page.last?.domain
        }
    }

    private func overview(
        of scope: ReportScope, _ accounts: [ReportedGroup], limit: Int
    ) async throws(ReportError) -> ReportedOverview {
        try await stored { () async throws(StoreError) in
            let totals = try await store.reportedTotals(in: scope)
            return ReportedOverview(
                days: scope.days, all: totals.all, types: totals.types,
                organizations: totals.organizations, accounts: accounts,
                worst: try await store.worstReported(in: scope, limit: limit), limit: limit)
        }
    }

    private func begin() throws(ReportError) {
        if format == .csv { try file.write(ReportedTable.begin) }
    }

    private func write(_ domain: ReportedDomain, _ days: ReportDays) throws(ReportError) {
        switch format {
        case .text: try file.write { $0 += ReportedText(domain, days).text.utf8 }
        case .csv: try file.write { ReportedTable.append(domain, to: &$0) }
        case .json: try file.write { ReportedLine.append(domain, days, to: &$0) }
        }
    }

    private func stored<Value>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(ReportError) -> Value {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw .store(error)
        }
    }
}

/// All domains of a scope together.
struct ReportedOverview {
    var days: ReportDays
    var all: ReportedGroup
    var types: [ReportedType]
    var organizations: [ReportedGroup]
    var accounts: [ReportedGroup]
    var worst: [ReportedGroup]
    /// How many of accounts and organizations a person gets.
    var limit: Int
}
