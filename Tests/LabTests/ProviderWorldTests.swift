import DNSMessage
import Testing
@testable import Lab

@Suite("Provider world", .timeLimit(.minutes(6)))
struct ProviderWorldTests {
    static func data(_ world: ProviderWorld, _ name: String, _ type: RecordType) -> [RecordData]? {
        guard case .records(let records) = world.answer(to: name, type: type) else { return nil }
        return records.map(\.data)
    }

    @Test("a domain has two of the provider's MX hosts, each at its own address")
    func mx() throws {
        let world = ProviderWorld(count: 20_000)
        #expect(world.domain(at: 79) == "d79.customers.example")
        #expect(
            Self.data(world, "d79.customers.example", .mx) == [
                .mx(preference: 10, exchange: try DNSName("mx40.provider.example")),
                .mx(preference: 20, exchange: try DNSName("mx1.provider.example")),
            ])
        #expect(Self.data(world, "mx40.provider.example", .a) == [.a([127, 0, 2, 40])])
        #expect(Self.data(world, "mx40.provider.example", .aaaa) == [])
        #expect(world.mailAddresses.count == 40)
        #expect(Set(world.mailAddresses).count == 40)
        #expect(Self.data(world, "mta-sts.d79.customers.example", .a) == [.a([127, 0, 0, 1])])
        let host = world.policyHost("mta-sts.d79.customers.example", at: LabAddress.normal)
        guard case .reply(200, _, _, let body) = host.response else {
            Issue.record("no policy")
            return
        }
        #expect(String(decoding: body, as: UTF8.self).contains("mx: *.provider.example\r\n"))
    }

    @Test(
        "no other name is a domain",
        arguments: [
            "d20000.customers.example", "d-1.customers.example", "d01.customers.example",
            "d+1.customers.example", "x1.customers.example", "d.customers.example",
            "d1.other.example", "d\u{301}1.customers.example",
        ])
    func others(name: String) {
        let world = ProviderWorld(count: 20_000)
        guard case .nameError = world.answer(to: name, type: .mx) else {
            Issue.record("\(name) is there")
            return
        }
    }

    @Test("worlds of no hosts, no domains and no policies", arguments: [0, 1])
    func small(hosts: Int) {
        let world = ProviderWorld(
            count: hosts, hosts: Array(repeating: .sound, count: hosts), hasPolicies: false)
        #expect(Self.data(world, "d0.customers.example", .mx)?.count == (hosts == 0 ? nil : 2))
        #expect(Self.data(world, "mta-sts.d0.customers.example", .a) == nil)
    }

    @Test("the hosts answer with their behaviours, and are counted one by one")
    func hosts() async throws {
        var hosts = Array(repeating: MailBehaviour.sound, count: 40)
        hosts[6] = LabMailHost.noStartTLS.behaviour
        try await Lab.withLab(world: ProviderWorld(count: 10, hosts: hosts)) { lab in
            for index in 0..<40 {
                let address = ProviderWorld.address(ofHost: index)
                let name = ProviderWorld.name(ofHost: index)
                let seen = await MailClient(lab.mailServer, address, host: name).visit()
                #expect(seen.end == (index == 6 ? .noOffer : .reply(221)))
                #expect(lab.mailTally.connections(to: address) == 1)
                #expect(lab.mailTally.handshakes(for: name) == (index == 6 ? 0 : 1))
            }
            #expect(lab.mailTally.connections == 40)
            #expect(lab.mailTally.mailCommands == 0)
        }
    }
}
