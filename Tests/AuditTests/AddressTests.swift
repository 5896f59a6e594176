import Audit
import Evidence
import Testing

@Suite("Several addresses of a policy host: a sender tries them in turn (RFC 8461 §3.3)")
struct AddressTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var first: Fetch
        var second: Fetch
        var verdict: Verdict
        var causes: Set<Cause>
        var why: String

        var testDescription: String { why }
    }

    static let sound = Sound.fetch(Sound.policy)

    static let rows: [Row] = [
        Row(
            first: sound, second: other(Sound.policy), verdict: .enforced, causes: [],
            why: "both serve the same"),
        Row(
            first: Sound.failure(.connectRefused), second: other(Sound.policy),
            verdict: .enforced, causes: [.policyAddressInconsistent], why: "the first is down"),
        Row(
            first: sound, second: failed(.connectTimeout), verdict: .enforced,
            causes: [.policyAddressInconsistent], why: "the second does not answer"),
        Row(
            first: sound, second: failed(.certificate([.expired])), verdict: .enforced,
            causes: [.policyAddressInconsistent], why: "renewed on one server only"),
        Row(
            first: sound, second: failed(.unreachable), verdict: .enforced, causes: [],
            why: "no route from here says nothing about the domain"),
        Row(
            first: sound, second: failed(.local(code: 1)), verdict: .enforced, causes: [],
            why: "nor does a failure of our own"),
        Row(
            first: sound, second: Sound.fetch(status: 503, from: Sound.otherAddress),
            verdict: .enforced, causes: [], why: "nor a server that we asked too often"),
        Row(
            first: sound, second: other(Sound.policy(mode: "mode: testing")), verdict: .enforced,
            causes: [.policyAddressInconsistent], why: "two policies: the first address decides"),
        Row(
            first: Sound.fetch(Sound.policy(mode: "mode: enforced")), second: other(Sound.policy),
            verdict: .enforced, causes: [.policyAddressInconsistent],
            why: "one serves an invalid text"),
        Row(
            first: Sound.fetch(status: 404), second: other(Sound.policy(mode: "mode: enforced")),
            verdict: .ineffective, causes: [.policyAddressInconsistent, .policyModeInvalid],
            why: "the one that got furthest tells what to mend"),
        Row(
            first: Sound.fetch(status: 404),
            second: Sound.fetch(status: 404, from: Sound.otherAddress), verdict: .ineffective,
            causes: [.policyStatus], why: "no server has the file: one finding"),
        Row(
            first: Sound.failure(.connectTimeout), second: failed(.connectRefused),
            verdict: .ineffective, causes: [.policyConnectRefused],
            why: "broken tells more than not measured"),
        Row(
            first: Sound.failure(.unreachable), second: failed(.connectTimeout),
            verdict: .unmeasured, causes: [.policyUnreachable], why: "nothing was measured"),
    ]

    private static func other(_ text: String) -> Fetch {
        Sound.fetch(text, from: Sound.otherAddress)
    }

    private static func failed(_ failure: FetchFailure) -> Fetch {
        Sound.failure(failure, from: Sound.otherAddress)
    }

    @Test("verdict and causes", arguments: rows)
    func row(_ row: Row) throws {
        var evidence = Sound.evidence
        evidence.policyHost?.v4 = Lookup(.found([Sound.address, Sound.otherAddress]))
        evidence.fetches = [row.first, row.second]
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(assessment.verdict == row.verdict)
        #expect(Set(assessment.findings.map(\.cause)) == row.causes)
    }

    @Test(
        "a guarded address beside a good one",
        arguments: [("10.0.0.1", true), ("fd00::1", true), ("64:ff9b::cb00:710a", false)])
    func guarded(text: String, isFault: Bool) throws {
        var evidence = Sound.evidence
        evidence.guardedAddresses = [try #require(IPAddress(text))]
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(assessment.verdict == .enforced)
        #expect(
            assessment.findings.map(\.cause) == (isFault ? [.policyAddressInconsistent] : []),
            "an address that the resolver made up is no fault of the domain")
    }
}
