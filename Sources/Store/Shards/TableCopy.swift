internal import GRDB

/// How the rows of a table get from the store of a shard into a merged one.
///
/// Every column is named here; a test holds the lists to the schema.
struct TableCopy {
    enum Column: Hashable {
        /// As it is.
        case plain(String)
        /// A key of one of the tables, or NULL: the same in the range of keys of the shard.
        case key(String)
        /// The portfolio, which is the only one in the merged store.
        case portfolio

        var name: String {
            switch self {
            case .plain(let name), .key(let name): name
            case .portfolio: "portfolio_id"
            }
        }
    }

    /// Whether the rows are there in some runs only.
    enum Interval {
        case none
        /// `first_run` and `last_run` are columns of the table.
        case own
        /// They are those of the state that a row belongs to.
        case ofState
    }

    var table: String
    var columns: [Column]
    var interval: Interval
    /// Which rows, `?1` being the portfolio; `t` is the table.
    var source: String
    /// Rows that another shard has brought already are the same.
    var isShared = false

    /// The domains of the portfolio; a store may hold others.
    private static func isOfPortfolio(_ domain: String) -> String {
        """
        (EXISTS (SELECT 1 FROM entry e INDEXED BY entry_by_domain
            WHERE e.domain_id = \(domain) AND e.portfolio_id = ?1)
        OR EXISTS (SELECT 1 FROM state s INDEXED BY state_by_domain
            WHERE s.domain_id = \(domain) AND s.portfolio_id = ?1))
        """
    }

    /// In this order, parents first. Rows come in the order of their keys, which is where they go.
    static let all: [TableCopy] = [
        TableCopy(
            table: "domain", columns: [.key("id"), .plain("name"), .plain("first_seen")],
            interval: .none,
            source: "domain t WHERE \(isOfPortfolio("t.id")) ORDER BY t.id"),
        TableCopy(
            table: "entry",
            columns: [
                .key("id"), .portfolio, .key("domain_id"), .plain("line"), .plain("input"),
                .plain("problem"), .plain("account"), .plain("expected_mode"), .plain("tags"),
                .plain("carried"),
            ], interval: .own, source: "entry t WHERE t.portfolio_id = ?1 ORDER BY t.id"),
        TableCopy(
            table: "policy_body", columns: [.plain("sha256"), .plain("body")], interval: .none,
            source: "policy_body t WHERE ?1 IS NOT NULL ORDER BY t.sha256", isShared: true),
        TableCopy(
            table: "certificate",
            columns: [
                .plain("sha256"), .plain("subject"), .plain("issuer"), .plain("dns_names"),
                .plain("dns_name_count"), .plain("not_before"), .plain("not_after"), .plain("key"),
            ], interval: .none,
            source: "certificate t WHERE ?1 IS NOT NULL ORDER BY t.sha256", isShared: true),
        TableCopy(
            table: "evidence", columns: [.key("id"), .plain("digest"), .plain("facts")],
            interval: .none,
            source: """
                evidence t WHERE t.id IN (SELECT evidence_id FROM state WHERE portfolio_id = ?1)
                ORDER BY t.id
                """),
        TableCopy(
            table: "publication",
            columns: [
                .key("id"), .key("domain_id"), .plain("record_id"), .plain("policy_sha256"),
                .plain("mode"), .plain("max_age"), .plain("patterns"), .plain("first_seen"),
                .plain("last_seen"), .plain("gone_by"),
            ], interval: .none,
            source: "publication t WHERE \(isOfPortfolio("t.domain_id")) ORDER BY t.id"),
        TableCopy(
            table: "state",
            columns: [
                .key("id"), .key("domain_id"), .portfolio, .plain("provisional"),
                .plain("verdict"), .plain("severity"), .plain("mode"), .plain("policy_id"),
                .plain("max_age"), .plain("mx_hosts"), .plain("causes"), .key("evidence_id"),
                .plain("digest"), .plain("first_measured_at"), .plain("measured_at"),
                .plain("elapsed_ms"), .plain("queries"), .plain("requests"),
                .plain("record_ttl"), .plain("mx_ttl"), .plain("recheck_after"),
                .plain("recheck_at_least"),
            ], interval: .own, source: "state t WHERE t.portfolio_id = ?1 ORDER BY t.id"),
        TableCopy(
            table: "finding",
            columns: [
                .key("state_id"), .plain("position"), .plain("cause"), .plain("severity"),
                .plain("detail"), .plain("line"), .plain("column"),
            ], interval: .ofState,
            source: """
                finding t JOIN state s ON s.id = t.state_id WHERE s.portfolio_id = ?1
                ORDER BY t.state_id, t.position
                """),
    ]
}

extension TableCopy {
    /// The columns, and behind them the interval where there is one.
    var selectSQL: String {
        var names = columns.map { "t.\($0.name)" }
        switch interval {
        case .none: break
        case .own: names += ["t.first_run", "t.last_run"]
        case .ofState: names += ["s.first_run", "s.last_run"]
        }
        return "SELECT \(names.joined(separator: ", ")) FROM \(source)"
    }

    var insertSQL: String {
        let names = allColumns
        let values = (1...names.count).map { "?\($0)" }.joined(separator: ", ")
        return "INSERT \(isShared ? "OR IGNORE " : "")INTO \(table) "
            + "(\(names.joined(separator: ", "))) VALUES (\(values))"
    }

    var allColumns: [String] {
        let names = columns.map(\.name)
        switch interval {
        case .none, .ofState: return names
        case .own: return names + ["first_run", "last_run"]
        }
    }
}

/// Copies what one shard has into a merged store, within one access to each.
struct ShardCopier {
    var source: Database
    var target: Database
    /// The merged store's path: what cannot be written there is no failure of the shard's store.
    var into: String
    var part: MergePlan.Part
    /// The portfolio's key in the shard's store and in the merged one.
    var portfolio: (source: Int64, target: Int64)
    /// The run that is merged now.
    var night: Int64

    /// Keys of a shard lie side by side, so that each shard is written to the end of the tables
    /// and a later look at one shard touches few pages.
    static let keyBits: Int64 = 32

    /// - Returns: the number of rows written.
    func copy() throws -> Int {
        try TableCopy.all.reduce(0) { try $0 + copy($1) }
    }

    private func copy(_ table: TableCopy) throws -> Int {
        let rows = try RawStatement(source, table.selectSQL)
        let insert = try StoreError.at(into) { try RawStatement(target, table.insertSQL) }
        let base = Int64(part.shard.index - 1) << Self.keyBits
        let count = Int32(table.columns.count)
        let (isEntry, isDomain) = (table.table == "entry", table.table == "domain")
        var written = 0
        rows.bind(1, portfolio.source)
        defer { rows.reset() }
        while try rows.step() {
            if table.interval != .none {
                let first = rows.int64(count)
                guard let runs = runs(first, rows.int64(count + 1), goesOn: isEntry)
                else { continue }
                if table.interval == .own {
                    insert.bind(count + 1, runs.lowerBound)
                    insert.bind(count + 2, runs.upperBound)
                }
            }
            for index in 0..<count {
                switch table.columns[Int(index)] {
                case .plain: insert.bind(index + 1, column: index, of: rows)
                case .portfolio: insert.bind(index + 1, portfolio.target)
                case .key:
                    let key = rows.optionalInt64(index)
                    if let key, !(0..<(1 << Self.keyBits)).contains(key) { throw OutOfKeys() }
                    insert.bind(index + 1, key.map { base + $0 })
                }
            }
            if isDomain, !part.shard.contains(rows.string(1)) {
                throw Damage(detail: "a domain of another shard than \(part.shard)")
            }
            try StoreError.at(into) { try insert.run() }
            written += 1
        }
        return written
    }

    struct OutOfKeys: Error {}

    /// The merged runs in which a row was there; nil when it was in none of them.
    ///
    /// - Parameter goesOn: the portfolio rows of a store that has no run of this night go on into
    ///   it: they are still to be examined, and not gone.
    private func runs(_ first: Int64, _ last: Int64, goesOn: Bool) -> ClosedRange<Int64>? {
        let reachesNight = goesOn && part.isStale && last >= part.latest
        let from = part.nights.firstIndex { $0.sourceRun >= first }
        let to = part.nights.lastIndex { $0.sourceRun <= last }
        if let from, let to, from <= to {
            return part.nights[from].run...(reachesNight ? night : part.nights[to].run)
        }
        return reachesNight ? night...night : nil
    }
}
