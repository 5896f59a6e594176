import Foundation

/// The documentation's page whose tables are held to the tests' rows.
enum HardeningPage {
    /// The rows of the table with this header, as they are written.
    static func rows(below header: String) throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/stsaudit/Documentation.docc/Hardening.md")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix(header) }) else { return [] }
        return Array(lines[(start + 2)...].prefix { $0.hasPrefix("| ") })
    }
}
