/// How much each cause matters, and from where on a value is worth advice.
public struct SeverityProfile: Hashable, Sendable {
    /// Severities other than the default ones. An override moves a cause between error, warning
    /// and advice; one that would move it into or out of `unmeasured` is ignored, because what
    /// was not measured is no matter of taste.
    public var overrides: [Cause: Severity]
    /// A `max_age` below this many seconds is `policy-max-age-short`.
    public var shortMaxAge: Int
    /// A certificate with fewer days left is `policy-certificate-expiring`, unless its whole
    /// life is so short that this is how it is meant to be renewed.
    public var expiryDays: Int

    public init(
        overrides: [Cause: Severity] = [:], shortMaxAge: Int = 86_400, expiryDays: Int = 14
    ) {
        self.overrides = overrides
        self.shortMaxAge = shortMaxAge
        self.expiryDays = expiryDays
    }

    public static let `default` = SeverityProfile()

    /// For owners who want every sender to take part: what only some senders can live with is an
    /// error, and what could be better is a warning. `max_age` is short below a week, since
    /// RFC 8461 §3.2 expects weeks or more.
    public static let strict = SeverityProfile(
        overrides: Dictionary(
            uniqueKeysWithValues: Cause.allCases.map { ($0, $0.strictSeverity) }),
        shortMaxAge: 604_800, expiryDays: 21)

    /// The built-in profiles.
    public static let names = ["default", "strict"]

    public init?(named name: String) {
        switch name {
        case "default": self = .default
        case "strict": self = .strict
        default: return nil
        }
    }

    public func severity(of cause: Cause) -> Severity {
        let standard = cause.defaultSeverity
        guard !overrides.isEmpty, let override = overrides[cause],
            standard != .unmeasured, override != .unmeasured
        else { return standard }
        return override
    }
}

extension Cause {
    fileprivate var strictSeverity: Severity {
        switch defaultSeverity {
        case .error: .error
        // Reports are lost; mail is as safe as without them.
        case .warning: stage == .reporting ? .warning : .error
        // A null MX says that the domain takes no mail, which is a decision and no slip.
        case .advice: self == .mxNull ? .advice : .warning
        case .unmeasured: .unmeasured
        }
    }

    /// The severity without a profile. `policy-status` is `unmeasured` for 429 and 503,
    /// `policy-mx-invalid` a warning where the policy stays usable, and `cached-policy-blocks-mx`
    /// one where an MX host is left: the judge knows which.
    public var defaultSeverity: Severity {
        switch self {
        case .recordMissing, .recordMultiple, .recordVersion, .recordIDMissing, .recordIDInvalid,
            .recordSyntax, .recordMisplaced, .recordAliasDangling:
            .error
        case .policyHostMissing, .policyHostDangling, .policyHostSpecialAddress,
            .policyConnectRefused, .policyTLSFailed, .policyCertificateExpired,
            .policyCertificateNotYetValid, .policyCertificateNameMismatch,
            .policyCertificateNoSAN, .policyCertificateUntrusted, .policyCertificateSelfSigned,
            .policyCertificateChainIncomplete, .policyCertificateWeak, .policyRedirected,
            .policyStatus, .policyTooLarge, .policyResponseTimeout, .policyResponseBroken:
            .error
        case .policyEmpty, .policyNotAPolicy, .policyVersion, .policyModeMissing,
            .policyModeInvalid, .policyMaxAgeMissing, .policyMaxAgeInvalid, .policyMXMissing,
            .policyMXInvalid, .policySyntax, .policyEncoding, .policyLineEnds,
            .policyMaxAgeOverLimit:
            .error
        case .mxUncovered, .mxAllUncovered, .inputInvalidDomain, .domainMissing:
            .error
        case .mxStartTLSMissing, .mxCertificateExpired, .mxCertificateNameMismatch,
            .mxCertificateUntrusted, .mxTLSFailed, .cachedPolicyBlocksMX:
            .error
        case .idUnchanged, .idReused, .cachedPolicyOutlivesRemoval,
            .reportedStartTLSNotSupported, .reportedCertificateHostMismatch,
            .reportedCertificateExpired, .reportedCertificateNotTrusted,
            .reportedValidationFailure, .reportedTLSAInvalid, .reportedDNSSECInvalid,
            .reportedDANERequired, .reportedPolicyFetchError, .reportedPolicyInvalid,
            .reportedWebPKIInvalid:
            .warning
        case .idChurn, .recheckAfter, .mxCertificateExpiring:
            .advice
        case .policyContentType, .policyAddressInconsistent, .policyMaxAgeZero, .modeUnexpected,
            .mxInvalid, .mxPatternTooBroad, .tlsrptMultiple, .tlsrptSyntax, .tlsrptRUAInvalid:
            .warning
        case .recordUnrelatedText, .recordWildcard, .policyCertificateExpiring,
            .policyDuplicateField, .policyMaxAgeShort, .modeTesting, .modeNone, .mxPatternUnused,
            .mxMissing, .mxNull, .mxAlias, .tlsrptMissing, .recordSenderDisagreement,
            .policySenderDisagreement:
            .advice
        case .recordLookupFailed, .policyHostLookupFailed, .policyConnectTimeout,
            .policyTLSTimeout, .policyUnreachable, .mxLookupFailed, .tlsrptLookupFailed,
            .mxUnreachable, .resolverUnavailable:
            .unmeasured
        }
    }
}
