import DNSMessage
import Glibc
import LoopbackPorts
import Testing

@testable import Lab

@Suite("Lab", .timeLimit(.minutes(6)))
struct LabTests {
    @Test("all servers run, and stop as often as they are told to")
    func lifetime() async throws {
        let lab = try await Lab.start(
            world: ScenarioWorld(), options: LabOptions(mailPort: try LoopbackPort.free()))
        let query = Message.query(id: 1, try DNSName("sound.lab.example"), .mx, payloadSize: 1232)
        let reply = try DNSTestClient(port: lab.dnsPort).datagram(query)
        #expect(reply?.answers.count == 2)
        let policy = await PolicyProbe(lab.policyServer, "mta-sts.sound.lab.example").visit()
        #expect(policy.status == 200 && policy.verifyResult == 0)
        // One root for both.
        var client = MailClient(lab.mailServer, LabAddress.normal, host: "mx1.sound.lab.example")
        client.caFile = lab.caFile
        let mail = await client.visit()
        #expect(mail.end == .reply(221) && mail.verifyResult == 0)
        #expect(lab.mailTally.connections == 1)
        await lab.stop()
        await lab.stop()
        #expect(unsafe access(lab.caFile, F_OK) != 0)
        #expect(await client.visit().end == .refused)
    }

    @Test("a lab that cannot start names the part that failed, and leaves the others' ports free")
    func failure() async throws {
        let lab = try await Lab.start(world: ScenarioWorld())
        await #expect(throws: LabFailure.dns(.portInUse(lab.dnsPort))) {
            _ = try await Lab.start(
                world: ScenarioWorld(), options: LabOptions(dnsPort: lab.dnsPort))
        }
        let port = try LoopbackPort.free()
        let policyInUse = HostServerFailure.addressInUse(
            address: LabAddress.normal, port: lab.policyPort)
        await #expect(throws: LabFailure.policyHosts(policyInUse)) {
            _ = try await Lab.start(
                world: ScenarioWorld(),
                options: LabOptions(dnsPort: port, policyPort: lab.policyPort))
        }
        let policyPort = try LoopbackPort.free()
        let inUse = HostServerFailure.addressInUse(
            address: LabAddress.normal, port: lab.mailPort)
        await #expect(throws: LabFailure.mailHosts(inUse)) {
            _ = try await Lab.start(
                world: ScenarioWorld(),
                options: LabOptions(
                    dnsPort: port, policyPort: policyPort, mailPort: lab.mailPort))
        }
        let again = try await Lab.start(
            world: ScenarioWorld(), options: LabOptions(dnsPort: port, policyPort: policyPort))
        await again.stop()
        await lab.stop()
    }

    @Test("what is lent is stopped when the body throws")
    func lending() async throws {
        struct Failure: Error {}
        let port = try LoopbackPort.free()
        await #expect(throws: Failure.self) {
            try await Lab.withLab(world: ScenarioWorld(), options: LabOptions(dnsPort: port)) {
                lab in
                #expect(lab.dnsPort == port)
                throw Failure()
            }
        }
        let server = try await DNSServer.start(world: ScenarioWorld(), port: port)
        await server.stop()
    }
}
