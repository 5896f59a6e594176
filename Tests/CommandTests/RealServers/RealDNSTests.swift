import Audit
import Evidence
import Foundation
import LoopbackPorts
import MTASTS
import Resolve
import Survey
import Testing

@testable import Lab
@testable import stsaudit

extension EndToEnd {
    /// What the lab's DNS says of a scenario, real name servers and resolvers say, too.
    @Suite(
        "Real name servers",
        .enabled(
            if: RealServer.isUsable(NameServers.programs),
            "nsd, bind9, unbound, dnsmasq-base (.ci/install tests)"))
    struct RealDNSTests {
        private static func examine(
            _ scenarios: [Scenario], _ lab: Lab, resolver port: UInt16?
        ) async throws -> [String: Examined] {
            var configuration = try lab.surveyConfiguration
            if let port {
                let server = try #require(Endpoint("127.0.0.1:\(port)"))
                configuration.resolver.servers = [server]
            }
            let candidates = try scenarios.enumerated().map { index, scenario in
                let mode = scenario.expectedModeColumn.flatMap(ExpectedMode.init)
                return Candidate(
                    id: Int64(index), domain: try DomainName(DNSPair.world.domain(of: scenario)),
                    expectations: Expectations(modes: Set([mode].compactMap { $0 })))
            }
            let outcome = try await TwoPasses.run(candidates, with: configuration)
            return Dictionary(
                uniqueKeysWithValues: outcome.results.map { (scenarios[Int($0)].name, $1) })
        }

        @Test(
            "the same evidence, verdict and causes as from the lab's DNS",
            .timeLimit(.minutes(6)), arguments: DNSPair.all)
        func same(pair: DNSPair) async throws {
            let listed = pair.resolver.otherEvidence
            #expect(Set(listed.keys).subtracting(pair.told.map(\.name)).isEmpty)
            #expect(pair.told.count > 100, "nearly all that is quick")
            let scratch = try Scratch()
            try scratch.write(pair.zoneText, to: "zone")
            let (authority, resolver) = (try LoopbackPort.free(), try LoopbackPort.free())
            let first = try await NameServers.start(pair.authority, port: authority, in: scratch)
            try await RealServer.with([first]) {
                let faults = pair.resolver.faults
                let second = try await NameServers.start(
                    pair.resolver, port: resolver, asking: authority,
                    bogus: faults.filter { $0.kind == .bogus }.map(\.name),
                    refused: faults.filter { $0.kind == .refused }.map(\.name), in: scratch)
                try await RealServer.with([second]) {
                    try await compare(
                        pair.told, resolver: resolver, pair.testDescription,
                        otherEvidence: listed)
                }
            }
        }

        @Test(
            "a resolver that can validate nothing: not measured, as a zone that fails to validate",
            .timeLimit(.minutes(6)))
        func trustsNothing() async throws {
            let scratch = try Scratch()
            let lines = DNSPair.trustingNothing.flatMap(DNSPair.soundLines)
            try scratch.write(
                "$TTL 300\n" + lines.sorted().joined(separator: "\n") + "\n", to: "zone")
            let (authority, resolver) = (try LoopbackPort.free(), try LoopbackPort.free())
            let first = try await NameServers.start(.bind, port: authority, in: scratch)
            try await RealServer.with([first]) {
                let second = try await NameServers.start(
                    .dnsmasq, port: resolver, asking: authority, trustsNothing: true, in: scratch)
                try await RealServer.with([second]) {
                    let scenarios = try DNSPair.trustingNothing.map {
                        try #require(Scenario.named($0))
                    }
                    try await compare(scenarios, resolver: resolver, "dnsmasq")
                }
            }
        }

        /// - Parameter otherEvidence: by scenario.
        private func compare(
            _ scenarios: [Scenario], resolver: UInt16, _ servers: String,
            otherEvidence: [String: OtherEvidence] = [:]
        ) async throws {
            try await Lab.withLab(world: DNSPair.world) { lab in
                let simulated = try await Self.examine(scenarios, lab, resolver: nil)
                let real = try await Self.examine(scenarios, lab, resolver: resolver)
                #expect(real.count == scenarios.count)
                for scenario in scenarios {
                    let wanted = try #require(simulated[scenario.name])
                    let found = try #require(real[scenario.name])
                    check(wanted.assessment, of: scenario, from: "the lab")
                    check(found.assessment, of: scenario, from: servers)
                    let what = "\(scenario.name) from \(servers)"
                    #expect(
                        found.assessment.findings.map(\.cause)
                            == wanted.assessment.findings.map(\.cause), "\(what)")
                    switch otherEvidence[scenario.name] {
                    case nil:
                        #expect(
                            found.evidence.comparable == wanted.evidence.comparable, "\(what)")
                    case .failure:
                        #expect(
                            found.evidence.comparable != wanted.evidence.comparable,
                            "\(what): listed as different, and is the same")
                    case .noDataForMissing:
                        #expect(
                            found.evidence.readingNoDataAsMissing.comparable
                                == wanted.evidence.comparable, "\(what)")
                    }
                }
            }
        }

        private func check(_ assessment: Assessment, of scenario: Scenario, from whose: String) {
            let what = "\(scenario.name) from \(whose): \(scenario.why)"
            #expect(assessment.verdict.rawValue == scenario.verdict, "\(what)")
            let causes = Set(assessment.findings.map(\.cause.code)).sorted()
            #expect(causes == scenario.causes, "\(what)")
        }
    }
}

extension RealServer {
    /// Whether all of them are installed; in CI they have to be.
    static func isUsable(_ programs: [String]) -> Bool {
        Strictness.isCI || missing(programs).isEmpty
    }
}

extension Evidence {
    /// Without what differs from one lab to the next: keys, and which hosts minted when.
    var comparable: Evidence {
        var copy = self
        for index in copy.fetches.indices { copy.fetches[index].chain = [] }
        return copy
    }

    /// With no difference between a name without addresses and a missing one.
    fileprivate var readingNoDataAsMissing: Evidence {
        var copy = self
        if copy.policyHost?.v4.outcome == .noData { copy.policyHost?.v4.outcome = .nameMissing }
        if copy.policyHost?.v6.outcome == .noData { copy.policyHost?.v6.outcome = .nameMissing }
        return copy
    }
}
