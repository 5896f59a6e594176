import Evidence
import MTASTS

extension Judge {
    /// Judges the `_smtp._tls` TXT (RFC 8460 §3), which never changes a verdict.
    ///
    /// - Parameter isRequired: an STS record is published, so failures are worth a report.
    ///   Otherwise only a record that is there and broken is a finding.
    func judgeReporting(
        _ lookup: Lookup<[TXTRecord]>, of domain: DomainName, isRequired: Bool,
        into findings: inout Findings
    ) {
        switch lookup.outcome {
        case .found(let records):
            let state = judgeReportingRecords(records.map(\.bytes), into: &findings)
            switch state {
            case .absent where isRequired:
                findings.add(
                    .tlsrptMissing, "no TXT of \(domain.reportingName) begins with v=TLSRPTv1;")
            case .absent, .broken, .usable: break
            }
        case .noData, .nameMissing:
            guard isRequired else { return }
            findings.add(.tlsrptMissing, "\(domain.reportingName) has no TXT")
        case .failed(let failure):
            guard isRequired else { return }
            findings.add(.tlsrptLookupFailed, "TXT of \(domain.reportingName): \(failure.phrase)")
        }
    }

    /// Judges the TXT records at one name, published or not.
    func judgeReportingRecords(
        _ records: [[UInt8]], into findings: inout Findings
    ) -> ReportingState {
        switch TLSRPTRecordSet.select(records) {
        case .none:
            return .absent
        case .multiple(let several, discarded: _):
            findings.add(
                .tlsrptMultiple,
                "\(several.count) records: \(Wording.list(several.map(Wording.quote), limit: 3))")
            return .broken
        case .one(let bytes, let reading, discarded: _):
            if let record = reading.record { return .usable(record) }
            var reported: Set<Cause> = []
            for problem in reading.problems where reported.insert(problem.kind.cause).inserted {
                findings.add(
                    problem.kind.cause,
                    "\(problem.kind.phrase), at byte \(problem.offset + 1) of "
                        + Wording.quote(bytes))
            }
            return .broken
        }
    }
}

/// What reporting senders make of the `_smtp._tls` TXT.
enum ReportingState {
    case absent
    case broken
    case usable(TLSRPTRecord)
}
