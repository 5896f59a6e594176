import MTASTS

extension Judge {
    /// Judges the mode of a usable policy (RFC 8461 §5) by itself and by what was expected.
    func judgeMode(
        of policy: STSPolicy, expecting expectations: Expectations,
        into findings: inout Findings
    ) {
        switch policy.mode {
        case .enforce: break
        case .testing: findings.add(.modeTesting, "the policy says mode: testing")
        case .none: findings.add(.modeNone, "the policy says mode: none")
        }
        // Rows that disagree about a domain cannot all be right: each one counts.
        let missed = expectations.modes.map(\.rawValue).filter { $0 != policy.mode.rawValue }
        guard !missed.isEmpty else { return }
        findings.add(
            .modeUnexpected,
            "the portfolio expects \(missed.sorted().joined(separator: " and ")), "
                + "the policy says \(policy.mode.rawValue)")
    }

    /// Nothing is published, and the portfolio expects a mode that protects mail.
    func judgeMissingMode(expecting expectations: Expectations, into findings: inout Findings) {
        let missed = expectations.modes.filter { $0 != .none }.map(\.rawValue)
        guard !missed.isEmpty else { return }
        findings.add(
            .modeUnexpected,
            "the portfolio expects \(missed.sorted().joined(separator: " and ")), "
                + "and nothing is published")
    }
}
