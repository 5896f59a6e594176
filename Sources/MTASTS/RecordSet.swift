/// Which of the TXT records at `_mta-sts` is the STS record (RFC 8461 §3.1).
public enum STSRecordSelection: Hashable, Sendable {
    /// No text here was meant as an STS record.
    case none(discarded: [[UInt8]])
    /// One record to judge. It may be broken, and not even begin with the version.
    case one([UInt8], STSRecordReading, discarded: [[UInt8]])
    /// Several that begin with `v=STSv1;`: a sender takes none.
    case multiple([[UInt8]], discarded: [[UInt8]])
}

public enum STSRecordSet {
    /// Applies the rule for several TXT records, then reads the one that is left.
    ///
    /// - Parameter records: the TXT records at the name, each with its strings joined.
    public static func select(_ records: [[UInt8]]) -> STSRecordSelection {
        let choice = RecordChoice.choose(records, family: .sts)
        switch choice {
        case .none(let discarded): return .none(discarded: discarded)
        case .multiple(let some, let discarded): return .multiple(some, discarded: discarded)
        case .one(let bytes, let isDiscarded, let discarded):
            var reading = STSRecord.parse(bytes)
            if isDiscarded, reading.problems.isEmpty {
                // RFC 8461 §3.1: among several, only "v=STSv1;" at the start counts.
                let problem = STSRecordProblem(
                    kind: .syntax(.discardedAmongOthers), offset: RecordFamily.sts.version.count,
                    text: ProblemText.of(bytes[...]))
                reading = STSRecordReading(record: nil, problems: [problem])
            }
            return .one(bytes, reading, discarded: discarded)
        }
    }
}

/// Which of the TXT records at `_smtp._tls` is the TLSRPT record (RFC 8460 §3).
public enum TLSRPTRecordSelection: Hashable, Sendable {
    case none(discarded: [[UInt8]])
    case one([UInt8], TLSRPTRecordReading, discarded: [[UInt8]])
    case multiple([[UInt8]], discarded: [[UInt8]])
}

public enum TLSRPTRecordSet {
    /// Applies the rule for several TXT records, then reads the one that is left.
    ///
    /// - Parameter records: the TXT records at the name, each with its strings joined.
    public static func select(_ records: [[UInt8]]) -> TLSRPTRecordSelection {
        let choice = RecordChoice.choose(records, family: .tlsrpt)
        switch choice {
        case .none(let discarded): return .none(discarded: discarded)
        case .multiple(let some, let discarded): return .multiple(some, discarded: discarded)
        case .one(let bytes, let isDiscarded, let discarded):
            var reading = TLSRPTRecord.parse(bytes)
            if isDiscarded, reading.problems.isEmpty {
                // RFC 8460 §3: among several, only "v=TLSRPTv1;" at the start counts.
                let problem = TLSRPTRecordProblem(
                    kind: .syntax(.discardedAmongOthers), offset: RecordFamily.tlsrpt.version.count,
                    text: ProblemText.of(bytes[...]))
                reading = TLSRPTRecordReading(record: nil, problems: [problem])
            }
            return .one(bytes, reading, discarded: discarded)
        }
    }
}

/// The same rule for both records, which differ in their version only.
enum RecordChoice {
    case none(discarded: [[UInt8]])
    /// `isDiscarded`: a sender drops it by its first bytes, so it can be no sound record.
    case one([UInt8], isDiscarded: Bool, discarded: [[UInt8]])
    case multiple([[UInt8]], discarded: [[UInt8]])

    static func choose(_ records: [[UInt8]], family: RecordFamily) -> RecordChoice {
        if records.count == 1 {
            // RFC 8461 §3.1: nothing is discarded when one record was returned; the grammar
            // alone decides, and it allows white space before the first ";".
            return family.isMeant(by: records[0])
                ? .one(records[0], isDiscarded: false, discarded: [])
                : .none(discarded: records)
        }
        let prefix = family.version + [ASCII.semicolon]
        let kept = records.filter { $0.starts(with: prefix) }
        let dropped = records.filter { !$0.starts(with: prefix) }
        switch kept.count {
        case 0:
            // A sender finds nothing. Where one of them was meant, say what is wrong with it.
            guard let meant = dropped.firstIndex(where: family.isMeant(by:))
            else { return .none(discarded: dropped) }
            var others = dropped
            let record = others.remove(at: meant)
            return .one(record, isDiscarded: true, discarded: others)
        case 1: return .one(kept[0], isDiscarded: false, discarded: dropped)
        default: return .multiple(kept, discarded: dropped)
        }
    }
}
