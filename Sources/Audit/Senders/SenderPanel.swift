import MTASTS

/// What each sender of `SenderProfile.all` makes of a published (or drafted) record and policy,
/// beside the strict reading of RFC 8461.
public struct SenderPanel: Hashable, Sendable {
    /// The strict reading of the records; nil when none were given.
    public let strictRecord: SenderRecordReading?
    /// The strict reading of the policy; nil when none was given.
    public let strictPolicy: SenderOutcome?
    /// One row a sender, in the order of `SenderProfile.all`.
    public let rows: [Row]

    public struct Row: Hashable, Sendable {
        public let sender: SenderProfile
        public let record: SenderRecordReading?
        public let policy: SenderPolicyReading?
        /// The sender decides otherwise than the strict reading.
        public let differs: Bool
        /// Why, in one clause; nil when it does not differ.
        public let reason: String?

        /// What it comes to; nil when there was no policy and the sender uses the record.
        public var outcome: SenderOutcome? {
            if let record, !record.isUsed { return .ignores }
            return policy?.outcome
        }
    }

    /// - Parameters:
    ///   - records: the TXT records at `_mta-sts`, each with its strings joined; nil leaves the
    ///     record out.
    ///   - policy: nil leaves the policy out.
    /// - Complexity: O(*n*) in the number of bytes, once for each sender.
    public init(records: [[UInt8]]?, policy: ServedPolicy?) {
        self.init(
            records: records, selection: records.map(STSRecordSet.select), policy: policy,
            reading: policy.map { STSPolicyReading.read($0.body) })
    }

    /// With the strict readings made before.
    init(
        records: [[UInt8]]?, selection: STSRecordSelection?, policy: ServedPolicy?,
        reading: STSPolicyReading?
    ) {
        let strictRecord = selection.map(\.asSenderReading)
        let strictPolicy = reading.map(\.senderOutcome)
        self.strictRecord = strictRecord
        self.strictPolicy = strictPolicy
        rows = SenderProfile.all.map { sender in
            let record = records.map { SenderReader.record($0, as: sender) }
            let text = policy.map {
                SenderReader.policy($0.body, contentType: $0.contentType, as: sender)
            }
            let differsInRecord = record?.isUsed != strictRecord?.isUsed
            let differsInPolicy = text?.outcome != strictPolicy
            return Row(
                sender: sender, record: record, policy: text,
                differs: differsInRecord || differsInPolicy,
                reason: Self.reason(
                    record: differsInRecord ? record : nil,
                    policy: differsInPolicy ? text : nil, strictly: strictPolicy))
        }
    }

    private static func reason(
        record: SenderRecordReading?, policy: SenderPolicyReading?,
        strictly strictPolicy: SenderOutcome?
    ) -> String? {
        let parts = [
            record.map { record in
                switch record {
                case .ignores(let reason): "record: \(reason.phrase)"
                case .uses: "takes the record, strictly invalid"
                }
            },
            policy.map { $0.difference(from: strictPolicy) },
        ]
        let clauses = parts.compactMap(\.self)
        return clauses.isEmpty ? nil : clauses.joined(separator: "; ")
    }

    // MARK: Text

    /// One line a sender: its name, what it does, and the reason where it differs.
    public var lines: [String] {
        let width = rows.map(\.sender.name.count).max() ?? 0
        return rows.map { row in
            let name = row.sender.name
            let padding = String(repeating: " ", count: width - name.count)
            let outcome = row.outcome?.rawValue ?? "finds the record"
            return "\(name)\(padding)  \(outcome)" + (row.reason.map { " (\($0))" } ?? "")
        }
    }

    /// Who decides otherwise about the policy, in one line; nil when nobody does, or only where
    /// no text of this meaning would be taken otherwise.
    public var policyDisagreement: String? {
        guard let strictPolicy else { return nil }
        var groups = SenderGroups()
        for row in rows {
            guard let policy = row.policy, policy.outcome != strictPolicy else { continue }
            switch (strictPolicy, policy.outcome) {
            case (.ignores, .off): break  // Nobody is protected either way.
            case (_, .ignores) where row.sender.policy.refusesNone && strictPolicy == .off: break
            case (_, .ignores):
                groups.add(row.sender.name, .ignores, policy.reason?.phrase)
            case (.ignores, let outcome): groups.add(row.sender.name, outcome, nil)
            case (_, let outcome):
                groups.add(row.sender.name, outcome, policy.difference(from: strictPolicy))
            }
        }
        return groups.sentence(isValid: strictPolicy != .ignores)
    }

    /// Who decides otherwise about the record, in one line; nil when nobody does.
    public var recordDisagreement: String? {
        guard let strictRecord else { return nil }
        var groups = SenderGroups()
        for row in rows {
            guard let record = row.record, record.isUsed != strictRecord.isUsed else { continue }
            switch record {
            case .uses: groups.add(row.sender.name, nil, nil)
            case .ignores(let reason): groups.add(row.sender.name, .ignores, reason.phrase)
            }
        }
        return groups.sentence(isValid: strictRecord.isUsed)
    }
}

/// A policy as served with status 200, or as it is to be served.
public struct ServedPolicy: Hashable, Sendable {
    /// At most 64 KiB.
    public var body: [UInt8]
    /// Nil when the response has none.
    public var contentType: String?

    public init(body: [UInt8], contentType: String? = "text/plain") {
        self.body = body
        self.contentType = contentType
    }
}

/// Senders that do the same for the same reason, in the order met.
private struct SenderGroups {
    private struct Key: Hashable {
        /// Nil: uses the record.
        var outcome: SenderOutcome?
        var reason: String?
    }

    private var order: [Key] = []
    private var names: [Key: [String]] = [:]

    mutating func add(_ name: String, _ outcome: SenderOutcome?, _ reason: String?) {
        let key = Key(outcome: outcome, reason: reason)
        if names[key] == nil { order.append(key) }
        names[key, default: []].append(name)
    }

    func sentence(isValid: Bool) -> String? {
        guard !order.isEmpty else { return nil }
        let clauses = order.map { key in
            let senders = names[key] ?? []
            return Self.enumerated(senders) + " "
                + Self.verb(key.outcome, isPlural: senders.count > 1)
                + (key.reason.map { " (\($0))" } ?? "")
        }
        return "strictly \(isValid ? "valid" : "invalid"), but "
            + clauses.joined(separator: "; ")
    }

    private static func enumerated(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func verb(_ outcome: SenderOutcome?, isPlural: Bool) -> String {
        switch outcome {
        case nil: isPlural ? "use it" : "uses it"
        case .ignores: isPlural ? "ignore it" : "ignores it"
        case .enforces: isPlural ? "enforce it" : "enforces it"
        case .tests: isPlural ? "test it" : "tests it"
        case .off: isPlural ? "take it as mode none" : "takes it as mode none"
        }
    }
}

extension SenderPolicyReading {
    /// In one clause, why this reading is not `strict`.
    fileprivate func difference(from strict: SenderOutcome?) -> String {
        if let reason { return reason.phrase }
        return strict == .ignores ? "strictly invalid" : "another of the repeated fields counts"
    }
}

extension STSRecordSelection {
    var asSenderReading: SenderRecordReading {
        switch self {
        case .none: .ignores(.noRecord)
        case .multiple: .ignores(.severalRecords)
        case .one(_, let reading, discarded: _):
            reading.record.map { .uses(id: $0.id) } ?? .ignores(.recordSyntax)
        }
    }
}

extension STSPolicyReading {
    var senderOutcome: SenderOutcome { policy.map { SenderOutcome($0.mode) } ?? .ignores }
}
