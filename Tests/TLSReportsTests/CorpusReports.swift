import Foundation
import Testing

/// Reports that nobody here wrote; where they are is told by `STSAUDIT_CORPUS`.
enum CorpusReports {
    static let folder = ProcessInfo.processInfo.environment["STSAUDIT_CORPUS"]
        .map { URL(filePath: $0, directoryHint: .isDirectory).appending(path: "tlsrpt") }

    /// A row of the corpus' index.
    struct Entry {
        var file: String
        var organization: String
        /// What the index finds in a file, in its own words.
        var findings: [String]
        var note: String
        /// The mail that the file was taken out of.
        var mail: String
    }

    static func path(_ file: String) throws -> String {
        try #require(folder).appending(path: file).path(percentEncoded: false)
    }

    static func entries() throws -> [Entry] {
        let text = try String(contentsOfFile: path("index.csv"), encoding: .utf8)
        let rows = table(text)
        let columns = try #require(rows.first)
        return rows.dropFirst().filter { $0.count == columns.count }.map { row in
            let cells = Dictionary(zip(columns, row), uniquingKeysWith: { first, _ in first })
            let findings = (cells["observations"] ?? "").split(separator: ";")
            return Entry(
                file: cells["file"] ?? "", organization: cells["organization_name"] ?? "",
                findings: findings.map { $0.trimmingCharacters(in: .whitespaces) },
                note: cells["note"] ?? "", mail: cells["extracted_from"] ?? "")
        }
    }

    /// RFC 4180.
    private static func table(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var cells = [""]
        var isQuoted = false
        var previous: Character?
        for character in text {
            switch character {
            case "\"":
                // A quote inside quotes is doubled: toggling at each and keeping one is enough.
                if !isQuoted, previous == "\"" { cells[cells.count - 1].append("\"") }
                isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            case "\n" where !isQuoted, "\r\n" where !isQuoted:
                rows.append(cells)
                cells = [""]
            default: cells[cells.count - 1].append(character)
            }
            previous = character
        }
        return rows
    }
}
