public import Evidence

/// What was found of a domain in one run, as far as runs are compared.
public struct Standing: Hashable, Sendable {
    public var verdict: Verdict
    public var findings: [Finding]
    /// STARTTLS at the MX hosts was asked for in that run, and port 25 was not blocked there.
    public var probesMail: Bool
    /// Asked in that run, and not answered (`Evidence.unanswered`).
    public var unanswered: [SideQuestion]

    public init(
        verdict: Verdict, findings: [Finding], probesMail: Bool = false,
        unanswered: [SideQuestion] = []
    ) {
        self.verdict = verdict
        self.findings = findings
        self.probesMail = probesMail
        self.unanswered = unanswered
    }

    /// Some of it could not be measured: a finding says so, or a question has no answer.
    var isIncomplete: Bool {
        !unanswered.isEmpty || findings.contains { $0.severity == .unmeasured }
    }

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// The causes found, each with its greatest severity; what was not measured is no cause.
    var causes: [Cause: Severity] {
        var causes: [Cause: Severity] = [:]
        for finding in findings where finding.severity != .unmeasured {
            causes[finding.cause] = max(causes[finding.cause] ?? .advice, finding.severity)
        }
        return causes
    }

    /// The causes of which nothing is known: they are neither found nor found to be absent.
    var hidden: Set<Cause> {
        if verdict == .unmeasured { return Set(Cause.allCases) }
        var hidden: Set<Cause> = probesMail || !isWorthProbing ? [] : Cause.ofTransport
        for finding in findings where finding.severity == .unmeasured {
            hidden.formUnion(finding.cause.hiddenWhenUnmeasured)
        }
        for question in unanswered { hidden.formUnion(question.causes) }
        guard verdict == .ineffective else { return hidden.subtracting(causes.keys) }
        // What is broken first hides what comes behind it: no policy, no modes; no host, no text.
        if findings.contains(where: { $0.severity == .error && $0.cause.stage == .policyHost }) {
            hidden.formUnion(Cause.ofStages([.policy, .mode]).union(Cause.ofCoverage))
        }
        if findings.contains(where: { $0.severity == .error && $0.cause.stage == .policy }) {
            hidden.formUnion(Cause.ofStages([.mode]).union(Cause.ofCoverage))
        }
        return hidden.subtracting(causes.keys)
    }

    /// An MX host that failed the probe, which may have lowered the verdict.
    var hasTransportErrors: Bool {
        findings.contains { $0.severity == .error && Cause.ofTransport.contains($0.cause) }
    }

    /// Probing could have lowered the verdict, and was not asked for or had no answer.
    var couldBeLowerIfProbed: Bool {
        switch verdict {
        case .enforced, .degraded, .bouncing: !hidden.isDisjoint(with: Cause.ofTransport)
        case .testing, .disabled, .ineffective, .absent, .noMail, .noDomain, .unmeasured,
            .invalidInput:
            false
        }
    }

    /// Where nothing is published, or mode none, hosts are not probed even when it is asked for.
    private var isWorthProbing: Bool {
        switch verdict {
        case .enforced, .degraded, .bouncing, .testing, .ineffective, .unmeasured: true
        case .disabled, .absent, .noMail, .noDomain, .invalidInput: false
        }
    }
}

extension Cause {
    /// Found by probing STARTTLS at the MX hosts.
    static let ofTransport: Set<Cause> = [
        .mxStartTLSMissing, .mxCertificateExpired, .mxCertificateNameMismatch,
        .mxCertificateUntrusted, .mxTLSFailed, .mxCertificateExpiring,
    ]

    /// Found by holding the MX hosts against a usable policy.
    static let ofCoverage: Set<Cause> = [
        .mxUncovered, .mxAllUncovered, .mxPatternUnused, .mxPatternTooBroad,
    ]

    fileprivate static let ofTLSRPT: Set<Cause> = [
        .tlsrptMissing, .tlsrptMultiple, .tlsrptSyntax, .tlsrptRUAInvalid,
    ]

    static func ofStages(_ stages: Set<Stage>) -> Set<Cause> {
        Set(allCases.filter { stages.contains($0.stage) })
    }

    /// The causes that cannot be told where this one was found with severity `unmeasured`.
    fileprivate var hiddenWhenUnmeasured: Set<Cause> {
        switch stage {
        case .portfolio: Set(Self.allCases)
        case .record:
            Self.ofStages([.record, .policyHost, .policy, .mode, .mx, .cache]).union(Self.ofTLSRPT)
        case .policyHost, .policy, .mode:
            Self.ofStages([.policyHost, .policy, .mode, .mx, .cache])
        // A host that cannot be probed hides what probing finds, and not what DNS says.
        case .mx:
            self == .mxUnreachable ? Self.ofTransport : Self.ofStages([.mx, .cache])
        case .reporting: Self.ofTLSRPT
        case .cache: Self.ofStages([.cache])
        }
    }
}

extension SideQuestion {
    /// What an answer may show.
    fileprivate var causes: Set<Cause> {
        switch self {
        case .misplacedRecords: [.recordMisplaced]
        case .mxAliases: [.mxAlias]
        case .orphanedPolicy: [.recordMissing]
        case .policyHostAddresses: [.policyAddressInconsistent]
        case .reporting: Cause.ofTLSRPT
        case .wildcard: [.recordWildcard]
        }
    }
}
