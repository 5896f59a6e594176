import Audit
import Foundation
import Testing

/// Each project's own test of a record or policy against its profile here.
@Suite(
    "Senders: the projects' own tests",
    .enabled(if: CorpusFiles.folder != nil, "STSAUDIT_CORPUS is not set"))
struct SenderCorpusTests {
    static let projects: [String: SenderName] = [
        "Snawoot/postfix-mta-sts-resolver": .resolver, "Zuplu/postfix-tlspol": .tlspol,
        "mjl-/mox": .mox, "foxcpp/go-mtasts": .maddy, "albertito/chasquid": .chasquid,
        "KumoCorp/kumomta": .kumo, "stalwartlabs/stalwart": .stalwart,
        "stalwartlabs/mail-auth": .stalwart, "mimecast/mta-sts": .mimecast,
        "mailpiece/mta_sts": .mailpiece,
    ]

    struct Case: Decodable {
        enum Input: Decodable {
            case text(String), texts([String])
            /// A matcher's arguments.
            case match(Match)
            /// Fields of an object: no text to read.
            case other

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else if let texts = try? container.decode([String].self) {
                    self = .texts(texts)
                } else if let match = try? container.decode(Match.self), !match.isEmpty {
                    self = .match(match)
                } else {
                    self = .other
                }
            }
        }

        struct Match: Decodable {
            var host: String?
            var patterns: [String]?
            /// Instead of host and patterns: whether it is a pattern at all.
            var pattern: String?
            /// The policy's, where the matcher looks at it.
            var mode: String?

            var isEmpty: Bool { patterns == nil && pattern == nil }
        }

        var project: String
        var kind: String
        var input: Input
        var expected: String
        var note: String
        var strict: String

        enum CodingKeys: String, CodingKey {
            case kind, input, expected, note
            case project = "source_repo"
            case strict = "rfc_strict"
        }

        var sender: SenderName? {
            if project == "postalsys/mailauth" {
                return note.contains("strict mode") ? .mailauthStrict : .mailauth
            }
            return projects[project]
        }
    }

    /// Assertions that are of another layer or configuration than the profile is of, by what
    /// the project says of them.
    static let elsewhere: [String: String] = [
        "invalid with requireCRLF (\"Policy does not support empty lines\")":
            "an option of Mimecast's library that is off by default",
        "warning only for max_age (\"Max age more than config max: 31557601 > 31557600\"); "
            + "invalid here only for the missing final EOL":
            "the same option; max_age alone is a warning there, as in the profile",
    ]

    static func cases() throws -> [Case] {
        let decoder = JSONDecoder()
        return try CorpusFiles.read("peer-cases.jsonl").split(separator: 0x0A).map {
            try decoder.decode(Case.self, from: Data($0))
        }
    }

    @Test("records")
    func records() throws {
        var explained = 0
        var seen = 0
        for row in try Self.cases() where row.kind == "txt-record" {
            guard let sender = row.sender else { continue }
            let texts: [String]
            switch row.input {
            case .text(let text): texts = [text]
            case .texts(let several): texts = several
            case .match, .other: continue
            }
            seen += 1
            let reading = SenderReader.record(
                texts.map { Array($0.utf8) }, as: try sender.profile())
            let isExpected = row.expected.hasPrefix("valid")
            #expect(reading.isUsed == isExpected, "\(sender.rawValue): \(texts)")
            if isExpected != (row.strict == "valid") { explained += 1 }
            if let id = Self.value("id", in: row.expected), case .uses(let read?) = reading {
                #expect(read == id)
            }
        }
        #expect(seen >= 40 && explained >= 8, "\(seen) rows, \(explained) differences")
    }

    @Test("policies")
    func policies() throws {
        var explained = 0
        var seen = 0
        for row in try Self.cases() where row.kind == "policy" {
            guard let sender = row.sender, case .text(let text) = row.input else { continue }
            if Self.elsewhere[row.expected] != nil { continue }
            seen += 1
            let reading = SenderReader.policy(
                Array(text.utf8), contentType: "text/plain; charset=utf-8",
                as: try sender.profile())
            let isExpected = row.expected.hasPrefix("valid")
            #expect(
                (reading.outcome != .ignores) == isExpected, "\(sender.rawValue): \(text)")
            if isExpected != (row.strict == "valid") { explained += 1 }
            if let mode = Self.value("mode", in: row.expected) {
                #expect(reading.outcome.mode == mode)
            }
            if let age = Self.value("max_age", in: row.expected).flatMap(Double.init) {
                #expect(reading.maxAge == Int(age))
            }
        }
        #expect(seen >= 60 && explained >= 8, "\(seen) rows, \(explained) differences")
    }

    /// Who decides otherwise about the texts of the corpus that were really published, against
    /// a table that was reviewed; it holds our sentences only, never the texts. Written anew as
    /// the other golden tables are.
    @Test("published policies and records")
    func published() throws {
        var lines: [String] = []
        for name in try CorpusFiles.policies() {
            let body = try CorpusFiles.read("policies/\(name)")
            let panel = SenderPanel(records: nil, policy: ServedPolicy(body: body))
            lines.append("\(name)  \(panel.policyDisagreement ?? "agreed")")
        }
        let rows = try CorpusFiles.table("txt-records.csv", columns: 2)
        for (index, row) in rows.enumerated() where row[0] == "mta-sts" {
            let panel = SenderPanel(records: [Array(row[1].utf8)], policy: nil)
            lines.append("row \(index + 1)  \(panel.recordDisagreement ?? "agreed")")
        }
        let table = lines.map { $0 + "\n" }.joined()
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Goldens/corpus-senders.txt")
        if ProcessInfo.processInfo.environment["STSAUDIT_RECORD_GOLDENS"] == "1" {
            try Data(table.utf8).write(to: file)
            Issue.record("the table was written anew: review it and run without recording")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        for (line, wanted) in zip(lines, expected.split(separator: "\n")) {
            #expect(line == wanted)
        }
        #expect(table == expected)
    }

    /// The value of `name=value` in words, without quotes.
    static func value(_ name: String, in words: String) -> String? {
        guard let start = words.range(of: name + "=") else { return nil }
        let rest = words[start.upperBound...]
        guard rest.first != "'" else { return nil }
        let value = rest.prefix { $0 != " " }
        return value.isEmpty ? nil : String(value)
    }
}

extension SenderOutcome {
    fileprivate var mode: String? {
        switch self {
        case .enforces: "enforce"
        case .tests: "testing"
        case .off: "none"
        case .ignores: nil
        }
    }
}
