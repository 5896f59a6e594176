import Audit
import Testing

@testable import stsaudit

@Suite("causes", .timeLimit(.minutes(6)))
struct CatalogueCommandTests {
    @Test("the list names every cause once")
    func list() async throws {
        let outcome = try await Tool.run(["causes"], in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let codes = outcome.out.split(separator: "\n").filter { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(codes.sorted() == Cause.allCases.map(\.code).sorted())
    }

    @Test("a page for every cause, with all its parts", arguments: Cause.allCases)
    func page(cause: Cause) {
        let lines = CauseText.page(for: cause).split(separator: "\n").map(String.init)
        #expect(lines.first == "\(cause.code): \(cause.explanation.title)")
        for name in ["Severity", "Meaning", "A sender", "Remedy", "Reference", "Guide step"] {
            #expect(lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
        }
        // The heading and the commands are to be copied whole; all else fits a terminal.
        let prose = lines.dropFirst().prefix { !$0.hasPrefix("Verify") }
        #expect(prose.allSatisfy { $0.count <= 80 })
    }

    @Test("one cause from the command line")
    func one() async throws {
        let outcome = try await Tool.run(["causes", "mx-all-uncovered"], in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.out == CauseText.page(for: .mxAllUncovered))
    }

    @Test("an unknown code is a usage error that names it, harmlessly")
    func unknown() async throws {
        let outcome = try await Tool.run(["causes", "no-\u{1B}[31mcode"], in: Scratch())
        #expect(outcome.status == 64)
        #expect(outcome.out == "")
        #expect(outcome.errors.contains("no-\\u{1B}[31mcode"))
        #expect(!outcome.errors.contains("\u{1B}"))
    }
}
