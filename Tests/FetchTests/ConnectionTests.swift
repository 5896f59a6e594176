import Evidence
import Fetch
import Lab
import Loop
import Testing

@testable import class Fetch.PolicyFetcher

extension PolicyFetch {
    @Suite("Connection, order and cancellation")
    struct Connection {
        @Test("refused, unreachable, guarded: told apart") func addresses() async throws {
            try await Bench.run { bench async throws in
                #expect(try await bench.fetch("a", from: LabAddress.normal).response?.status == 200)
                #expect(try await bench.fetch("a", from: LabAddress.second).response?.status == 200)
                #expect(
                    try await bench.fetch("a", from: LabAddress.refusing).failure == .connectRefused
                )
                #expect(
                    try await bench.fetch("a", from: LabAddress.unreachable).failure == .unreachable
                )
                #expect(try await bench.fetch("a", from: LabAddress.special).failure == .guarded)
                #expect(try await bench.fetch("a", from: LabAddress.specialV6).failure == .guarded)
            }
        }

        @Test("a connection that hangs is a TCP timeout") func hanging() async throws {
            try await Bench.run(configuring: { $0.connectTimeout = .seconds(1) }) {
                bench async throws in
                #expect(
                    try await bench.fetch("a", from: LabAddress.hanging).failure == .connectTimeout)
            }
        }

        @Test("loopback is refused by the standard guard, before any packet") func guardFirst()
            async throws
        {
            try await Bench.run(configuring: { $0.addressGuard = AddressGuard() }) {
                bench async throws in
                #expect(try await bench.fetch("a").failure == .guarded)
                #expect(bench.server.requests(for: PolicyHosts.name("a")) == 0)
            }
        }

        @Test(
            "a host that could change the URL is never asked",
            arguments: [
                "", "a/b", "a@b", "a:1", "a?b", "a#b", "a b", "a\r\nb", "[::1]", "é.example",
                String(repeating: "a", count: 254),
            ])
        func oddHost(host: String) async throws {
            try await Bench.run { bench async throws in
                let address = try #require(IPAddress(LabAddress.normal))
                let fetch = await bench.fetcher.fetch(policyHost: host, from: address)
                #expect(fetch.failure == .local(code: 3), "CURLE_URL_MALFORMAT")
            }
        }

        @Test("300 at once, 32 in flight: all answered, the roots read once") func many()
            async throws
        {
            try await Bench.run(configuring: { $0.maximumInFlight = 32 }) { bench async throws in
                let statuses = try await withThrowingTaskGroup(of: Int?.self) { group in
                    for number in 0..<300 {
                        group.addTask { try await bench.fetch("many-\(number)").response?.status }
                    }
                    return try await group.reduce(into: [Int?]()) { $0.append($1) }
                }
                #expect(statuses == [Int?](repeating: 200, count: 300))
                // Otherwise libcurl's cache of the CA bundle is defeated: 20 ms a handshake.
                #expect(await bench.fetcher.trustStoreLoads == 1)
            }
        }

        @Test("cancelling one transfer ends it and leaves the others alone") func cancelOne()
            async throws
        {
            let hosts = [
                "stuck": HostBehaviour(handshake: .hang, response: .silence),
                "slow": HostBehaviour(
                    response: .drip(intervalMilliseconds: 5, body: PolicyHosts.policy)),
            ]
            try await Bench.run(hosts) { bench async throws in
                let stuck = Task { try await bench.fetch("stuck") }
                let slow = Task { try await bench.fetch("slow") }
                // Under way once something else has come back.
                #expect(try await bench.fetch("other").response?.status == 200)
                stuck.cancel()
                #expect(try await stuck.value.failure == .cancelled)
                #expect(try await slow.value.response?.body.bytes == PolicyHosts.policy)
            }
        }

        @Test("a cancelled place in the line does not hold up those behind") func cancelWaiting()
            async throws
        {
            let hosts = ["stuck": HostBehaviour(handshake: .hang, response: .silence)]
            try await Bench.run(hosts, configuring: { $0.maximumInFlight = 1 }) {
                bench async throws in
                let stuck = Task { try await bench.fetch("stuck") }
                let waiting = Task { try await bench.fetch("waiting") }
                let last = Task { try await bench.fetch("last") }
                waiting.cancel()
                #expect(try await waiting.value.failure == .cancelled)
                stuck.cancel()
                #expect(try await stuck.value.failure == .cancelled)
                #expect(try await last.value.response?.status == 200)
            }
        }

        @Test("a task cancelled before it asks gets its answer too") func cancelledBefore()
            async throws
        {
            try await Bench.run { bench async throws in
                let task = Task {
                    while !Task.isCancelled { await Task.yield() }
                    return try await bench.fetch("a")
                }
                task.cancel()
                #expect(try await task.value.failure == .cancelled)
                #expect(bench.server.requests(for: PolicyHosts.name("a")) == 0)
            }
        }

        @Test("close fails what is under way, what waits and what comes later") func close()
            async throws
        {
            let hosts = ["stuck": HostBehaviour(handshake: .hang, response: .silence)]
            try await Bench.run(hosts, configuring: { $0.maximumInFlight = 2 }) {
                bench async throws in
                let fetches = (0..<6).map { _ in Task { try await bench.fetch("stuck") } }
                await bench.fetcher.close()
                for fetch in fetches { #expect(try await fetch.value.failure == .closed) }
                #expect(try await bench.fetch("later").failure == .closed)
            }
        }
    }
}
