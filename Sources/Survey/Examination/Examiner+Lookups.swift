internal import Evidence
internal import MTASTS
internal import Resolve

extension Examiner {
    /// What is asked of every domain. What failed in passing is asked again, each for itself.
    func mail(of domain: DomainName) async throws -> MailResolution {
        let (name, recordName) = (domain.description, domain.recordName)
        let reportingName = domain.reportingName
        let first = await names.mail(name, record: recordName, reporting: reportingName)
        _ = counted(first.mx)
        _ = counted(first.record)
        _ = counted(first.reporting)
        guard
            first.mx.lookup.failure != nil || first.record.lookup.failure != nil
                || first.reporting.lookup.failure != nil
        else { return first }
        async let record = retrying.lookup(after: first.record) {
            counted(await names.txt(recordName))
        }
        async let reporting = retrying.lookup(after: first.reporting) {
            counted(await names.txt(reportingName))
        }
        let mx = try await retrying.lookup(after: first.mx) { counted(await names.mx(name)) }
        return MailResolution(mx: mx, record: try await record, reporting: try await reporting)
    }

    func text(_ name: String) async throws -> Resolution<[TXTRecord]> {
        try await retrying.lookup { counted(await names.txt(name)) }
    }

    /// Both families, of which only the one that failed is asked again.
    ///
    /// - Parameter isLikely: false where hardly anyone has the host; it then costs one query.
    func addresses(
        of host: String, isLikely: Bool = true
    ) async throws -> (addresses: HostAddresses, spent: Spent) {
        let first =
            isLikely ? await names.addresses(host) : await names.addressesIfAny(host)
        let found = first.addresses
        counters.count(found.v4.failure, queries: first.queries)
        counters.count(found.v6.failure, queries: 0)
        guard found.v4.failure != nil || found.v6.failure != nil else {
            return (found, Spent(queries: first.queries))
        }
        async let again6 = retried(found.v6, of: host, .v6)
        let v4 = try await retried(found.v4, of: host, .v4)
        let v6 = try await again6
        return (
            HostAddresses(v4: v4.lookup, v6: v6.lookup),
            Spent(queries: first.queries + v4.queries + v6.queries)
        )
    }

    private func retried(
        _ lookup: Lookup<[IPAddress]>, of host: String, _ family: IPAddress.Family
    ) async throws -> Resolution<[IPAddress]> {
        let first = Resolution(lookup: lookup, queries: 0)
        return try await retrying.lookup(after: first) {
            counted(await names.addresses(host, family))
        }
    }

    /// Asks for a name beside `_mta-sts` that nobody can have published.
    ///
    /// RFC 4592 §2.2.1: a wildcard answers only for names whose closest encloser is its parent,
    /// so the random label stands directly below the domain, where `_mta-sts` stands.
    func wildcardProbe(_ domain: DomainName) async throws -> Resolution<[TXTRecord]> {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return try await text("_\(random).\(domain)")
    }

    /// The CNAME targets of MX hosts. A lookup that failed leaves its host out.
    func mxAliases(
        _ records: [MXRecord]
    ) async throws -> (aliases: [String: String], spent: Spent) {
        var hosts: [String] = []
        for record in records where hosts.count < options.aliasLookupsPerDomain {
            // A null MX and an address have no CNAME.
            if record.host.isEmpty || IPAddress(record.host) != nil { continue }
            if !hosts.contains(record.host) { hosts.append(record.host) }
        }
        return try await withThrowingTaskGroup { group in
            for host in hosts {
                group.addTask { (host, try await self.alias(of: host)) }
            }
            var aliases: [String: String] = [:]
            var spent = Spent()
            for try await (host, answer) in group {
                aliases[host] = answer.alias
                spent.queries += answer.queries
                if !answer.isKnown { spent.unanswered.insert(.mxAliases) }
            }
            return (aliases, spent)
        }
    }

    private func alias(of host: String) async throws -> AliasCache.Answer {
        try await aliases.target(of: host) {
            try await retrying.lookup { counted(await names.alias(of: host)) }
        }
    }

    /// STS records at the places where people put them by mistake.
    func misplacedRecords(
        _ domain: DomainName
    ) async throws -> (records: [MisplacedRecord], spent: Spent) {
        async let apex = text(domain.description)
        async let underscore = text("_mta_sts.\(domain)")
        let policyHost = try await text(domain.policyHost)
        let answers = [
            (MisplacedRecord.Place.apex, try await apex), (.policyHost, policyHost),
            (.underscore, try await underscore),
        ]
        var records: [MisplacedRecord] = []
        for (place, answer) in answers {
            for record in answer.lookup.found ?? [] where record.beginsAsSTSRecord {
                records.append(MisplacedRecord(place: place, record: record))
            }
        }
        let isAnswered = answers.allSatisfy { $0.1.lookup.failure == nil }
        let spent = Spent(
            queries: answers.reduce(0) { $0 + $1.1.queries },
            unanswered: isAnswered ? [] : [.misplacedRecords])
        return (records, spent)
    }

    func counted<Value>(_ resolution: Resolution<Value>) -> Resolution<Value> {
        counters.count(resolution.lookup.failure, queries: resolution.queries)
        return resolution
    }
}

extension Evidence {
    /// RFC 7505 §3, or neither an MX nor an address (RFC 5321 §5.1).
    var takesNoMail: Bool {
        if let records = mx.found, !records.isEmpty { return records.allSatisfy(\.isNull) }
        return domainAddresses?.isMissing ?? false
    }

    /// Something at `_mta-sts` is meant as an STS record: a CNAME to nowhere is, other text
    /// (a wildcard's SPF policy) is not.
    var hasPublishedRecord: Bool {
        switch record.outcome {
        case .nameMissing: return !record.aliases.isEmpty
        case .noData, .failed: return false
        case .found(let records):
            switch STSRecordSet.select(records.map(\.bytes)) {
            case .none: return false
            case .one, .multiple: return true
            }
        }
    }
}

extension Octets {
    /// `v=STSv1` in any letter case.
    fileprivate var beginsAsSTSRecord: Bool {
        let start = Array("v=stsv1".utf8)
        guard bytes.count >= start.count else { return false }
        return zip(bytes, start).allSatisfy { byte, expected in
            (0x41...0x5A).contains(byte) ? byte | 0x20 == expected : byte == expected
        }
    }
}
