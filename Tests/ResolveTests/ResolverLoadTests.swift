import DNSMessage
import Evidence
import Loop
import Testing

@testable import Resolve

@Suite("Resolver: many at once, cancelling and closing", .timeLimit(.minutes(6)))
struct ResolverLoadTests {
    /// The name's number as an address: an answer that went to the wrong asker shows.
    static let numbered: NameServer.Script = { query in
        let number = UInt16(query.name.dropFirst().prefix { $0 != "." }) ?? 0
        return [
            .message(
                query.message.reply(answers: [
                    record(query.name, .a([10, 0, UInt8(number >> 8), UInt8(number & 0xFF)]))
                ]))
        ]
    }

    static func expected(_ number: Int) -> Reply.Outcome {
        .found([.a([10, 0, UInt8(number >> 8), UInt8(number & 0xFF)])])
    }

    @Test("2,000 at once, none lost, no answer to the wrong asker")
    func many() async throws {
        try await withResolver(script: Self.numbered) { resolver, server in
            await withTaskGroup { group in
                for number in 0..<2_000 {
                    group.addTask {
                        let reply = await resolver.query("n\(number).example", .a)
                        #expect(reply.outcome == Self.expected(number))
                    }
                }
            }
            let statistics = await resolver.statistics
            #expect(statistics.queries == 2_000)
            #expect(statistics.timeouts == 0)
            #expect(statistics.inFlight == 0)
            #expect(statistics.queued == 0)
            #expect(await server.sourcePorts.count == 8)
        }
    }

    @Test("what is above the limit waits, first come, first served")
    func queue() async throws {
        try await withResolver(
            configure: {
                $0.channels = 2
                $0.inFlightPerChannel = 3
            },
            script: { query in
                Self.numbered(query).map { .later(.milliseconds(5), $0) }
            }
        ) { resolver, server in
            await withTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        let reply = await resolver.query("n\(number).example", .a)
                        #expect(reply.outcome == Self.expected(number))
                        #expect(await resolver.statistics.inFlight <= 6)
                    }
                }
            }
            #expect(await server.queries.count == 60)
        }
    }

    @Test("channels are replaced by age, and nothing in flight is lost")
    func recycling() async throws {
        try await withResolver(
            configure: {
                $0.channels = 2
                $0.queriesPerChannel = 10
            }, script: Self.numbered
        ) { resolver, server in
            for round in 0..<5 {
                await withTaskGroup { group in
                    for number in (round * 40)..<(round * 40 + 40) {
                        group.addTask {
                            let reply = await resolver.query("n\(number).example", .a)
                            #expect(reply.outcome == Self.expected(number))
                        }
                    }
                }
            }
            let statistics = await resolver.statistics
            #expect(statistics.queries == 200)
            #expect(statistics.recycledChannels >= 10)
            #expect(await server.sourcePorts.count >= 10)
        }
    }

    @Test("a server without EDNS: every query recovers, also those in flight together")
    func formatErrors() async throws {
        try await withResolver(
            configure: { $0.channels = 2 },
            script: { query in
                guard query.message.edns != nil else { return Self.numbered(query) }
                var reply = query.message.reply(.formatError)
                reply.additionals = []
                return [.message(reply)]
            }
        ) { resolver, _ in
            await withTaskGroup { group in
                for number in 0..<100 {
                    group.addTask {
                        let reply = await resolver.query("n\(number).example", .a)
                        #expect(reply.outcome == Self.expected(number))
                    }
                }
            }
            #expect(await resolver.statistics.recycledChannels >= 1)
        }
    }

    @Test("one FORMERR does not cost the others their EDNS")
    func formatErrorNeighbours() async throws {
        try await withResolver(
            configure: { $0.channels = 1 },
            script: { query in
                guard query.name == "bad", query.message.edns != nil else {
                    return Self.numbered(query)
                }
                var reply = query.message.reply(.formatError)
                reply.additionals = []
                return [.message(reply)]
            }
        ) { resolver, server in
            _ = await resolver.query("bad", .a)
            #expect(await resolver.query("n1", .a).outcome == Self.expected(1))
            #expect(await server.queries.last?.message.edns != nil)
            #expect(await resolver.statistics.recycledChannels == 1)
        }
    }

    @Test("a cancelled asker returns at once; its neighbours get their answers")
    func cancelling() async throws {
        try await withResolver(
            configure: { $0.channels = 1 },
            script: { query in
                query.name.hasPrefix("never") ? [] : Self.numbered(query).map { .held($0) }
            }
        ) { resolver, server in
            let neighbours = (0..<50).map { number in
                Task { await resolver.query("n\(number).example", .a).outcome }
            }
            let cancelled = (0..<50).map { number in
                Task { await resolver.query("never\(number).example", .a).outcome }
            }
            while await server.queries.count < 100 { await Task.yield() }
            for task in cancelled { task.cancel() }
            // The timeout is 20 s: this must not wait for it.
            for task in cancelled { #expect(await task.value == .failed(.transport)) }
            await server.release()
            for (number, task) in neighbours.enumerated() {
                #expect(await task.value == Self.expected(number))
            }
            #expect(await resolver.statistics.inFlight == 50)
        }
    }

    @Test("cancelled while it waits its turn: never sent")
    func cancelledInQueue() async throws {
        try await withResolver(
            configure: {
                $0.channels = 1
                $0.inFlightPerChannel = 1
            },
            script: { query in
                let reply = NameServer.Answer.message(query.message.reply(.nameError))
                return [query.name == "first" ? .held(reply) : reply]
            }
        ) { resolver, server in
            let first = Task { await resolver.query("first", .a) }
            while await resolver.statistics.inFlight < 1 { await Task.yield() }
            let second = Task { await resolver.query("second", .a) }
            while await resolver.statistics.queued < 1 { await Task.yield() }
            let third = Task { await resolver.query("third", .a) }
            second.cancel()
            #expect(await second.value.outcome == .failed(.transport))
            await server.release()
            #expect(await first.value.outcome == .nameMissing)
            #expect(await third.value.outcome == .nameMissing)
            #expect(await server.queries.map(\.name) == ["first", "third"])
        }
    }

    @Test("a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        try await withResolver(script: Self.numbered) { resolver, server in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await resolver.addresses("n1.example")
            }
            task.cancel()
            #expect(await task.value.addresses.failure == .transport)
            #expect(await server.queries.isEmpty)
        }
    }

    @Test("close ends what is in flight and what waits; later queries fail at once")
    func closing() async throws {
        try await withResolver(
            configure: {
                $0.channels = 2
                $0.inFlightPerChannel = 10
            }, script: { _ in [] }
        ) { resolver, server in
            let tasks = (0..<50).map { number in
                Task { await resolver.query("n\(number).example", .a).outcome }
            }
            while await resolver.statistics.queued < 30 { await Task.yield() }
            await resolver.close()
            for task in tasks { #expect(await task.value == .failed(.transport)) }
            await resolver.close()
            #expect(await resolver.query("x.example", .a).outcome == .failed(.transport))
            #expect(await resolver.statistics.inFlight == 0)
        }
    }

    @Test("a resolver that was not closed does not keep its loop from ending")
    func notClosed() async throws {
        let loop = try Loop.start()
        let server = try NameServer(loop: loop, script: Self.numbered)
        await server.start()
        do {
            let resolver = try Resolver(
                loop: loop,
                configuration: ResolverConfiguration(servers: [try #require(server.server)]))
            #expect(await resolver.query("n1", .a).outcome == Self.expected(1))
        }
        await server.stop()
        await loop.stop()
    }
}
