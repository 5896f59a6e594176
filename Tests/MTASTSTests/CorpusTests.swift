import Foundation
import MTASTS
import Testing

/// Inputs that nobody here wrote; where they are is told by `STSAUDIT_CORPUS`.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["STSAUDIT_CORPUS"]
        .map { URL(filePath: $0, directoryHint: .isDirectory) }

    static func read(_ path: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// RFC 4180 rows as dictionaries by the header.
    static func table(_ path: String) throws -> [[String: String]] {
        var rows: [[String]] = [[""]]
        var isQuoted = false
        let text = String(decoding: try read(path), as: UTF8.self)
        var iterator = text.replacing("\r\n", with: "\n").makeIterator()
        var pending = iterator.next()
        while let character = pending {
            pending = iterator.next()
            let cell = rows[rows.count - 1].count - 1
            switch character {
            case "\"" where isQuoted && pending == "\"":
                rows[rows.count - 1][cell].append("\"")
                pending = iterator.next()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: rows[rows.count - 1].append("")
            case "\n" where !isQuoted: rows.append([""])
            default: rows[rows.count - 1][cell].append(character)
            }
        }
        let header = rows.removeFirst()
        return rows.filter { $0.count == header.count }.map {
            Dictionary(uniqueKeysWithValues: zip(header, $0))
        }
    }
}

@Suite("Corpus", .enabled(if: Corpus.folder != nil, "STSAUDIT_CORPUS is not set"))
struct CorpusTests {
    @Test("published policies are decided as by the second opinion")
    func policies() throws {
        let rows = try Corpus.table("policies/index.csv")
        #expect(rows.count >= 108)
        for row in rows {
            let number = try #require(row["n"])
            let reading = STSPolicyReading.read(try Corpus.read("policies/\(number).txt"))
            let expected = row["strict_abnf"] == "valid"
            #expect((reading.policy != nil) == expected, "\(number): \(reading.problems)")
        }
    }

    @Test("peers' cases are decided as the RFC decides")
    func peers() throws {
        var decided = 0
        for line in try Corpus.read("peer-cases.jsonl").split(separator: 0x0A) {
            let parsed = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let row = try #require(parsed)
            guard let kind = row["kind"] as? String, let input = row["input"],
                let strict = row["rfc_strict"] as? String, !strict.isEmpty
            else { continue }
            let sound = ["valid", "match", "valid pattern"].contains(strict)
            #expect(try decide(kind, input) == sound, "\(kind) \(input): \(strict)")
            decided += 1
        }
        #expect(decided >= 330)
    }

    private func decide(_ kind: String, _ input: Any) throws -> Bool {
        switch kind {
        case "txt-record":
            guard case .one(_, let reading, _) = STSRecordSet.select(records(input))
            else { return false }
            return reading.record != nil
        case "tlsrpt-record":
            guard case .one(_, let reading, _) = TLSRPTRecordSet.select(records(input))
            else { return false }
            return reading.record != nil
        case "policy":
            let text = try #require(input as? String)
            return STSPolicyReading.read(Array(text.utf8)).policy != nil
        default:
            let match = try #require(input as? [String: Any])
            if let pattern = match["pattern"] as? String { return (try? MXPattern(pattern)) != nil }
            let patterns = try #require(match["patterns"] as? [String])
            let host = try #require(match["host"] as? String)
            return patterns.contains { (try? MXPattern($0))?.covers(host) == true }
        }
    }

    /// One text is a set of one record.
    private func records(_ input: Any) -> [[UInt8]] {
        let texts = input as? [String] ?? (input as? String).map { [$0] } ?? []
        return texts.map { Array($0.utf8) }
    }

    /// Published strings that are broken, by what is wrong with them.
    private static let broken: Set<String> = [
        // An id of base64, a hyphen, template marks.
        "v=STSv1; id=<base64 with \"+\">", "v=STSv1; id=2024-01", "v=STSv1; id=%serial%;",
        "v=STSv1; id=${var.mta_sts_policy_id};",
        // A zone file's escape.
        "v=STSv1\\; id=1",
        // rua: a field in the list, a final comma, ";" for ":", a bare address.
        "v=TLSRPTv1; rua=mailto:mta-sts@naa.gov.au,ruf=mailto:mta-sts@naa.gov.au",
        "v=TLSRPTv1; rua=mailto:emailsecurity@medela.com,",
        "v=TLSRPTv1; rua=mailto;mtasts@psu.ac.th", "v=TLSRPTv1; rua=postmaster@isaspa.it",
    ]

    @Test("published TXT strings")
    func records() throws {
        for row in try Corpus.table("txt-records.csv") {
            let text = try #require(row["value"])
            let isBroken = Self.broken.contains(text)
            switch row["kind"] {
            case "mta-sts":
                let problems = STSRecord.parse(text.utf8).problems
                #expect(problems.isEmpty != isBroken && problems.count <= 1, "\(text): \(problems)")
            case "tlsrpt":
                let problems = TLSRPTRecord.parse(text.utf8).problems
                #expect(problems.isEmpty != isBroken && problems.count <= 1, "\(text): \(problems)")
            default: continue
            }
        }
    }
}
