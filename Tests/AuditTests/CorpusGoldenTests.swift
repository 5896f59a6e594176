import Audit
import Foundation
import Testing

/// What the judge says of every published text of the corpus, against a table that was reviewed
/// row by row. The table holds our outcomes only, never the texts.
///
/// Set `STSAUDIT_RECORD_GOLDENS=1` to write the tables anew; that run fails, so that nobody
/// takes it for a test, and what changed is for the eye in the diff.
@Suite(
    "Corpus: golden tables",
    .enabled(if: CorpusFiles.folder != nil, "STSAUDIT_CORPUS is not set"))
struct CorpusGoldenTests {
    @Test("published policies")
    func policies() throws {
        let names = try CorpusFiles.policies()
        #expect(names.count == 108)
        let blocks = try names.map { name in
            let linted = Lint().policy(try CorpusFiles.read("policies/\(name)"))
            return Golden.block(name, linted.mode ?? "invalid", linted.findings)
        }
        try Golden.compare(blocks, with: "corpus-policies.txt")
    }

    @Test("published TXT strings, each alone at its name")
    func strings() throws {
        let rows = try CorpusFiles.table("txt-records.csv", columns: 2)
        let blocks = rows.enumerated().compactMap { index, row -> String? in
            let texts = [Array(row[1].utf8)]
            let head = "row \(index + 1), \(row[0])"
            switch row[0] {
            case "mta-sts":
                let linted = Lint().record(texts)
                return Golden.block(head, linted.isValid ? "valid" : "invalid", linted.findings)
            case "tlsrpt":
                let linted = Lint().tlsrpt(texts)
                return Golden.block(head, linted.isValid ? "valid" : "invalid", linted.findings)
            // An owner name is no text to judge.
            default: return nil
            }
        }
        #expect(blocks.count >= 45)
        try Golden.compare(blocks, with: "corpus-records.txt")
    }
}

/// A table of outcomes beside this file.
private enum Golden {
    /// `003.txt  invalid`, then a line for each finding.
    static func block(_ name: String, _ outcome: String, _ findings: [Finding]) -> String {
        let lines = findings.filter(\.isOfTheRFC).map { finding in
            let place = finding.line.map { "\($0):\(finding.column ?? 0)" } ?? "-"
            return "    \(place) \(finding.severity) \(finding.cause.code): \(said(in: finding))"
        }
        return (["\(name)  \(outcome)"] + lines).joined(separator: "\n") + "\n"
    }

    /// The detail up to the quoted text, which is the corpus's and not ours to keep.
    private static func said(in finding: Finding) -> String {
        var phrase = finding.detail.prefix { $0 != "\"" }
        while let last = phrase.last, " :,".contains(last) { phrase.removeLast() }
        return phrase.hasSuffix(" of") ? String(phrase.dropLast(3)) : String(phrase)
    }

    static func compare(_ blocks: [String], with name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Goldens/\(name)")
        if ProcessInfo.processInfo.environment["STSAUDIT_RECORD_GOLDENS"] == "1" {
            try Data(blocks.joined().utf8).write(to: file)
            Issue.record("\(name) was written anew: review the change and run without recording")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        for (block, wanted) in zip(blocks, Self.blocks(of: expected)) { #expect(block == wanted) }
        #expect(blocks.joined() == expected)
    }

    private static func blocks(of text: String) -> [String] {
        var blocks: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(" "), !blocks.isEmpty {
                blocks[blocks.count - 1] += line + "\n"
            } else {
                blocks.append(line + "\n")
            }
        }
        return blocks
    }
}
