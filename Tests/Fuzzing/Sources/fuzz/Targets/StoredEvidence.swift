internal import Audit
internal import Evidence
internal import MTASTS
@testable internal import Store

/// The stored text, and behind a zero byte what the policy bodies are: a store may be damaged, and
/// is read back all the same.
func fuzzEvidence(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    if let strings = try? JSONStrings.decode(bytes) {
        let text = Array(JSONStrings.encode(strings).utf8)
        require((try? JSONStrings.decode(text)) == strings, "other strings when written")
    }
    guard var evidence = try? JSONReader.evidence(Array(parts[0])) else { return }
    var writer = JSONWriter()
    writer.evidence(evidence)
    require((try? JSONReader.evidence(writer.bytes)) == evidence, "other evidence when written")
    if parts.count == 2 {
        for index in evidence.fetches.indices {
            guard case .response(var response) = evidence.fetches[index].outcome else { continue }
            response.body.bytes = Array(parts[1])
            evidence.fetches[index].outcome = .response(response)
        }
    }
    guard let domain = try? DomainName("example.com") else { return }
    for profile in [SeverityProfile.default, .strict] {
        let assessment = Judge(profile: profile).assess(
            evidence, of: domain, expecting: Expectations(modes: [.enforce]),
            now: Timestamp(seconds: 1_800_000_000))
        for finding in assessment.findings {
            require(!finding.detail.isEmpty || finding.cause.code.contains("-"), "no words")
        }
    }
}
