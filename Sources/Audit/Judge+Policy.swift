import MTASTS

extension Judge {
    /// Judges a policy text as read, published or not (RFC 8461 §3.2).
    func judgePolicyText(_ reading: STSPolicyReading, into findings: inout Findings) {
        for problem in reading.problems {
            let standard = profile.severity(of: problem.kind.cause)
            findings.add(
                problem.kind.cause,
                // What senders can live with is never more than a warning.
                problem.isFatal ? standard : min(standard, .warning),
                problem.detail, line: problem.line, column: problem.column)
        }
        guard let policy = reading.policy else { return }
        judgeMaxAge(of: policy, into: &findings)
        judgeBreadth(of: policy, into: &findings)
    }

    private func judgeMaxAge(of policy: STSPolicy, into findings: inout Findings) {
        // RFC 8461 §8.3: a short max_age is how a policy in mode none should be.
        guard policy.mode != .none else { return }
        if policy.maxAge == 0 {
            findings.add(.policyMaxAgeZero, "max_age is 0")
        } else if policy.maxAge < profile.shortMaxAge {
            findings.add(
                .policyMaxAgeShort, "max_age is \(policy.maxAge), below \(profile.shortMaxAge)")
        }
    }

    private func judgeBreadth(of policy: STSPolicy, into findings: inout Findings) {
        guard policy.mode != .none else { return }
        let broad = policy.mx.filter(\.isTooBroad).map(\.description)
        guard !broad.isEmpty else { return }
        findings.add(.mxPatternTooBroad, "\(Wording.list(broad)) covers hosts of anybody")
    }
}

extension MXPattern {
    /// A wildcard directly below a top-level domain.
    var isTooBroad: Bool { isWildcard && labelCount <= 2 }
}
