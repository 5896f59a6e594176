internal import Audit
internal import Evidence
internal import Store

/// What was reported of a domain, added up by one thing or another.
struct ReportedSums {
    var all = SessionCount()
    /// By failed sessions, the most first, then by name.
    var organizations: [(name: String, count: SessionCount)] = []
    /// By day, those without a report left out.
    var days: [(day: Timestamp, count: SessionCount)] = []
    /// By sessions, the most first.
    var types: [TypeSum] = []
    var mxHosts: [(name: String, sessions: Int)] = []

    struct TypeSum {
        /// As given; nil when absent.
        var resultType: String?
        var sessions = 0
        var days: Set<Timestamp> = []
        var organizations: Set<String> = []
        var mxHosts: Set<String> = []

        /// One of RFC 8460 §4.3.
        var isKnown: Bool { resultType.flatMap(ResultType.init(rawValue:)) != nil }
        var lastDay: Timestamp? { days.max() }
        var firstDay: Timestamp? { days.min() }
    }

    init(_ domain: ReportedDomain) {
        var organizations: [String: SessionCount] = [:]
        var days: [Timestamp: SessionCount] = [:]
        for sessions in domain.sessions {
            all.add(sessions.count)
            organizations[sessions.organization, default: SessionCount()].add(sessions.count)
            days[sessions.day, default: SessionCount()].add(sessions.count)
        }
        var types: [String?: TypeSum] = [:]
        var hosts: [String: Int] = [:]
        for failures in domain.failures {
            var sum = types[failures.resultType] ?? TypeSum(resultType: failures.resultType)
            sum.sessions.add(clamping: failures.sessions)
            sum.days.insert(failures.day)
            sum.organizations.insert(failures.organization)
            if let host = failures.mxHost {
                sum.mxHosts.insert(host)
                hosts[host, default: 0].add(clamping: failures.sessions)
            }
            types[failures.resultType] = sum
        }
        self.organizations = organizations.map { ($0.key, $0.value) }.sorted { a, b in
            (b.count.failed, a.name) < (a.count.failed, b.name)
        }
        self.days = days.map { ($0.key, $0.value) }.sorted { $0.day < $1.day }
        self.types = types.values.sorted { a, b in
            (b.sessions, a.resultType ?? "") < (a.sessions, b.resultType ?? "")
        }
        mxHosts = hosts.map { ($0.key, $0.value) }.sorted { a, b in
            (b.sessions, a.name) < (a.sessions, b.name)
        }
    }
}

extension SessionCount {
    fileprivate mutating func add(_ other: SessionCount) {
        successful.add(clamping: other.successful)
        failed.add(clamping: other.failed)
    }

    /// `4.3 %`; `-` without sessions.
    var percent: String {
        guard total > 0 else { return "-" }
        let text = Share.percent(failed, of: total)
        // None of some is not the same as none.
        return text == "0.0 %" && failed > 0 ? "<0.1 %" : text
    }

    /// `0.043210`; nil without sessions.
    var share: String? {
        total > 0 ? Share.fraction(failed, of: total, digits: 6) : nil
    }

    var total: Int {
        var total = successful
        total.add(clamping: failed)
        return total
    }
}
