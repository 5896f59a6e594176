import DNSMessage
import Glibc
import LoopbackPorts
import Testing
@testable import Lab

/// A world of policy hosts alone.
struct HostTable: World {
    var hosts: [String: HostBehaviour] = [:]

    func answer(to name: String, type: RecordType) -> DNSBehaviour { .nameError }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        hosts[serverName] ?? HostBehaviour(response: .reply(body: Array("at \(address)\n".utf8)))
    }
}

@discardableResult
func withPolicyServer<Value>(
    _ hosts: [String: HostBehaviour] = [:], threads: Int = 1,
    options: PolicyServerOptions = .init(),
    _ body: (PolicyServer) async throws -> Value
) async throws -> Value {
    let server = try await PolicyServer.start(
        world: HostTable(hosts: hosts), port: 0, threads: threads, options: options)
    return try await lend(server, stop: { await $0.stop() }, body)
}

@Suite("Policy server: addresses and lifetime", .timeLimit(.minutes(6)))
struct PolicyServerTests {
    static let answering = [LabAddress.normal, LabAddress.second]

    @Test("answers and is told the address", arguments: answering)
    func answers(address: String) async throws {
        try await withPolicyServer { server in
            var probe = PolicyProbe(server, "mta-sts.example.test")
            probe.address = address
            let seen = await probe.visit()
            #expect(seen.end == .closeNotify)
            #expect(seen.status == 200)
            #expect(seen.body == "at \(address)\n")
            #expect(seen.version == "TLSv1.3")
            #expect(seen.verifyResult == 0)
        }
    }

    @Test("nothing listens at the refusing address")
    func refuses() async throws {
        try await withPolicyServer { server in
            var probe = PolicyProbe(server, "mta-sts.example.test")
            probe.address = LabAddress.refusing
            #expect(await probe.visit().end == .refused)
        }
    }

    @Test("connections to the hanging address hang, one after the other and all at once")
    func hangs() async throws {
        try await withPolicyServer { server in
            var probe = PolicyProbe(server, "mta-sts.example.test")
            probe.address = LabAddress.hanging
            probe.patience = .milliseconds(300)
            #expect(await probe.visit().end == .connectPending)
            let seen = await PolicyProbe.visit(Array(repeating: probe, count: 20))
            #expect(seen.allSatisfy { $0.end == .connectPending })
        }
    }

    @Test("stop frees the port and removes the CA file; a second stop is harmless")
    func stops() async throws {
        let server = try await PolicyServer.start(
            world: HostTable(), port: try LoopbackPort.free(), threads: 2)
        #expect(unsafe access(server.caFile, R_OK) == 0)
        await server.stop()
        await server.stop()
        #expect(unsafe access(server.caFile, F_OK) != 0)
        #expect(await PolicyProbe(server, "a.test").visit().end == .refused)
        let again = try await PolicyServer.start(world: HostTable(), port: server.port, threads: 1)
        #expect(again.port == server.port)
        await again.stop()
    }

    @Test("a port in use is told with its address")
    func portInUse() async throws {
        try await withPolicyServer { server in
            await #expect(
                throws: HostServerFailure.addressInUse(
                    address: LabAddress.normal, port: server.port)
            ) {
                _ = try await PolicyServer.start(
                    world: HostTable(), port: server.port, threads: 1)
            }
        }
    }

    @Test("150 handshakes at once, on several threads")
    func manyAtOnce() async throws {
        try await withPolicyServer(threads: 3) { server in
            let probes = (0..<150).map { PolicyProbe(server, "mta-sts.host\($0).test") }
            let seen = await PolicyProbe.visit(probes)
            #expect(seen.count == 150)
            #expect(
                seen.allSatisfy {
                    $0.end == .closeNotify && $0.verifyResult == 0 && $0.status == 200
                })
        }
    }

    @Test("requests are counted for each name when asked for")
    func counts() async throws {
        try await withPolicyServer(options: .init(countsRequests: true)) { server in
            for _ in 0..<3 { _ = await PolicyProbe(server, "a.test").visit() }
            _ = await PolicyProbe(server, "b.test", path: "/elsewhere").visit()
            #expect(server.requests(for: "a.test") == 3)
            #expect(server.requests(for: "b.test") == 1)
            #expect(server.requests(for: "c.test") == 0)
        }
    }
}
