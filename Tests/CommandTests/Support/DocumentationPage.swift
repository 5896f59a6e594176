import Foundation

/// Pages of the documentation whose tables are held to the tests' rows.
enum DocumentationPage: String {
    case hardening = "Hardening"
    case realServers = "RealServers"

    /// The rows of the table with this header, as they are written; none where there is no such
    /// table.
    func rows(below header: String) throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/stsaudit/Documentation.docc/\(rawValue).md")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix(header) }) else { return [] }
        return Array(lines[(start + 2)...].prefix { $0.hasPrefix("| ") })
    }
}
