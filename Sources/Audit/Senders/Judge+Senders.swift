import MTASTS

extension Judge {
    /// Names the senders that decide otherwise about TXT records (RFC 8461 §3.1).
    func judgeSenders(
        of records: [[UInt8]], _ selection: STSRecordSelection, into findings: inout Findings
    ) {
        if selection.isCanonical { return }
        let panel = SenderPanel(
            records: records, selection: selection, policy: nil, reading: nil)
        if let disagreement = panel.recordDisagreement {
            findings.add(.recordSenderDisagreement, disagreement)
        }
    }

    /// Names the senders that decide otherwise about a policy (RFC 8461 §3.2, §3.3).
    func judgeSenders(
        of policy: ServedPolicy, _ reading: STSPolicyReading, into findings: inout Findings
    ) {
        if reading.isCanonical(policy) { return }
        let panel = SenderPanel(
            records: nil, selection: nil, policy: policy, reading: reading)
        if let disagreement = panel.policyDisagreement {
            findings.add(.policySenderDisagreement, disagreement)
        }
    }
}

// The ordinary case, told from the strict reading alone: no sender has anything to stumble over,
// so no tolerant reading is made.

extension STSRecordSelection {
    /// One record, `v=STSv1;` and an id and nothing else.
    var isCanonical: Bool {
        switch self {
        // Text that nobody meant as a record.
        case .none: true
        case .multiple: false
        case .one(let bytes, let reading, let discarded):
            discarded.isEmpty && reading.record?.extensions.isEmpty == true
                && bytes.starts(with: "v=STSv1;".utf8)
                && bytes.last != 0x20 && bytes.last != 0x09
        }
    }
}

extension STSPolicyReading {
    /// Valid, each of the four fields and no other, nothing repeated, and served as text.
    func isCanonical(_ served: ServedPolicy) -> Bool {
        guard let policy, problems.isEmpty, policy.extensions.isEmpty, policy.maxAge > 0,
            !policy.mx.isEmpty, served.body.count <= Self.shortestLimit,
            let type = served.contentType
        else { return false }
        return type.utf8.prefix { $0 != 0x3B }.filter { $0 != 0x20 && $0 != 0x09 }
            .elementsEqual("text/plain".utf8)
    }

    /// The least that a sender of the table reads.
    private static let shortestLimit = 10_240
}
