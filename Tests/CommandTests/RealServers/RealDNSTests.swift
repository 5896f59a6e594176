import Audit
import Evidence
import Foundation
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
        static let world = ScenarioWorld()

        typealias Pair = (authority: NameServers.Authority, resolver: NameServers.Resolver)
        static let pairs: [Pair] = [(.nsd, .unbound), (.bind, .dnsmasq)]

        /// Those that answer at once and the same each time. A policy host that does not is none of
        /// the name servers' business, and costs time.
        static let scenarios = Scenario.all.filter { $0.cost == .quick && !$0.isStateful }

        /// Where a resolver says something else than the lab, by its nature, and why that is no
        /// other verdict and no other cause.
        static let otherEvidence: [String: String] = [
            "policy-host-cname-loop": "a resolver gives up on the ring itself: SERVFAIL",
            "record-cname-loop": "a resolver gives up on the ring itself: SERVFAIL",
            "policy-host-dangling": "dnsmasq has the CNAME cached: NODATA for the second type",
        ]

        /// Faults of a name that a validating resolver has for real.
        static let bogus = [
            "domain-servfail": "", "record-servfail": "_mta-sts.",
            "policy-host-servfail": "mta-sts.",
        ]
        static let refused = ["record-refused": "_mta-sts.", "policy-host-refused": "mta-sts."]

        private static func examine(
            _ scenarios: [Scenario], _ lab: Lab, resolver port: UInt16?
        ) async throws -> [String: Examined] {
            var configuration = try lab.surveyConfiguration
            if let port {
                let server = try #require(ResolverConfiguration.Server("127.0.0.1:\(port)"))
                configuration.resolver.servers = [server]
            }
            let candidates = try scenarios.enumerated().map { index, scenario in
                let mode = scenario.expectedModeColumn.flatMap(ExpectedMode.init)
                return Candidate(
                    id: Int64(index), domain: try DomainName(world.domain(of: scenario)),
                    expectations: Expectations(modes: Set([mode].compactMap { $0 })))
            }
            let outcome = try await TwoPasses.run(candidates, with: configuration)
            return Dictionary(
                uniqueKeysWithValues: outcome.results.map { (scenarios[Int($0)].name, $1) })
        }

        @Test(
            "the same evidence, verdict and causes as from the lab's DNS",
            .timeLimit(.minutes(6)),
            arguments: pairs)
        func same(
            pair: Pair
        ) async throws {
            let scratch = try Scratch()
            let isValidating = pair.resolver == .unbound
            let faulty = isValidating ? Array(Self.bogus.keys) + Array(Self.refused.keys) : []
            let zone = ZoneFile(
                Self.scenarios.filter { !faulty.contains($0.name) }, of: Self.world)
            // Published soundly: what is wrong with them is the resolver's own doing.
            var lines = zone.lines
            for name in faulty { lines.formUnion(Self.soundLines(at: name)) }
            try scratch.write(
                "$TTL 300\n" + lines.sorted().joined(separator: "\n") + "\n", to: "zone")
            let (authority, resolver) = (try LoopbackPort.free(), try LoopbackPort.free())
            let first = try await NameServers.start(pair.authority, port: authority, in: scratch)
            try await RealServer.with([first]) {
                let second = try await NameServers.start(
                    pair.resolver, port: resolver, asking: authority,
                    bogus: Self.names(Self.bogus), refused: Self.names(Self.refused), in: scratch)
                try await RealServer.with([second]) {
                    let told = Self.scenarios.filter {
                        zone.left[$0.name] == nil || faulty.contains($0.name)
                    }
                    #expect(told.count > 100, "nearly all that is quick")
                    try await compare(
                        told, resolver: resolver, "\(pair.authority), \(pair.resolver)")
                }
            }
        }

        private func compare(
            _ scenarios: [Scenario], resolver: UInt16, _ servers: String
        ) async throws {
            try await Lab.withLab(world: Self.world) { lab in
                let simulated = try await Self.examine(scenarios, lab, resolver: nil)
                let real = try await Self.examine(scenarios, lab, resolver: resolver)
                #expect(real.count == scenarios.count)
                for scenario in scenarios {
                    let wanted = try #require(simulated[scenario.name])
                    let found = try #require(real[scenario.name])
                    let what = "\(scenario.name) from \(servers)"
                    #expect(found.assessment.verdict == wanted.assessment.verdict, "\(what)")
                    #expect(
                        found.assessment.findings.map(\.cause)
                            == wanted.assessment.findings.map(\.cause), "\(what)")
                    guard Self.otherEvidence[scenario.name] == nil else { continue }
                    #expect(found.evidence.comparable == wanted.evidence.comparable, "\(what)")
                }
            }
        }

        @Test(
            "a resolver that can validate nothing: not measured, as a zone that fails to validate",
            .timeLimit(.minutes(6)))
        func trustsNothing() async throws {
            let scratch = try Scratch()
            try scratch.write(
                "$TTL 300\n"
                    + Self.soundLines(at: "domain-servfail").sorted().joined(separator: "\n")
                    + "\n", to: "zone")
            let (authority, resolver) = (try LoopbackPort.free(), try LoopbackPort.free())
            let first = try await NameServers.start(.bind, port: authority, in: scratch)
            try await RealServer.with([first]) {
                let second = try await NameServers.start(
                    .dnsmasq, port: resolver, asking: authority, trustsNothing: true, in: scratch)
                try await RealServer.with([second]) {
                    let scenario = try #require(Scenario.named("domain-servfail"))
                    try await compare([scenario], resolver: resolver, "dnsmasq")
                }
            }
        }

        private static func names(_ prefixes: [String: String]) -> [String] {
            prefixes.map { "\($1)\($0).\(world.zone)" }
        }

        /// The sound scenario's part of the zone, at another scenario's name.
        private static func soundLines(at name: String) -> [String] {
            guard let sound = Scenario.named("sound") else { return [] }
            let (from, to) = (world.domain(of: sound), "\(name).\(world.zone)")
            return ZoneFile([sound], of: world).lines.map { $0.replacing(from, with: to) }
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
}
