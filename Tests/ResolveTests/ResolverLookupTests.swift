import DNSMessage
import Evidence
import Testing

@testable import Resolve

@Suite("Resolver: typed lookups", .timeLimit(.minutes(6)))
struct ResolverLookupTests {
    @Test("TXT: strings joined, records sorted (RFC 8461 §3.1)")
    func txt() async throws {
        let answers = [
            record("x", .txt([Array("b".utf8), Array("c".utf8)]), ttl: 20),
            record("x", .txt([Array("a".utf8), [], Array(" d".utf8)]), ttl: 10),
        ]
        try await withResolver(script: { [.message($0.message.reply(answers: answers))] }) {
            resolver, _ in
            #expect(
                await resolver.txt("x")
                    == Resolution(lookup: Lookup(.found(["a d", "bc"])), ttl: 10, queries: 1))
        }
    }

    @Test("MX: sorted, hosts in lower case, the null MX is empty (RFC 7505)")
    func mx() async throws {
        let answers = [
            record("x", .mx(preference: 20, exchange: name("MX2.Example"))),
            record("x", .mx(preference: 10, exchange: name("mx1.example"))),
            record("x", .mx(preference: 0, exchange: .root)),
        ]
        try await withResolver(script: { [.message($0.message.reply(answers: answers))] }) {
            resolver, _ in
            let resolution = await resolver.mx("x")
            #expect(
                resolution.lookup.found == [
                    MXRecord(preference: 0, host: ""),
                    MXRecord(preference: 10, host: "mx1.example"),
                    MXRecord(preference: 20, host: "mx2.example"),
                ])
        }
    }

    @Test("addresses: both at once, each outcome its own")
    func addresses() async throws {
        try await withResolver(script: { query in
            query.type == .a
                // Answered last although asked first.
                ? [
                    .later(
                        .milliseconds(20),
                        .message(
                            query.message.reply(answers: [
                                record("x", .cname(name("y")), ttl: 50),
                                record("y", .a([192, 0, 2, 2])), record("y", .a([192, 0, 2, 1])),
                            ])))
                ]
                : [.message(query.message.reply(.serverFailure))]
        }) { resolver, _ in
            let resolution = await resolver.addresses("x")
            #expect(resolution.addresses.all.map(\.description) == ["192.0.2.1", "192.0.2.2"])
            #expect(resolution.addresses.aliases == ["y"])
            #expect(resolution.addresses.v6.failure == .serverFailure)
            #expect(resolution.ttl == 50)
            #expect(resolution.queries == 2)
        }
    }

    @Test("a name that does not exist")
    func missing() async throws {
        try await withResolver(script: {
            [.message($0.message.reply(.nameError, authorities: [soa("", ttl: 9, minimum: 99)]))]
        }) { resolver, _ in
            #expect(
                await resolver.mx("x")
                    == Resolution(lookup: Lookup(.nameMissing), ttl: 9, queries: 1))
            #expect(await resolver.addresses("x").addresses.isMissing)
        }
    }
}
