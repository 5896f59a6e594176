import Audit
import Foundation
import Testing

@Suite("Senders: the documentation's page")
struct SenderPageTests {
    @Test("the table and the sources are those of the profiles, in their order")
    func complete() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/stsaudit/Documentation.docc/Senders.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("| ") }.dropFirst()
            .map { $0.dropFirst(2).dropLast(2).components(separatedBy: " | ") }
        #expect(rows.map(\.first) == SenderProfile.all.map(\.name))
        #expect(rows.allSatisfy { $0.count == 3 && $0.allSatisfy { !$0.isEmpty } })
        let sources = lines.filter { $0.hasPrefix("### ") || $0.hasPrefix("- ") }.map(String.init)
        let expected = SenderProfile.all.flatMap { sender in
            ["### \(sender.name)"] + sender.sources.map { "- \($0)" }
        }
        #expect(sources == expected)
    }
}
