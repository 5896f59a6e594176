internal import Audit
internal import Lab
internal import Report
internal import Store

/// How a run over a generated world compares with what the world was built to be.
struct TruthAgreement {
    private(set) var domains = 0
    private(set) var equalVerdicts = 0
    private(set) var equalCauses = 0
    /// One line for each of the first differences.
    private(set) var differences: [String] = []
    private(set) var expected: Int

    private static let listed = 50
    private static let pageRows = 2000

    var isComplete: Bool {
        equalVerdicts == domains && equalCauses == domains && domains == expected
    }

    /// Reads the run's rows page by page.
    static func of(
        _ store: AuditStore, _ run: Run, with world: GeneratedWorld
    ) async throws -> TruthAgreement {
        var agreement = TruthAgreement(expected: world.count)
        var key = RowKey.start
        while true {
            let page = try await store.rows(
                of: run, after: key, settledOnly: false, limit: pageRows)
            for row in page { agreement.count(row, world) }
            guard page.count == pageRows, let last = page.last else { return agreement }
            key = last.key
        }
    }

    private init(expected: Int) { self.expected = expected }

    private mutating func count(_ row: ReportRow, _ world: GeneratedWorld) {
        domains += 1
        let truth = row.domain.flatMap(world.truth(of:))?.scenario
        let verdict = row.status?.verdict.rawValue ?? "nothing"
        let causes = Set(row.status?.findings.map(\.cause.code) ?? []).sorted()
        let isEqualVerdict = verdict == truth?.verdict
        let isEqualCauses = causes == truth?.causes
        if isEqualVerdict { equalVerdicts += 1 }
        if isEqualCauses { equalCauses += 1 }
        guard !isEqualVerdict || !isEqualCauses, differences.count < Self.listed else { return }
        differences.append(
            "\(row.input) (\(truth?.name ?? "unknown")): \(verdict) \(causes), truth "
                + "\(truth?.verdict ?? "none") \(truth?.causes ?? [])")
    }

    var text: String {
        func line(_ name: String, _ equal: Int) -> String {
            "\(name): \(ProgressLine.grouped(equal)) of \(ProgressLine.grouped(expected)) "
                + "equal the truth\n"
        }
        var text = line("Verdicts", equalVerdicts) + line("Cause sets", equalCauses)
        for difference in differences { text += "  \(InertText.line(difference))\n" }
        return text
    }
}
