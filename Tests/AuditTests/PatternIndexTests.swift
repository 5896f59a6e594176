import MTASTS
import Testing

@testable import Audit

@Suite("MX coverage in bulk says what MXPattern says (RFC 8461 §4.1)")
struct PatternIndexTests {
    /// All names of up to four labels of these, so that every relation of two names occurs.
    private static let names: [String] = {
        let labels = ["a", "b", "mx-1"]
        var names = labels
        var last = labels
        for _ in 0..<3 {
            last = last.flatMap { name in labels.map { "\($0).\(name)" } }
            names += last
        }
        return names
    }()

    @Test("first pattern of a policy, for all pairs of names")
    func agreement() throws {
        let patterns = try Self.names.flatMap { name in
            [try MXPattern(name), try MXPattern("*." + name)]
        }
        for pattern in patterns {
            let index = PatternIndex([pattern])
            for host in Self.names {
                #expect((index.firstPattern(covering: host) != nil) == pattern.covers(host))
            }
        }
    }

    @Test("the first in the order written wins")
    func order() throws {
        let patterns = try ["*.b.a", "mx-1.b.a", "*.b.a"].map { try MXPattern($0) }
        #expect(PatternIndex(patterns).firstPattern(covering: "mx-1.b.a")?.description == "*.b.a")
        let reversed = PatternIndex(patterns.reversed().dropFirst().map(\.self))
        #expect(reversed.firstPattern(covering: "mx-1.b.a")?.description == "mx-1.b.a")
    }

    @Test("unused patterns are named once, in order")
    func unused() throws {
        let patterns = try ["x.a.b", "mx-1.a.b", "*.b.b", "x.a.b", "192.0.2.1", "*.b"]
            .map { try MXPattern($0) }
        #expect(
            PatternIndex(patterns).patternsCoveringNone(of: ["mx-1.a.b", "a.a.b"])
                == ["x.a.b", "*.b.b"])
    }

    @Test("thousands of patterns and hosts", .timeLimit(.minutes(6)))
    func many() throws {
        let patterns = try (0..<8_000).map { try MXPattern("mx\($0).example.com") }
        let hosts = (0..<8_000).map { "in\($0).example.net" }
        let index = PatternIndex(patterns)
        #expect(!hosts.contains { index.firstPattern(covering: $0) != nil })
        #expect(index.patternsCoveringNone(of: hosts).count == 8_000)
    }
}
