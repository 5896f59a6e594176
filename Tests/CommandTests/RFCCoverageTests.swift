import Foundation
import Testing

/// The page is worth something only while what it points at exists and nothing is left out.
@Suite("RFC coverage page")
struct RFCCoverageTests {
    /// How often each key word stands in each section (RFC 8461 whole but for §1.1, which only
    /// defines the words; RFC 8460 §3 to §5), and how many grammar rules it has (RFC 8461, and
    /// RFC 8460 §3). Counted in the RFCs.
    static let counts: [String: [String: Int]] = [
        "8461 §2": ["MUST NOT": 1],
        "8461 §3.1": ["MUST": 6, "MAY": 1, "ABNF": 8],
        "8461 §3.2": ["MUST": 4, "SHALL": 2, "SHOULD": 2, "ABNF": 25],
        "8461 §3.3": ["MUST": 3, "MUST NOT": 2, "SHOULD": 4, "MAY": 3],
        "8461 §3.4": ["MUST": 1, "MUST NOT": 1],
        "8461 §4": ["MUST": 1],
        "8461 §4.2": ["MUST": 3, "MAY": 1],
        "8461 §5": ["MUST NOT": 2, "SHOULD": 1],
        "8461 §5.1": ["MUST NOT": 1],
        "8461 §6": ["SHOULD": 1],
        "8461 §7.1": ["MUST": 5, "MUST NOT": 1, "MAY": 2],
        "8461 §7.2": ["MUST": 1, "SHOULD": 1],
        "8461 §8.1": ["SHOULD": 2],
        "8461 §8.2": ["MUST NOT": 1],
        "8461 §10.2": ["SHOULD": 2, "SHOULD NOT": 1],
        "8460 §3": [
            "MUST": 8, "MUST NOT": 1, "SHALL": 1, "SHOULD": 1, "SHOULD NOT": 2, "MAY": 4, "ABNF": 9,
        ],
        "8460 §4": ["MUST": 1],
        "8460 §4.1": ["SHOULD": 1],
        "8460 §4.3.1": ["SHOULD": 2],
        "8460 §4.3.3": ["SHOULD": 2],
        "8460 §4.4": ["MUST": 2],
        "8460 §5.1": ["RECOMMENDED": 1, "MUST": 3],
        "8460 §5.2": ["SHOULD": 1],
        "8460 §5.3": ["MUST": 2, "SHOULD": 2, "MAY": 1],
        "8460 §5.3.1": ["MUST NOT": 1],
        "8460 §5.4": ["MUST": 1, "SHOULD": 2, "MAY": 2],
        "8460 §5.5": ["SHOULD": 2],
        "8460 §5.6": ["MUST": 1],
    ]

    /// The grammar rules by name, so that none stands twice for another.
    static let rules: Set<String> = [
        "sts-text-record", "sts-field", "sts-field-delim", "sts-version", "sts-id",
        "sts-extension", "sts-ext-name", "sts-ext-value",
        "sts-policy-record", "sts-policy-field", "sts-policy-field-delim", "sts-policy-version",
        "sts-policy-version-field", "sts-policy-version-value", "sts-policy-mode",
        "sts-policy-mode-field", "sts-policy-mode-value", "sts-policy-mx", "sts-policy-mx-field",
        "sts-policy-mx-value", "sts-policy-max-age", "sts-policy-max-age-field",
        "sts-policy-max-age-value", "sts-policy-extension", "sts-policy-ext-name",
        "sts-policy-term", "sts-policy-ext-value", "sts-policy-alphanum", "sts-policy-vchar",
        "UTF8-2", "UTF8-3", "UTF8-4", "Domain",
        "tlsrpt-record", "field-delim", "tlsrpt-field", "tlsrpt-version", "tlsrpt-rua",
        "tlsrpt-uri", "tlsrpt-extension", "tlsrpt-ext-name", "tlsrpt-ext-value",
    ]

    @Test("every key word and every grammar rule has its row")
    func complete() throws {
        var found: [String: [String: Int]] = [:]
        for row in try CoveragePage.rows() where row.word != "text" {
            found["\(row.rfc) §\(row.section)", default: [:]][row.word, default: 0] += 1
        }
        #expect(found == Self.counts)
        let named = try CoveragePage.rows().filter { $0.word == "ABNF" }.compactMap(\.rule)
        #expect(Set(named) == Self.rules)
        #expect(named.count == Self.rules.count)
    }

    @Test("rows are of the closed sets, and an n/a or partial one says why")
    func wellFormed() throws {
        for row in try CoveragePage.rows() {
            let at = "line \(row.line)"
            #expect(["sender", "recipient", "reporter", "both"].contains(row.duty), "\(at)")
            switch row.status {
            case "yes": #expect(!row.code.isEmpty && !row.test.isEmpty, "\(at)")
            case let status where status.hasPrefix("partial: "):
                #expect(!row.code.isEmpty && !row.test.isEmpty && status.count > 20, "\(at)")
            case let status where status.hasPrefix("n/a: "):
                #expect(row.code.isEmpty && row.test.isEmpty && status.count > 15, "\(at)")
            default: Issue.record("\(at): no such status: \(row.status)")
            }
        }
    }

    @Test("what the rows point at exists")
    func pointers() throws {
        for row in try CoveragePage.rows() {
            try expect(row.code, below: "Sources", line: row.line)
            try expect(row.test, below: "Tests", line: row.line, isTest: true)
        }
    }

    @Test("the errata, each with a decision that points at code and test")
    func errata() throws {
        let rows = try CoveragePage.errata()
        #expect(rows.map(\.number) == ["6253", "6285", "7282", "6241"])
        for row in rows {
            #expect(row.decision.count > 40, "line \(row.line)")
            try expect(row.code, below: "Sources", line: row.line)
            try expect(row.test, below: "Tests", line: row.line, isTest: true)
        }
    }

    /// - Parameter isTest: the name has to be a test's, not any text of the file.
    private func expect(
        _ pointer: [String], below folder: String, line: Int, isTest: Bool = false
    ) throws {
        if pointer.isEmpty { return }
        try #require(pointer.count == 2, "line \(line): a file and a name, each in backticks")
        let file = CoveragePage.root.appending(path: "\(folder)/\(pointer[0])")
        let text = try? String(contentsOf: file, encoding: .utf8)
        guard let text else {
            Issue.record("line \(line): there is no \(folder)/\(pointer[0])")
            return
        }
        let name = isTest ? "\"\(pointer[1])\"" : pointer[1]
        #expect(text.contains(name), "line \(line): no \(name) in \(folder)/\(pointer[0])")
    }
}

/// The tables of the page.
private enum CoveragePage {
    struct Row {
        var line: Int
        var rfc: String
        var section: String
        var word: String
        var requirement: String
        var duty: String
        /// File and name; empty for `-`.
        var code: [String]
        var test: [String]
        var status: String

        /// The grammar rule that the requirement begins with.
        var rule: String? { quoted(requirement).first }
    }

    struct Erratum {
        var line: Int
        var number: String
        var decision: String
        var code: [String]
        var test: [String]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL

    static func rows() throws -> [Row] {
        try tables().filter { $0.cells.count == 7 }.map { line, heading, cells in
            Row(
                line: line, rfc: heading.contains("8460") ? "8460" : "8461", section: cells[0],
                word: cells[1], requirement: cells[2], duty: cells[3], code: quoted(cells[4]),
                test: quoted(cells[5]), status: cells[6])
        }
    }

    static func errata() throws -> [Erratum] {
        try tables().filter { $0.cells.count == 6 }.map { line, _, cells in
            Erratum(
                line: line, number: cells[1], decision: cells[3], code: quoted(cells[4]),
                test: quoted(cells[5]))
        }
    }

    /// The rows of all tables below their heads, with the heading they stand under.
    private static func tables() throws -> [(line: Int, heading: String, cells: [String])] {
        let page = root.appending(path: "Sources/stsaudit/Documentation.docc/RFCCoverage.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        var rows: [(line: Int, heading: String, cells: [String])] = []
        var heading = ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("#") { heading = String(line) }
            guard line.hasPrefix("| "), line.hasSuffix(" |") else { continue }
            let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
            // The head of a table is the row above its rule.
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            if !next.hasPrefix("|---") { rows.append((index + 1, heading, cells)) }
        }
        return rows
    }

    /// What stands in backticks.
    static func quoted(_ cell: String) -> [String] {
        cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
            .map(\.element)
    }
}
