public import Audit
internal import Evidence
public import Store

/// A run as JUnit XML, for CI systems: a test case for each portfolio row.
///
/// A row fails when a finding reaches the threshold; a domain that was not measured is skipped,
/// which is neither. Written page by page.
public enum JUnitReport {
    private static let pageRows = 500

    /// - Parameters:
    ///   - threshold: the least severity that fails a case; not `.unmeasured`.
    public static func write(
        _ store: AuditStore, _ run: Run, failingAt threshold: Severity, to file: OutputFile
    ) async throws(ReportError) {
        let summary = try await Summary(store, run)
        try file.write { $0 += head(summary).utf8 }
        var key = RowKey.start
        while true {
            let page: [ReportRow]
            do throws(StoreError) {
                page = try await store.rows(of: run, after: key, limit: pageRows)
            } catch {
                throw .store(error)
            }
            try file.write { buffer in
                for row in page { buffer += testCase(row, threshold).utf8 }
            }
            guard let last = page.last, page.count == pageRows else { break }
            key = last.key
        }
        try file.write { $0 += "</testsuite>\n</testsuites>\n".utf8 }
        try file.commit()
    }

    private static func head(_ summary: Summary) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites>
        <testsuite name="stsaudit \(XMLText.escape(summary.run.portfolio))" \
        timestamp="\(summary.run.startedAt.description.dropLast())" \
        tests="\(summary.run.rowCount)">

        """
    }

    private static func testCase(_ row: ReportRow, _ threshold: Severity) -> String {
        let name = XMLText.escape(row.domain ?? row.input)
        let account = XMLText.escape(row.account.isEmpty ? "(no account)" : row.account)
        let start = "<testcase classname=\"\(account)\" name=\"\(name)\" line=\"\(row.key.line)\""
        let failed = row.findings.filter { $0.severity >= threshold }
        if let first = failed.first {
            let lines = failed.map { finding in
                "\(finding.cause.code): \(finding.detail)\nDo: \(Catalogue.remedy(finding.cause))"
            }
            let verdict = row.verdict?.rawValue ?? "not examined"
            return """
                \(start)><failure type="\(first.cause.code)" message="\(verdict): \
                \(XMLText.escape(first.detail))">\(XMLText.escapeLines(lines))</failure></testcase>

                """
        }
        if row.verdict == nil || row.verdict == .unmeasured {
            let reason = row.findings.first?.detail ?? "not examined"
            return "\(start)><skipped message=\"\(XMLText.escape(reason))\"/></testcase>\n"
        }
        return "\(start)/>\n"
    }
}

/// Text for an XML document, made harmless.
private enum XMLText {
    /// `InertText` leaves no control character, and XML 1.0 allows every other one.
    static func escape(_ text: String) -> String { HTMLText.escape(noncharacters(text)) }

    static func escapeLines(_ lines: [String]) -> String {
        lines.flatMap { $0.split(separator: "\n") }.map { escape(String($0)) }
            .joined(separator: "\n")
    }

    /// U+FFFE and U+FFFF are no characters of XML 1.0 (§2.2).
    private static func noncharacters(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isNoncharacter) else { return text }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.map { isNoncharacter($0) ? "\u{FFFD}" : $0 })
        return String(kept)
    }

    private static func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }
}
