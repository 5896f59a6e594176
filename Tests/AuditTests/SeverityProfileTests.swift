import Audit
import Evidence
import Testing

@Suite("Severity profile: matters of taste, and nothing else")
struct SeverityProfileTests {
    @Test("an override moves a cause")
    func override() throws {
        var evidence = Sound.evidence
        evidence.serve(Sound.policy(mode: "mode: testing"))
        let finding = try #require(
            try assess(evidence, SeverityProfile(overrides: [.modeTesting: .error])).findings.first)
        #expect(finding.cause == .modeTesting)
        #expect(finding.severity == .error)
    }

    @Test("no override makes a failed lookup a finding about the domain, or hides an error as one")
    func unmeasured() {
        let profile = SeverityProfile(overrides: [
            .mxLookupFailed: .error, .mxAllUncovered: .unmeasured,
        ])
        #expect(profile.severity(of: .mxLookupFailed) == .unmeasured)
        #expect(profile.severity(of: .mxAllUncovered) == .error)
    }

    @Test("a throttled host is not measured, whatever the profile says of a bad status")
    func throttled() throws {
        var evidence = Sound.evidence
        evidence.fetches = [Sound.fetch(status: 503)]
        let assessment = try assess(evidence, SeverityProfile(overrides: [.policyStatus: .warning]))
        #expect(assessment.findings.map(\.severity) == [.unmeasured])
        #expect(assessment.isIncomplete)
    }

    @Test("an mx line that harms nobody is never an error")
    func harmless() throws {
        var evidence = Sound.evidence
        evidence.serve(Sound.policy(extra: ["mx: 192.0.2.1"]))
        // The other is what postfix-tlspol makes of it.
        #expect(try assess(evidence, .default).findings.map(\.severity) == [.warning, .advice])
        let mild = SeverityProfile(overrides: [.policyMXInvalid: .advice])
        #expect(try assess(evidence, mild).findings.map(\.severity) == [.advice, .advice])
    }

    @Test("thresholds", arguments: [(3_600, false), (86_401, true), (604_801, true)])
    func maxAge(threshold: Int, isShort: Bool) throws {
        var evidence = Sound.evidence
        evidence.serve(Sound.policy(maxAge: "max_age: 86400"))
        let findings = try assess(evidence, SeverityProfile(shortMaxAge: threshold)).findings
        #expect(findings.map(\.cause) == (isShort ? [.policyMaxAgeShort] : []))
    }

    @Test("days of expiry, absurd ones too", arguments: [(0, false), (29, false), (.max, false)])
    func expiry(days: Int, isExpiring: Bool) throws {
        // 60 of 90 days are left: more than the last third, which bounds every profile.
        let findings = try assess(Sound.evidence, SeverityProfile(expiryDays: days)).findings
        #expect(findings.isEmpty != isExpiring)
    }

    private func assess(_ evidence: Evidence, _ profile: SeverityProfile) throws -> Assessment {
        Judge(profile: profile).assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
    }
}
