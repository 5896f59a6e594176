internal import Audit
internal import Evidence
internal import Store

/// Changes as CSV: a row for each domain.
struct ChangeTable {
    private var row = CSVRow()
    private var moment = MomentText()

    func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in [
            "domain", "accounts", "change", "verdict_before", "verdict", "severity_before",
            "severity", "appeared", "cleared", "differs", "causes_before", "causes", "detail",
            "remedy", "compared_with_run", "measured_before", "measured_at",
        ] { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    mutating func append(_ change: DomainChange, to buffer: inout [UInt8]) {
        let (before, after) = (change.before, change.after)
        // The one to act on: what is new, or else the worst.
        let finding =
            change.comparison.appeared.first.flatMap { cause in
                after?.findings.first { $0.cause == cause }
            } ?? after?.findings.first
        row.removeAll()
        row.text(change.domain)
        row.carried(change.accounts.joined(separator: "; "))
        row.word(change.kind.rawValue)
        row.word(before?.verdict.rawValue ?? "")
        row.word(after?.verdict.rawValue ?? "")
        row.word(before?.severity?.rawValue ?? "")
        row.word(after?.severity?.rawValue ?? "")
        row.word(Self.codes(change.comparison.appeared))
        row.word(Self.codes(change.comparison.cleared))
        row.word(change.differences.map(\.rawValue).joined(separator: " "))
        row.word(Self.codes(before?.causes ?? []))
        row.word(Self.codes(after?.causes ?? []))
        row.text(finding?.detail ?? "")
        row.text(finding.map { Catalogue.remedy($0.cause) } ?? "")
        row.word(before.map { "\($0.run)" } ?? "")
        row.word(before.map { moment($0.measuredAt) } ?? "")
        row.word(after.map { moment($0.measuredAt) } ?? "")
        row.end()
        buffer += row.bytes
    }

    private static func codes(_ causes: [Cause]) -> String {
        causes.map(\.rawValue).joined(separator: " ")
    }
}

extension DomainChange.Side {
    /// The most urgent; nil without findings.
    var severity: Severity? { findings.first?.severity }
}
