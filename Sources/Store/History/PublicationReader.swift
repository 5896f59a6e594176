internal import Audit
internal import Evidence
internal import GRDB

/// Reads what domains have published, for the judge.
struct PublicationReader {
    private let rows: RawStatement

    /// At most this many of a domain: the latest, and before them each text that was given up.
    static let limit = 64
    /// Policies that no sender can hold any more still show whether an id was used before.
    static let memory = 366 * Timestamp.secondsPerDay

    init(_ db: Database) throws {
        rows = try RawStatement(
            db,
            """
            SELECT domain_id, record_id, policy_sha256, mode, max_age, patterns, first_seen,
                last_seen, gone_by
            FROM publication INDEXED BY publication_by_domain
            WHERE domain_id BETWEEN ?1 AND ?2
                AND (gone_by IS NULL OR gone_by + max_age > ?3 OR last_seen >= ?4)
            ORDER BY domain_id, id
            """)
    }

    /// Gives each candidate what is still worth knowing at `now`.
    ///
    /// One pass over the publications between the first and the last candidate: the many domains
    /// that never published anything cost nothing.
    ///
    /// - Parameter candidates: in the order of their ids.
    func fill(_ candidates: inout [Candidate], at now: Timestamp) throws {
        guard let first = candidates.first, let last = candidates.last else { return }
        var index = 0
        try read(first.id...last.id, at: now) { domain, policy in
            while candidates[index].id < domain { index += 1 }
            guard candidates[index].id == domain else { return }
            candidates[index].history.publications.keep(policy)
        }
    }

    /// All that is known of one domain.
    func publications(of domain: Int64) throws -> [PublishedPolicy] {
        var history = PublicationHistory()
        try read(domain...domain, at: Timestamp(seconds: .min)) { history.keep($1) }
        return history.policies
    }

    private func read(
        _ domains: ClosedRange<Int64>, at now: Timestamp,
        _ body: (Int64, PublishedPolicy) -> Void
    ) throws {
        rows.bind(1, domains.lowerBound)
        rows.bind(2, domains.upperBound)
        rows.bind(3, now.seconds)
        rows.bind(4, now.seconds.subtractingReportingOverflow(Self.memory).partialValue)
        defer { rows.reset() }
        while try rows.step() { body(rows.int64(0), try row()) }
    }

    private func row() throws -> PublishedPolicy {
        guard let digest = Digest(hex: rows.string(2)) else {
            throw Damage(detail: "a publication has no digest")
        }
        let policy = LivePolicy(
            recordID: rows.string(1), digest: digest, mode: rows.string(3), maxAge: rows.int(4),
            patterns: rows.string(5).split(separator: " ").map(String.init))
        return PublishedPolicy(
            policy: policy, firstSeen: Timestamp(seconds: rows.int64(6)),
            lastSeen: Timestamp(seconds: rows.int64(7)),
            goneBy: rows.optionalInt64(8).map(Timestamp.init(seconds:)))
    }
}

extension PublicationHistory {
    fileprivate mutating func keep(_ policy: PublishedPolicy) {
        if policies.count == PublicationReader.limit {
            policies.remove(at: oldestRepeated(before: policy) ?? 0)
        }
        policies.append(policy)
    }

    /// The oldest whose text a later one has: it is held for no longer than that one. A text that
    /// was given up may be held for a year after it, however often the id has changed since.
    private func oldestRepeated(before next: PublishedPolicy) -> Int? {
        var later: Set<Digest> = [next.policy.digest]
        var oldest: Int?
        for index in policies.indices.reversed()
        where !later.insert(policies[index].policy.digest).inserted {
            oldest = index
        }
        return oldest
    }
}
