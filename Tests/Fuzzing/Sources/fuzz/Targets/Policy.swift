internal import Audit
internal import MTASTS

func fuzzPolicy(_ bytes: [UInt8]) {
    let reading = STSPolicyReading.read(bytes)
    require(
        (reading.policy == nil) == reading.problems.contains(where: \.isFatal),
        "usable with a fatal problem, or unusable without one")
    require(reading.problems.count <= ProblemLimit.count, "too many problems")
    for problem in reading.problems {
        require(problem.line ?? 1 >= 1 && problem.column ?? 1 >= 1, "no place")
        require(problem.text.utf8.count <= 3 * ProblemLimit.textBytes, "a text is too long")
    }
    if let policy = reading.policy { check(policy) }
    let linted = Lint().policy(bytes)
    if bytes.count <= Lint.policyLimitBytes {
        require(linted.policy == reading.policy, "judge and grammar disagree")
        require(linted.isValid || !linted.findings.isEmpty, "broken without a finding")
    }
    checkPanel(nil, bytes)
}

private func check(_ policy: STSPolicy) {
    require((0...STSPolicy.maximumMaxAge).contains(policy.maxAge), "max_age out of range")
    require(!policy.mx.isEmpty || policy.mode == .none, "no mx under a mode that needs one")
    require(STSPolicyReading.read(Array(policy.text.utf8)).policy == policy, "another policy")
    for pattern in policy.mx {
        require((try? MXPattern(pattern.description)) == pattern, "another pattern")
        let host = pattern.isWildcard ? "x" + pattern.description.dropFirst() : pattern.description
        require(pattern.covers(host), "a pattern that does not cover its host")
        require(policy.pattern(covering: host) != nil, "a policy that does not cover its host")
    }
}
