import DNSMessage
import Evidence
import Fetch
import Glibc
import Lab
import Loop
import Testing

/// Everything here that needs the Lab's servers, one at a time: the machine may be small.
@Suite("Policy fetch: RFC 8461 §3.3", .serialized, .timeLimit(.minutes(6)))
enum PolicyFetch {}

/// Policy hosts by the first label under `mta-sts.`; the rest of the Internet is not needed.
struct PolicyHosts: World {
    var hosts: [String: HostBehaviour]

    func answer(to name: String, type: RecordType) -> DNSBehaviour { .nameError }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        let labels = serverName.split(separator: ".")
        let label = labels.count > 1 ? String(labels[1]) : ""
        return hosts[label] ?? HostBehaviour(response: .reply(body: PolicyHosts.policy))
    }

    static let policy = Array("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n".utf8)

    /// The policy host that `hosts[label]` plays.
    static func name(_ label: String) -> String { "mta-sts.\(label).example" }
}

/// Servers and a fetcher for the time of one closure.
struct Bench {
    let server: PolicyServer
    let fetcher: PolicyFetcher

    static func run(
        _ hosts: [String: HostBehaviour] = [:], _ body: (Bench) async throws -> Void
    ) async throws {
        try await run(hosts, configuring: { _ in }, body)
    }

    /// - Parameter configure: changes the standard configuration, which has long deadlines.
    static func run(
        _ hosts: [String: HostBehaviour] = [:],
        configuring configure: (inout FetchConfiguration) -> Void,
        _ body: (Bench) async throws -> Void
    ) async throws {
        let server = try await PolicyServer.start(
            world: PolicyHosts(hosts: hosts), port: 0, threads: 1,
            options: PolicyServerOptions(countsRequests: true))
        var configuration = FetchConfiguration(
            caFile: server.caFile, port: server.port, connectTimeout: .seconds(40),
            totalTimeout: .seconds(60), addressGuard: .loopback)
        configure(&configuration)
        let result = await withFetcher(configuration) { fetcher in
            try await body(Bench(server: server, fetcher: fetcher))
        }
        await server.stop()
        try result.get()
    }

    func fetch(_ label: String, from address: String = LabAddress.normal) async throws -> Fetch {
        let address = try #require(IPAddress(address))
        return await fetcher.fetch(policyHost: PolicyHosts.name(label), from: address)
    }
}

/// A fetcher on a loop of its own for the time of one closure.
func withFetcher<Value>(
    _ configuration: FetchConfiguration, _ body: (PolicyFetcher) async throws -> Value
) async -> Result<Value, any Error> {
    _ = hostileEnvironment
    do {
        let loop = try Loop.start(name: "fetch-test")
        let result: Result<Value, any Error>
        do {
            let fetcher = try PolicyFetcher(loop: loop, configuration: configuration)
            do {
                result = .success(try await body(fetcher))
            } catch {
                result = .failure(error)
            }
            await fetcher.close()
        } catch {
            result = .failure(error)
        }
        await loop.stop()
        return result
    } catch {
        return .failure(error)
    }
}

/// Nothing listens there: a transfer that heeded it would fail. Set before the first one and left
/// in place, since the environment must not change under other threads.
private let hostileEnvironment: Void = {
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "smtp_proxy"] {
        unsafe setenv(name, "http://127.0.0.2:9", 1)
    }
}()

extension Fetch {
    var response: HTTPResponse? {
        switch outcome {
        case .response(let response): response
        case .failed: nil
        }
    }

    var failure: FetchFailure? {
        switch outcome {
        case .response: nil
        case .failed(let failure): failure
        }
    }
}
