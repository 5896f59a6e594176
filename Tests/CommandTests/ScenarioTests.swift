import Audit
import Lab
import MTASTS
import Survey
import Testing

@testable import stsaudit

/// Every scenario through resolver, fetcher and judge, on real sockets.
@Suite("Scenarios, end to end")
struct ScenarioTests {
    /// All scenarios at once, in the two passes of an audit: most of the time is spent waiting
    /// for black holes.
    private static let results = Task {
        try await Lab.withLab(world: ScenarioWorld()) { lab in
            try await examine(Scenario.all, with: try lab.surveyConfiguration)
        }
    }

    @Test(
        "verdict and causes are as expected", .timeLimit(.minutes(6)), arguments: Scenario.all)
    func truth(scenario: Scenario) async throws {
        let result = try #require(try await Self.results.value[scenario.name])
        #expect(result.verdict.rawValue == scenario.verdict, "\(scenario.why)")
        let causes = Set(result.findings.map(\.cause.code)).sorted()
        #expect(causes == scenario.causes, "\(scenario.why)")
        // One broken thing is one finding: no cascades.
        let grave = result.findings.filter {
            $0.severity == .error || $0.severity == .unmeasured
        }
        switch scenario.kind {
        case .sound: #expect(result.findings.isEmpty)
        case .notice: #expect(grave.isEmpty, "\(grave)")
        case .fault: #expect(grave.count == 1, "\(grave)")
        case .compound: #expect(result.findings.count > 1)
        }
    }

    /// Causes that no domain can show on one night by what it publishes, and what tests them
    /// instead.
    static let elsewhere: [Cause: String] = [
        .inputInvalidDomain: "portfolio rows: PortfolioTests",
        .resolverUnavailable: "ends the run instead of standing in it: PortfolioTests",
        // Told by senders, not by the domain: one of each kind in TLSRPTAuditTests, and all of
        // them in the judge's rows.
        .reportedStartTLSNotSupported: "reports", .reportedCertificateHostMismatch: "reports",
        .reportedCertificateExpired: "reports", .reportedCertificateNotTrusted: "reports",
        .reportedValidationFailure: "reports", .reportedTLSAInvalid: "reports",
        .reportedDNSSECInvalid: "reports", .reportedDANERequired: "reports",
        .reportedPolicyFetchError: "reports", .reportedPolicyInvalid: "reports",
        .reportedWebPKIInvalid: "reports",
    ]

    /// Causes that only a probe of the MX hosts sees.
    static let probed = Set(Scenario.transport.flatMap(\.causes))

    /// Causes that take more than one night.
    static let told = Set(
        Story.all.flatMap { story in
            (0..<Story.nights).flatMap { story.truth(on: $0).causes }
        })

    @Test("the demo's mix, a probe or a story has every cause, and all their causes exist")
    func coverage() {
        let demo = GeneratedWorld(seed: 1, count: Mix.window, mix: .demo)
        let shown = Set((0..<demo.count).flatMap { demo.domain(at: $0).scenario.causes })
        #expect(shown == Set(Scenario.all.flatMap(\.causes)))
        let all = shown.union(Self.probed).union(Self.told)
        #expect(all.subtracting(Cause.allCases.map(\.code)).sorted() == [])
        #expect(
            Cause.allCases.filter { !all.contains($0.code) && Self.elsewhere[$0] == nil } == [])
        #expect(Self.elsewhere.keys.filter { all.contains($0.code) } == [])
        let cache = Cause.allCases.filter { $0.stage == .cache }.map(\.code)
        #expect(Set(cache).subtracting(Self.told) == [])
    }

    @Test("every verdict has a scenario but that of bad rows")
    func verdicts() {
        let shown = Set(Scenario.all.map(\.verdict))
        #expect(
            Set(Verdict.allCases.map(\.rawValue)).subtracting(shown) == [
                Verdict.invalidInput.rawValue
            ])
    }

    private static func examine(
        _ scenarios: [Scenario], with configuration: SurveyConfiguration
    ) async throws -> [String: Assessment] {
        let world = ScenarioWorld()
        let candidates = try scenarios.enumerated().map { index, scenario in
            let mode = scenario.expectedModeColumn.flatMap(ExpectedMode.init)
            return Candidate(
                id: Int64(index), domain: try DomainName(world.domain(of: scenario)),
                expectations: Expectations(modes: Set([mode].compactMap { $0 })))
        }
        let outcome = try await TwoPasses.run(candidates, with: configuration)
        return Dictionary(
            uniqueKeysWithValues: outcome.results.map { id, result in
                (scenarios[Int(id)].name, result.assessment)
            })
    }
}
