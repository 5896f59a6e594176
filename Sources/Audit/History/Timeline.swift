public import Evidence

/// What a domain was, part by part, over all the times it was looked at: a pure function of the
/// looks.
///
/// A lookup that failed says nothing: it neither ends nor begins a stay, and where part of an
/// answer is missing (one address of several), what is there only counts as a change if it was
/// not there before.
public struct Timeline: Hashable, Sendable {
    /// In the order of `Facet`; one for each, with or without stays.
    public let histories: [FacetHistory]
    /// All changes of all facets, oldest first, those seen by one look together.
    public let changes: [TimelineChange]

    /// - Parameter looks: oldest first.
    /// - Complexity: linear in the size of the evidence; each distinct policy text is read again
    ///   at every look.
    public init(_ looks: [TimelineLook]) {
        var histories = Facet.allCases.map { FacetHistory(facet: $0) }
        for look in looks {
            let reading = FacetReader(look)
            for index in histories.indices {
                histories[index].add(
                    reading.reading(of: histories[index].facet), from: look.firstSeen,
                    to: look.lastSeen)
            }
        }
        self.histories = histories
        changes = Self.changes(in: histories)
    }

    public func history(of facet: Facet) -> FacetHistory {
        histories.first { $0.facet == facet } ?? FacetHistory(facet: facet)
    }

    private static func changes(in histories: [FacetHistory]) -> [TimelineChange] {
        var byTime: [Timestamp: [FacetChange]] = [:]
        for history in histories {
            for (before, after) in zip(history.stays, history.stays.dropFirst()) {
                byTime[after.firstSeen, default: []].append(
                    FacetChange(
                        facet: history.facet, from: before.value, to: after.value,
                        lastSeenBefore: before.lastSeen))
            }
        }
        return byTime.sorted { $0.key < $1.key }.map {
            TimelineChange(seenAt: $0.key, changes: $0.value)
        }
    }
}

/// One look at a domain, or several in a row that saw the same.
public struct TimelineLook: Hashable, Sendable {
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var verdict: Verdict
    /// Policy bodies and certificates filled in.
    public var evidence: Evidence

    public init(firstSeen: Timestamp, lastSeen: Timestamp, verdict: Verdict, evidence: Evidence) {
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.verdict = verdict
        self.evidence = evidence
    }
}

/// A part of the set-up that changes by itself. Codes are stable.
public enum Facet: String, Hashable, Sendable, Codable, CaseIterable {
    case verdict
    case mx
    case mxAlias = "mx-alias"
    case record
    case recordAlias = "record-alias"
    case hostAddress = "host-address"
    case hostAlias = "host-alias"
    case certificate
    case policy
    case reporting

    /// Where a person would look for what changed it.
    public enum Side: String, Hashable, Sendable, Codable, CaseIterable {
        /// What all of it comes to.
        case result
        /// The domain's own zone.
        case dns
        /// Web server, address, certificate.
        case hosting
        /// Names of somebody else that the domain's names lead to.
        case provider
    }

    public var side: Side {
        switch self {
        case .verdict: .result
        case .mx, .record, .reporting: .dns
        case .hostAddress, .certificate, .policy: .hosting
        case .mxAlias, .recordAlias, .hostAlias: .provider
        }
    }

    public var title: String {
        switch self {
        case .verdict: "Verdict"
        case .mx: "MX hosts"
        case .mxAlias: "CNAMEs of MX hosts"
        case .record: "STS record"
        case .recordAlias: "CNAME of the STS record"
        case .hostAddress: "Addresses of the policy host"
        case .hostAlias: "CNAME of the policy host"
        case .certificate: "Certificate of the policy host"
        case .policy: "Policy"
        case .reporting: "TLSRPT record"
        }
    }
}

/// What a facet was: texts to show, and what tells two values with the same texts apart.
public struct FacetValue: Hashable, Sendable, Codable {
    /// Untrusted text among them is as received. Empty: there is nothing.
    public var items: [String]
    /// A SHA-256 for what is stored by it (a policy text, certificates).
    public var digests: [Digest]

    public init(_ items: [String], digests: [Digest] = []) {
        self.items = items
        self.digests = digests
    }

    public static let nothing = FacetValue([])

    public var isNothing: Bool { items.isEmpty }
}

/// A time over which a facet was seen with one value, and with no other.
public struct Stay: Hashable, Sendable {
    public var value: FacetValue
    /// The first and the last look that found it. Looks that could not tell may lie between.
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
}

/// One facet over time.
public struct FacetHistory: Hashable, Sendable {
    public let facet: Facet
    /// Oldest first.
    public private(set) var stays: [Stay] = []
    /// The last look at which the facet could not be told; nil when the latest look could.
    public private(set) var unmeasuredUntil: Timestamp?

    init(facet: Facet) { self.facet = facet }

    mutating func add(_ reading: FacetReading, from first: Timestamp, to last: Timestamp) {
        switch reading {
        case .unmeasured:
            unmeasuredUntil = last
            return
        case .partial(let value):
            // One address of two, say: no change as long as it was there before.
            if let current = stays.last, value.isPart(of: current.value) {
                stays[stays.count - 1].lastSeen = max(current.lastSeen, last)
            } else {
                stays.append(Stay(value: value, firstSeen: first, lastSeen: last))
            }
        case .ofHosts(let value, let untold):
            let kept = (stays.last?.value.items ?? []).filter { item in
                untold.contains(String(item.prefix { $0 != " " }))
            }
            let whole = FacetValue((value.items + kept).sorted())
            // As it was, as far as it could be told: neither gone nor seen again.
            if !kept.isEmpty, stays.last?.value == whole {
                unmeasuredUntil = last
                return
            }
            add(whole, from: first, to: last)
        case .value(let value):
            add(value, from: first, to: last)
        }
        unmeasuredUntil = nil
    }

    private mutating func add(_ value: FacetValue, from first: Timestamp, to last: Timestamp) {
        if let current = stays.last, current.value == value {
            stays[stays.count - 1].lastSeen = max(current.lastSeen, last)
        } else {
            stays.append(Stay(value: value, firstSeen: first, lastSeen: last))
        }
    }
}

extension FacetValue {
    fileprivate func isPart(of other: FacetValue) -> Bool {
        Set(items).isSubset(of: other.items) && Set(digests).isSubset(of: other.digests)
    }
}

/// All that one look found changed.
public struct TimelineChange: Hashable, Sendable {
    public var seenAt: Timestamp
    /// In the order of `Facet`.
    public var changes: [FacetChange]
}

/// One facet found with another value than the last time it was seen.
public struct FacetChange: Hashable, Sendable {
    public var facet: Facet
    public var from: FacetValue
    public var to: FacetValue
    /// It changed after this, and before the look that saw it.
    public var lastSeenBefore: Timestamp
}
