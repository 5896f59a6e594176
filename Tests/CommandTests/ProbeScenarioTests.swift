import Audit
import Evidence
import Lab
import MTASTS
import Survey
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Every scenario with its MX hosts probed, through resolver, libcurl and judge on real sockets.
    @Suite("Scenarios with --probe-mx, end to end (RFC 8461 §4.2)")
    struct ProbeScenarioTests {
        private static let scenarios = Scenario.transport + Scenario.all

        /// All at once, in the two passes of an audit: most of the time is spent waiting.
        private static let results = Task {
            try await Lab.withLab(world: ScenarioWorld()) { lab in
                let world = ScenarioWorld()
                let candidates = try scenarios.enumerated().map { index, scenario in
                    let mode = scenario.expectedModeColumn.flatMap(ExpectedMode.init)
                    return Candidate(
                        id: Int64(index), domain: try DomainName(world.domain(of: scenario)),
                        expectations: Expectations(modes: Set([mode].compactMap { $0 })))
                }
                let outcome = try await TwoPasses.run(
                    candidates, with: try lab.probingConfiguration)
                #expect(outcome.notes == [])
                #expect(lab.mailTally.mailCommands == 0, "no MAIL, no RCPT, no DATA")
                #expect(lab.mailTally.hellos(from: "audit.example") > 0)
                return Dictionary(
                    uniqueKeysWithValues: outcome.results.map { id, result in
                        (scenarios[Int(id)].name, result)
                    })
            }
        }

        @Test(
            "transport: verdict and causes are as expected", .timeLimit(.minutes(6)),
            arguments: Scenario.transport)
        func transport(scenario: Scenario) async throws {
            try await expect(scenario)
        }

        @Test(
            "what holds without probing holds with it", .timeLimit(.minutes(6)),
            arguments: Scenario.all)
        func others(scenario: Scenario) async throws {
            try await expect(scenario)
        }

        private func expect(_ scenario: Scenario) async throws {
            let result = try #require(try await Self.results.value[scenario.name])
            let probes = result.evidence.mailProbes.map { "\($0)" } ?? "no probes"
            #expect(result.assessment.verdict.rawValue == scenario.verdict, "\(scenario.why)")
            let causes = result.assessment.findings.map(\.cause.code).sorted()
            #expect(causes == scenario.causes.sorted(), "\(scenario.why); \(probes)")
        }

        @Test("every cause of transport is shown")
        func coverage() {
            let transport = Cause.allCases.filter { $0.explanation.rfcSection == "RFC 8461 §4.2" }
            #expect(transport.count == 7)
            let shown = Set(Scenario.transport.flatMap(\.causes))
            #expect(transport.filter { !shown.contains($0.code) } == [])
        }
    }
}
