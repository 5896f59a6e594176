import Evidence
import MTASTS

/// What senders make of the `_mta-sts` TXT (RFC 8461 §3.1).
enum RecordState {
    case absent
    case unmeasured(detail: String)
    case broken
    case usable(STSRecord)

    var usable: STSRecord? {
        switch self {
        case .usable(let record): record
        case .absent, .unmeasured, .broken: nil
        }
    }
}

extension Judge {
    func judgeRecord(
        _ evidence: Evidence, of domain: DomainName, into findings: inout Findings
    ) -> RecordState {
        switch evidence.record.outcome {
        case .noData:
            return .absent
        case .nameMissing:
            guard let target = evidence.record.aliases.last else { return .absent }
            findings.add(
                .recordAliasDangling,
                "\(domain.recordName) is a CNAME to \(target), which does not exist")
            return .broken
        case .failed(let failure):
            let detail = "TXT of \(domain.recordName): \(failure.phrase)"
            findings.add(.recordLookupFailed, detail)
            return .unmeasured(detail: detail)
        case .found(let records):
            let state = judgeRecords(records.map(\.bytes), into: &findings)
            judgeWildcard(evidence.wildcardProbe, state, into: &findings)
            return state
        }
    }

    /// Judges the TXT records at one name, published or not.
    func judgeRecords(_ records: [[UInt8]], into findings: inout Findings) -> RecordState {
        let selection = STSRecordSet.select(records)
        judgeSenders(of: records, selection, into: &findings)
        switch selection {
        case .none:
            return .absent
        case .multiple(let several, discarded: _):
            findings.add(
                .recordMultiple,
                "\(several.count) records: \(Wording.list(several.map(Wording.quote), limit: 3))")
            return .broken
        case .one(let bytes, let reading, let discarded):
            guard let record = reading.record else {
                report(reading.problems, in: bytes, into: &findings)
                return .broken
            }
            if !discarded.isEmpty {
                findings.add(
                    .recordUnrelatedText,
                    "beside the record: \(Wording.list(discarded.map(Wording.quote), limit: 3))")
            }
            return .usable(record)
        }
    }

    /// One finding a cause: a second slip of the same kind in a line this short is seen at once.
    private func report(
        _ problems: [STSRecordProblem], in bytes: [UInt8], into findings: inout Findings
    ) {
        var reported: Set<Cause> = []
        for problem in problems where reported.insert(problem.kind.cause).inserted {
            findings.add(
                problem.kind.cause,
                "\(problem.kind.phrase), at byte \(problem.offset + 1) of \(Wording.quote(bytes))")
        }
    }

    private func judgeWildcard(
        _ probe: Lookup<[TXTRecord]>?, _ state: RecordState, into findings: inout Findings
    ) {
        guard let records = probe?.found else { return }
        switch state {
        case .absent, .unmeasured: return
        case .broken, .usable: break
        }
        // A wildcard with other text (an SPF policy, say) does not touch a name that exists.
        if case .none = STSRecordSet.select(records.map(\.bytes)) { return }
        let answer = Wording.list(records.map { Wording.quote($0.bytes) }, limit: 1)
        findings.add(.recordWildcard, "a random name answers with \(answer)")
    }

    /// Looks for what was meant as MTA-STS where there is no record. A policy host's failures
    /// are no findings here: without a record no sender goes there. That it may have a policy all
    /// the same is in `Evidence.unanswered`, for comparisons (see `Standing.hidden`).
    func judgeOrphans(
        _ evidence: Evidence, of domain: DomainName, into findings: inout Findings
    ) {
        if !evidence.misplacedRecords.isEmpty {
            let places = evidence.misplacedRecords.map { misplaced in
                "\(misplaced.place.name(in: domain)) has \(Wording.quote(misplaced.record.bytes))"
            }
            findings.add(.recordMisplaced, Wording.list(places, limit: 3))
            return
        }
        guard let policy = firstUsablePolicy(among: evidence.fetches) else { return }
        findings.add(
            .recordMissing,
            "\(domain.policyHost) serves a policy in mode \(policy.mode.rawValue)")
    }
}

extension MisplacedRecord.Place {
    func name(in domain: DomainName) -> String {
        switch self {
        case .apex: domain.description
        case .policyHost: "mta-sts.\(domain)"
        case .underscore: "_mta_sts.\(domain)"
        }
    }
}
