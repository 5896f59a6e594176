public import MTASTS

/// Judges records, a policy and MX hosts that are not published yet, by the rules of the audit.
public struct Lint: Sendable {
    private let judge: Judge

    /// A longer policy is judged no further.
    public static let policyLimitBytes = 65_536

    public init(profile: SeverityProfile = .default) { judge = Judge(profile: profile) }

    /// - Parameter texts: the TXT records found at the one name `_mta-sts`, each with its strings
    ///   joined; at least one.
    public func record(_ texts: [[UInt8]]) -> LintedRecord {
        var findings = Findings(profile: judge.profile)
        let state = judge.judgeRecords(texts, into: &findings)
        switch state {
        case .absent, .unmeasured:
            // An audit takes other text for no record at all. Here it was given as one.
            findings.add(
                .recordVersion,
                "there is no v=STSv1 at the start: "
                    + Wording.list(texts.map(Wording.quote), limit: 3))
        case .broken, .usable: break
        }
        return LintedRecord(id: state.usable?.id, findings: findings.sorted())
    }

    /// - Parameter bytes: the policy text, byte for byte as it is to be served.
    public func policy(_ bytes: [UInt8]) -> LintedPolicy {
        var findings = Findings(profile: judge.profile)
        // RFC 8461 §3.3: 64 kilobytes is what senders are told to accept at the least.
        if bytes.count > Self.policyLimitBytes {
            findings.add(
                .policyTooLarge, "the policy is longer than \(Self.policyLimitBytes) bytes")
            return LintedPolicy(policy: nil, findings: findings.sorted())
        }
        let reading = STSPolicyReading.read(bytes)
        judge.judgePolicyText(reading, into: &findings)
        judge.judgeSenders(of: ServedPolicy(body: bytes), reading, into: &findings)
        if let policy = reading.policy {
            judge.judgeMode(of: policy, expecting: Expectations(), into: &findings)
        }
        return LintedPolicy(policy: reading.policy, findings: findings.sorted())
    }

    /// Compares MX hosts with a policy (RFC 8461 §4.1).
    ///
    /// - Parameters:
    ///   - hosts: as a person writes them: either case, with or without a final dot.
    ///   - policy: nil when none was given; then a host is judged by its name alone. An unusable
    ///     policy covers nothing. One in mode none covers what its patterns cover.
    public func mx(_ hosts: [String], against policy: LintedPolicy?) -> [LintedMX] {
        hosts.map { host in
            LintedMX(
                host: host, pattern: policy?.policy?.pattern(covering: host)?.description,
                isHostName: MailService.isHostName(host), isCompared: policy != nil)
        }
    }

    /// - Parameter texts: the TXT records found at the one name `_smtp._tls`, each with its
    ///   strings joined; at least one.
    public func tlsrpt(_ texts: [[UInt8]]) -> LintedReporting {
        var findings = Findings(profile: judge.profile)
        let state = judge.judgeReportingRecords(texts, into: &findings)
        switch state {
        case .absent:
            findings.add(
                .tlsrptSyntax,
                "there is no v=TLSRPTv1 at the start: "
                    + Wording.list(texts.map(Wording.quote), limit: 3))
            return LintedReporting(record: nil, findings: findings.sorted())
        case .broken:
            return LintedReporting(record: nil, findings: findings.sorted())
        case .usable(let record):
            return LintedReporting(record: record, findings: findings.sorted())
        }
    }
}

/// The verdict on the TXT records at `_mta-sts`.
public struct LintedRecord: Hashable, Sendable {
    /// The id of the one valid record; nil when senders find none.
    public var id: String?
    public var findings: [Finding]

    public var isValid: Bool { id != nil }
}

/// The verdict on a policy text.
public struct LintedPolicy: Hashable, Sendable {
    /// What senders read; nil when the text is no usable policy.
    public var policy: STSPolicy?
    public var findings: [Finding]

    public var isValid: Bool { policy != nil }
    /// `enforce`, `testing` or `none`.
    public var mode: String? { policy?.mode.rawValue }
    /// In seconds.
    public var maxAge: Int? { policy?.maxAge }
    /// Patterns in the order written.
    public var mx: [String] { policy?.mx.map(\.description) ?? [] }
}

/// One MX host and the pattern that covers it.
public struct LintedMX: Hashable, Sendable {
    /// As given.
    public var host: String
    public var pattern: String?
    /// False for an IP address and for what is no name of LDH labels.
    public var isHostName: Bool
    /// Whether there was a policy to compare with.
    public var isCompared: Bool

    public var isCovered: Bool { pattern != nil }
    /// Covered; without a policy, a host name.
    public var isSound: Bool { isCompared ? isCovered : isHostName }
}

/// The verdict on the TXT records at `_smtp._tls`.
public struct LintedReporting: Hashable, Sendable {
    /// What senders read; nil when they find no usable record.
    public var record: TLSRPTRecord?
    public var findings: [Finding]

    public var isValid: Bool { record != nil }
    /// Report destinations in the order written.
    public var rua: [String] { record?.rua ?? [] }
}
