internal import Audit
internal import Evidence
internal import Foundation
internal import MTASTS
@testable internal import Store

/// The stored text, and behind a zero byte what the policy bodies are: a store may be damaged, and
/// is read back all the same.
func fuzzEvidence(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    if let strings = try? JSONStrings.decode(String(decoding: bytes, as: UTF8.self)) {
        require(
            (try? JSONStrings.decode(JSONStrings.encode(strings))) == strings, "other strings")
    }
    guard var evidence = try? JSONDecoder().decode(Evidence.self, from: Data(parts[0])) else {
        return
    }
    var writer = JSONWriter()
    writer.evidence(evidence)
    let again = try? JSONDecoder().decode(Evidence.self, from: Data(writer.bytes))
    require(again == evidence, "other evidence when written")
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
