import Evidence
import Fetch
import Lab
import Loop
import Testing

extension PolicyFetch.MailProbes {
    @Suite("Connection, names and order")
    struct Connection {
        @Test("refused, unreachable, hanging, guarded: told apart") func addresses() async throws {
            try await MailBench.run(configuring: { $0.connectTimeout = .seconds(1) }) {
                bench async throws in
                #expect(try await bench.probe(LabAddress.refusing).failure == .connectRefused)
                #expect(try await bench.probe(LabAddress.unreachable).failure == .unreachable)
                #expect(try await bench.probe(LabAddress.hanging).failure == .connectTimeout)
                #expect(try await bench.probe(LabAddress.special).failure == .guarded)
                #expect(try await bench.probe(LabAddress.specialV6).failure == .guarded)
            }
        }

        @Test("loopback is refused by the standard guard, before any packet") func guardFirst()
            async throws
        {
            try await MailBench.run(configuring: { $0.addressGuard = AddressGuard() }) {
                bench async throws in
                #expect(try await bench.probe().failure == .guarded)
                #expect(bench.server.tally.connections == 0)
            }
        }

        @Test("RFC 8461 §7.1: SNI is the MX host, and so is the name that is verified")
        func names() async throws {
            try await MailBench.run { bench async throws in
                let probe = try await bench.probe(as: "MX1.Lab.Example")
                #expect(probe.outcome == .verified)
                #expect(probe.host == "MX1.Lab.Example", "as the MX record has it")
                #expect(probe.chain.first?.dnsNames == ["mx1.lab.example"])
                #expect(probe.chain.count == 2)
                #expect(bench.server.tally.handshakes(for: "mx1.lab.example") == 1)
            }
        }

        @Test("RFC 8461 §4.2 by RFC 6125: a wildcard stands for the left label") func wildcard()
            async throws
        {
            let recipe = CertificateRecipe(names: .wildcard)
            try await MailBench.run([MailHosts.address(1): .certificate(recipe)]) {
                bench async throws in
                let probe = try await bench.probe(MailHosts.address(1))
                #expect(probe.outcome == .verified)
                #expect(probe.chain.first?.dnsNames == ["*.lab.example"])
            }
        }

        @Test("a refused certificate is kept") func chainKept() async throws {
            try await MailBench.run { bench async throws in
                let probe = try await bench.probe(LabMailHost.expired.address)
                let leaf = try #require(probe.chain.first)
                #expect(leaf.dnsNames == [MailHosts.name])
                #expect(probe.chain.count == 2)
            }
        }

        @Test(
            "a name that could change URL or dialogue is never used",
            arguments: ["", "a/b", "a@b", "a:1", "a b", "a\r\nRSET", "[::1]", "é.example"])
        func oddNames(name: String) async throws {
            try await MailBench.run { bench async throws in
                #expect(
                    try await bench.probe(as: name).failure == .local(code: 3),
                    "CURLE_URL_MALFORMAT")
                #expect(bench.server.tally.connections == 0)
            }
            let loop = try Loop.start(name: "fetch-test")
            #expect(throws: FetcherFailure.invalidEHLOName(name)) {
                try PolicyFetcher(loop: loop, configuration: FetchConfiguration(ehloName: name))
            }
            await loop.stop()
        }

        @Test("without a name for EHLO it is the machine's, or localhost") func ownName()
            async throws
        {
            try await MailBench.run(configuring: { $0.ehloName = nil }) { bench async throws in
                #expect(try await bench.probe().outcome == .verified)
                #expect(bench.server.tally.hellos(from: "probe.lab.example") == 0)
            }
        }

        @Test("probes and fetches share the places in flight") func mixed() async throws {
            try await MailBench.run(configuring: { $0.maximumInFlight = 4 }) { bench async throws in
                let address = try #require(IPAddress(LabAddress.normal))
                let verified = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<60 {
                        group.addTask {
                            guard number % 3 > 0 else {
                                // The wrong port for HTTPS: a fetch fails, and disturbs nothing.
                                let fetch = await bench.fetcher.fetch(
                                    policyHost: "mta-sts.lab.example", from: address)
                                return fetch.response != nil
                            }
                            return try await bench.probe(as: "mx\(number).lab.example").failure
                                == nil
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(verified == 40)
            }
        }

        @Test("cancelled and closed, under way and in line") func ending() async throws {
            try await MailBench.run(configuring: { $0.maximumInFlight = 2 }) { bench async throws in
                let silent = LabMailHost.silent.address
                let stuck = Task { try await bench.probe(silent) }
                // Under way once something else has come back.
                #expect(try await bench.probe().outcome == .verified)
                stuck.cancel()
                #expect(try await stuck.value.failure == .cancelled)
                let probes = (0..<4).map { _ in Task { try await bench.probe(silent) } }
                await bench.fetcher.close()
                for probe in probes { #expect(try await probe.value.failure == .closed) }
                #expect(try await bench.probe().failure == .closed)
            }
        }
    }
}
