/// What a compliant sending MTA does with mail for the domain right now (RFC 8461 §5).
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// Delivers only over verified TLS to listed MX hosts, and all MX hosts are covered.
    case enforced
    /// Enforces, and skips the MX hosts that the policy does not cover.
    case degraded
    /// Enforces and can use no MX host: mail is not delivered.
    case bouncing
    /// Reports failures and delivers anyway.
    case testing
    /// Sees `mode: none`.
    case disabled
    /// Finds something published that it cannot use, and delivers as if there were nothing.
    case ineffective
    /// Finds no MTA-STS at all.
    case absent
    /// The domain takes no mail: a null MX, or neither an MX nor an address.
    case noMail = "no-mail"
    /// The domain does not exist (NXDOMAIN).
    case noDomain = "no-domain"
    /// We could not tell; a finding says why.
    case unmeasured
    /// The portfolio row names no domain; nothing was looked up.
    case invalidInput = "invalid-input"
}

extension Verdict {
    /// The end of the sentence "A compliant sender...", without a full stop.
    public var meaning: String {
        switch self {
        case .enforced: "delivers only over verified TLS to listed MX hosts; all are covered"
        case .degraded: "enforces, and skips the MX hosts that the policy does not cover"
        case .bouncing: "enforces and can use no MX host: mail is not delivered"
        case .testing: "reports failures and delivers anyway"
        case .disabled: "sees mode none, and delivers as if there were no policy"
        case .ineffective:
            "finds something published that it cannot use, and delivers as if there were nothing"
        case .absent: "finds no MTA-STS at all"
        case .noMail: "finds that the domain takes no mail"
        case .noDomain: "finds that the domain does not exist"
        case .unmeasured: "may do anything: it could not be measured, and a finding says why"
        case .invalidInput: "was not looked at: the portfolio row names no domain"
        }
    }
}

/// How much a finding matters. The order is the order of urgency.
public enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Mail is not protected, or not delivered, as published.
    case error
    /// Works for a strict reader; some senders or some hosts do not take part.
    case warning
    /// Works; a better choice exists.
    case advice
    /// Could not be measured: says nothing about the domain.
    case unmeasured

    /// `error` is the greatest and `unmeasured` the least.
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .error: 3
        case .warning: 2
        case .advice: 1
        case .unmeasured: 0
        }
    }
}
