import Audit
import Foundation
import Testing

extension Finding {
    /// Of the strict reading. What single senders make of a text is a table of its own, with its
    /// own tests.
    var isOfTheRFC: Bool { !cause.code.hasSuffix("-sender-disagreement") }
}

/// Inputs that nobody here wrote; where they are is told by `STSAUDIT_CORPUS`.
enum CorpusFiles {
    static let folder = ProcessInfo.processInfo.environment["STSAUDIT_CORPUS"]
        .map { URL(filePath: $0, directoryHint: .isDirectory) }

    static func read(_ path: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// Names of the policy files, in order.
    static func policies() throws -> [String] {
        let folder = try #require(folder).appending(path: "policies")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".txt") }.sorted()
    }

    /// The first `columns` cells of each RFC 4180 row below the header.
    static func table(_ path: String, columns: Int) throws -> [[String]] {
        var rows: [[String]] = []
        var cells = [""]
        var isQuoted = false
        // A quote inside quotes is doubled, so toggling at each and keeping one of a pair is enough.
        var previous: Character?
        for character in String(decoding: try read(path), as: UTF8.self) {
            switch character {
            case "\"":
                if !isQuoted, previous == "\"" { cells[cells.count - 1].append("\"") }
                isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            case "\n" where !isQuoted, "\r\n" where !isQuoted:
                rows.append(Array(cells.prefix(columns)))
                cells = [""]
            default: cells[cells.count - 1].append(character)
            }
            previous = character
        }
        return Array(rows.dropFirst())
    }
}
