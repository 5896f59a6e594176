import DNSMessage
import Evidence
import Testing

@testable import Resolve

/// A TCP connection that went wrong must not cost the questions that come after it.
@Suite("Resolver: TCP that stalls, RFC 7766 §6.2", .timeLimit(.minutes(6)))
struct BrokenStreamTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the server does over TCP with the first question; nothing is silence.
        var answer: @Sendable (NameServer.Query) -> [NameServer.Answer]
        var outcome: LookupFailure
    }

    static let rows: [Row] = [
        .init(testDescription: "silence", answer: { _ in [] }, outcome: .timeout),
        .init(
            testDescription: "half of the length", answer: { _ in [.unframed([0])] },
            outcome: .timeout),
        .init(
            testDescription: "half of the message",
            answer: { query in
                let whole = query.message.reply(answers: ResolverTests.big).encoded()
                let length = [UInt8(whole.count >> 8), UInt8(whole.count & 0xFF)]
                return [.unframed(length + whole.prefix(60))]
            }, outcome: .timeout),
        .init(
            testDescription: "a length and nothing", answer: { _ in [.unframed([0xFF, 0xFF])] },
            outcome: .timeout),
        .init(
            testDescription: "a length of zero",
            answer: { _ in [.unframed([0, 0])] }, outcome: .transport),
    ]

    @Test("the next question over TCP is answered", arguments: rows)
    func recovers(row: Row) async throws {
        try await withResolver(
            configure: {
                $0.channels = 1
                $0.timeout = .milliseconds(400)
            },
            script: { query in
                query.name == "stall.example" && query.isTCP
                    ? row.answer(query)
                    : [.message(query.message.reply(answers: Self.big(query.name)))]
            }
        ) { resolver, _ in
            let stalled = await resolver.query("stall.example", .txt)
            #expect(stalled.outcome == .failed(row.outcome))
            for _ in 0..<3 {
                let next = await resolver.query("next.example", .txt)
                #expect(next.outcome == .found(ResolverTests.big.map(\.data)))
            }
        }
    }

    /// Above what one datagram holds.
    private static func big(_ owner: String) -> [ResourceRecord] {
        ResolverTests.big.map { record(owner, $0.data) }
    }
}
