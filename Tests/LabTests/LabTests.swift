import DNSMessage
import Testing

@testable import Lab

@Suite("Lab", .timeLimit(.minutes(1)))
struct LabTests {
    @Test("both servers run, and stop as often as they are told to")
    func lifetime() async throws {
        let lab = try await Lab.start(world: ScenarioWorld())
        let query = Message.query(id: 1, try DNSName("sound.lab.example"), .mx, payloadSize: 1232)
        let reply = try DNSTestClient(port: lab.dnsPort).datagram(query)
        #expect(reply?.answers.count == 2)
        #expect(lab.policyPort != 0)
        await lab.stop()
        await lab.stop()
    }

    @Test("a lab that cannot start names the half that failed, and leaves the other's port free")
    func failure() async throws {
        let lab = try await Lab.start(world: ScenarioWorld())
        await #expect(throws: LabFailure.dns(.portInUse(lab.dnsPort))) {
            _ = try await Lab.start(
                world: ScenarioWorld(), options: LabOptions(dnsPort: lab.dnsPort))
        }
        let free = try await DNSServer.start(world: ScenarioWorld(), port: 0)
        let port = free.port
        await free.stop()
        await #expect(throws: LabFailure.self) {
            _ = try await Lab.start(
                world: ScenarioWorld(),
                options: LabOptions(dnsPort: port, policyPort: lab.policyPort))
        }
        let again = try await DNSServer.start(world: ScenarioWorld(), port: port)
        await again.stop()
        await lab.stop()
    }

    @Test("what is lent is stopped when the body throws")
    func lending() async throws {
        struct Failure: Error {}
        var port: UInt16 = 0
        await #expect(throws: Failure.self) {
            try await Lab.withLab(world: ScenarioWorld()) { lab in
                port = lab.dnsPort
                throw Failure()
            }
        }
        let server = try await DNSServer.start(world: ScenarioWorld(), port: port)
        await server.stop()
    }
}
