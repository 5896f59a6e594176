import DNSMessage
import Evidence
import Fetch
import Lab
import Testing

/// Everything here that needs mail hosts, the lab's or Postfix.
extension PolicyFetch {
    @Suite("MX probe: RFC 8461 §4.2, RFC 3207")
    enum MailProbes {}
}

/// Mail hosts by address; the rest of the Internet is not needed.
struct MailHosts: World {
    var hosts: [String: MailBehaviour] = [:]

    var mailAddresses: [String] {
        [LabAddress.normal] + LabMailHost.allCases.map(\.address) + hosts.keys.sorted()
    }

    func answer(to name: String, type: RecordType) -> DNSBehaviour { .nameError }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        HostBehaviour(response: .silence)
    }

    func mailHost(at address: String) -> MailBehaviour {
        hosts[address] ?? LabMailHost.allCases.first { $0.address == address }?.behaviour ?? .sound
    }

    static let name = "mx.lab.example"
    /// Of a host that only one test knows.
    static func address(_ number: Int) -> String { "127.0.2.\(number)" }
}

/// Mail hosts and a fetcher for the time of one closure.
struct MailBench {
    let server: MailServer
    let fetcher: PolicyFetcher

    /// - Parameter configure: changes the standard configuration, which has long deadlines.
    static func run(
        _ hosts: [String: MailBehaviour] = [:],
        configuring configure: (inout FetchConfiguration) -> Void = { _ in },
        _ body: (MailBench) async throws -> Void
    ) async throws {
        let server = try await MailServer.start(world: MailHosts(hosts: hosts), port: 0)
        var configuration = FetchConfiguration(
            caFile: server.caFile, connectTimeout: .seconds(40), addressGuard: .loopback,
            mailPort: server.port, mailTimeout: .seconds(60), ehloName: "probe.lab.example")
        configure(&configuration)
        let result = await withFetcher(configuration) { fetcher in
            try await body(MailBench(server: server, fetcher: fetcher))
        }
        await server.stop()
        try result.get()
    }

    func probe(
        _ address: String = LabAddress.normal, as name: String = MailHosts.name
    ) async throws -> MailProbe {
        await fetcher.probe(mailHost: name, from: try #require(IPAddress(address)))
    }

    /// The commands that came to this address, in the order of the dialogue.
    ///
    /// The host may still be reading or counting the last of them: waits until there are `count`,
    /// and none beside, for a few seconds.
    /// - Throws: when any other command came.
    func commands(at address: String, count: Int) async throws -> [String] {
        let tally = server.tally
        let deadline = ContinuousClock.now + .seconds(5)
        let verbs = ["EHLO", "STARTTLS", "NOOP", "QUIT"]
        var counts: [Int] = []
        var others = 0
        repeat {
            if !counts.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
            counts = verbs.map { tally.commands(at: address, $0) }
            others = tally.commands(at: address) - counts.reduce(0, +)
        } while (counts.reduce(0, +) < count || others != 0) && ContinuousClock.now < deadline
        try #require(others == 0, "only EHLO, STARTTLS, NOOP and QUIT are ever sent")
        return zip(verbs, counts).flatMap { Array(repeating: $0, count: $1) }
    }
}

extension MailProbe {
    var failure: MailProbeFailure? {
        switch outcome {
        case .verified: nil
        case .failed(let failure): failure
        }
    }
}
