internal import Evidence
internal import GRDB
internal import MTASTS

/// Writes reports within one transaction.
struct TLSReportWriter {
    private(set) var summary = ReportImportSummary()
    private let db: Database
    private let key: SipHash.Key
    private let now: Timestamp
    private let find: RawStatement
    private let contradict: RawStatement
    private let addReport: RawStatement
    private let findDomain: RawStatement
    private let addDomain: RawStatement
    private let findText: RawStatement
    private let addText: RawStatement
    private let addPolicy: RawStatement
    private let addFailure: RawStatement

    init(_ db: Database, key: SipHash.Key, now: Timestamp) throws {
        self.db = db
        self.key = key
        self.now = now
        find = try RawStatement(
            db, "SELECT id, digest FROM tls_report WHERE organization = ? AND report_id = ?")
        contradict = try RawStatement(
            db, "UPDATE tls_report SET contradicted_at = ?2 WHERE id = ?1")
        addReport = try RawStatement(
            db,
            """
            INSERT INTO tls_report (organization, report_id, contact, starts_at, ends_at, day,
                submitter, source, observations, digest, imported_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        findDomain = try RawStatement(db, "SELECT id FROM tls_domain WHERE name = ?")
        addDomain = try RawStatement(db, "INSERT INTO tls_domain (name) VALUES (?)")
        findText = try RawStatement(db, "SELECT id FROM tls_policy_text WHERE digest = ?")
        addText = try RawStatement(
            db, "INSERT INTO tls_policy_text (digest, strings, mx_hosts) VALUES (?, ?, ?)")
        addPolicy = try RawStatement(
            db,
            """
            INSERT INTO tls_policy (report_id, domain_id, day, type, successful, failed, text_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        addFailure = try RawStatement(
            db,
            """
            INSERT INTO tls_failure (policy_id, position, result_type, sessions, receiving_mx,
                receiving_helo, receiving_ip, sending_mta, reason, additional)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    mutating func write(_ received: ReceivedReport) throws {
        let report = received.report
        let digest = report.digest(key: key)
        if let known = try known(report) {
            guard known.digest != digest else {
                summary.known += 1
                return
            }
            contradict.bind(1, known.id)
            contradict.bind(2, now.seconds)
            try contradict.run()
            summary.contradicting.append(received.source)
            return
        }
        let id = try add(received, digest: digest)
        for policy in report.policies { try add(policy, to: id, day: report.day) }
        summary.added += 1
    }

    private func known(_ report: TLSReport) throws -> (id: Int64, digest: SipHash.Value?)? {
        find.bind(1, report.organization)
        find.bind(2, report.id)
        defer { find.reset() }
        return try find.step() ? (find.int64(0), find.hash(1)) : nil
    }

    private func add(_ received: ReceivedReport, digest: SipHash.Value) throws -> Int64 {
        let report = received.report
        addReport.bind(1, report.organization)
        addReport.bind(2, report.id)
        addReport.bind(3, report.contact?.bounded(320))
        addReport.bind(4, report.start)
        addReport.bind(5, report.end)
        addReport.bind(6, report.day.seconds)
        addReport.bind(7, received.submitter?.bounded(320))
        addReport.bind(8, received.source.bounded(4096))
        addReport.bind(9, received.observations.bounded(4096))
        addReport.bind(10, digest)
        addReport.bind(11, now.seconds)
        try addReport.run()
        return db.lastInsertedRowID
    }

    private mutating func add(
        _ policy: TLSReport.Policy, to report: Int64, day: Timestamp
    ) throws {
        addPolicy.bind(1, report)
        addPolicy.bind(2, try policy.domain.map { try domain($0) })
        addPolicy.bind(3, day.seconds)
        addPolicy.bind(4, policy.type?.bounded(64))
        addPolicy.bind(5, policy.successfulSessions)
        addPolicy.bind(6, policy.failedSessions)
        addPolicy.bind(7, try text(of: policy))
        try addPolicy.run()
        let id = db.lastInsertedRowID
        for (position, failure) in policy.failures.enumerated() {
            try add(failure, at: position, to: id)
        }
        summary.failureRows += policy.failures.count
    }

    private func add(
        _ failure: TLSReport.Failure, at position: Int, to policy: Int64
    ) throws {
        addFailure.bind(1, policy)
        addFailure.bind(2, position)
        addFailure.bind(3, failure.resultType?.bounded(64))
        addFailure.bind(4, failure.sessions)
        addFailure.bind(5, failure.receivingMX?.bounded(255))
        addFailure.bind(6, failure.receivingHELO?.bounded(255))
        addFailure.bind(7, failure.receivingIP?.bounded(64))
        addFailure.bind(8, failure.sendingMTA?.bounded(64))
        addFailure.bind(9, failure.reasonCode?.bounded(1024))
        addFailure.bind(10, failure.additionalInformation?.bounded(1024))
        try addFailure.run()
    }

    private mutating func domain(_ name: String) throws -> Int64 {
        let name = name.bounded(255)
        findDomain.bind(1, name)
        defer { findDomain.reset() }
        if try findDomain.step() { return findDomain.int64(0) }
        addDomain.bind(1, name)
        try addDomain.run()
        summary.newDomains += 1
        return db.lastInsertedRowID
    }

    /// Most reports of a domain show the same policy.
    private func text(of policy: TLSReport.Policy) throws -> Int64? {
        if policy.strings.isEmpty, policy.mxHosts.isEmpty { return nil }
        let strings = JSONStrings.encode(policy.strings.bounded(Self.policyBytes))
        let hosts = JSONStrings.encode(policy.mxHosts.bounded(Self.policyBytes))
        var hash = SipHash(key: key)
        hash.combine(field: strings)
        hash.combine(field: hosts)
        let digest = hash.finish()
        findText.bind(1, digest)
        defer { findText.reset() }
        if try findText.step() { return findText.int64(0) }
        addText.bind(1, digest)
        addText.bind(2, strings)
        addText.bind(3, hosts)
        try addText.run()
        return db.lastInsertedRowID
    }

    /// As much as a policy may have (RFC 8461 §3.3: 64 KiB).
    private static let policyBytes = 65_536
}

extension TLSReport {
    /// The first second of the UTC day the report counts for.
    ///
    /// RFC 8460 §4.1: it should cover one, to its last second or to the first of the next. Of one
    /// that covers a day of another time zone it is the day that has more of it, and of a longer
    /// one the last day.
    var day: Timestamp {
        let end = Timestamp(seconds: end).adding(seconds: -Timestamp.secondsPerDay / 2)
        return max(Timestamp(seconds: start), end).startOfDay
    }

    /// Of everything the report says, so that two are the same only if it is.
    func digest(key: SipHash.Key) -> SipHash.Value {
        var hash = SipHash(key: key)
        hash.combine(field: contact)
        hash.combine(number: start)
        hash.combine(number: end)
        for policy in policies {
            hash.combine(field: policy.type)
            hash.combine(field: policy.domain)
            hash.combine(number: Int64(policy.strings.count))
            for line in policy.strings { hash.combine(field: line) }
            hash.combine(number: Int64(policy.mxHosts.count))
            for host in policy.mxHosts { hash.combine(field: host) }
            hash.combine(number: Int64(policy.successfulSessions))
            hash.combine(number: Int64(policy.failedSessions))
            hash.combine(number: Int64(policy.failures.count))
            for failure in policy.failures {
                hash.combine(field: failure.resultType)
                hash.combine(number: Int64(failure.sessions))
                hash.combine(field: failure.sendingMTA)
                hash.combine(field: failure.receivingMX)
                hash.combine(field: failure.receivingHELO)
                hash.combine(field: failure.receivingIP)
                hash.combine(field: failure.additionalInformation)
                hash.combine(field: failure.reasonCode)
            }
        }
        return hash.finish()
    }
}

extension SipHash {
    /// With its length, so that fields do not run into each other; -1 stands for nil.
    fileprivate mutating func combine(field text: String?) {
        combine(number: Int64(text?.utf8.count ?? -1))
        if let text { combine(text.utf8) }
    }

    fileprivate mutating func combine(number: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            combine(CollectionOfOne(UInt8(truncatingIfNeeded: number >> Int64(shift))))
        }
    }
}

extension String {
    /// The text up to the last scalar that ends within `limit` UTF-8 bytes.
    fileprivate func bounded(_ limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, (utf8[end] & 0xC0) == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension [String] {
    /// The first of them, as many as have `limit` bytes together.
    fileprivate func bounded(_ limit: Int) -> [String] {
        var left = limit
        return Array(
            prefix(while: { line in
                left -= line.utf8.count
                return left >= 0
            }))
    }
}
