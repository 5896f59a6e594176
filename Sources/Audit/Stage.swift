/// The part of the MTA-STS set-up a cause belongs to, in the order of the troubleshooting guide.
public enum Stage: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// The portfolio row and the domain itself.
    case portfolio
    /// The `_mta-sts` TXT record (RFC 8461 §3.1).
    case record
    /// The policy host, its certificate and its HTTP answer (RFC 8461 §3.3).
    case policyHost = "policy-host"
    /// The text of the policy (RFC 8461 §3.2).
    case policy
    /// The mode of a usable policy (RFC 8461 §5).
    case mode
    /// The MX hosts of today against the policy (RFC 8461 §4.1).
    case mx
    /// The `_smtp._tls` TXT record (RFC 8460 §3).
    case reporting
    /// What senders hold from earlier (RFC 8461 §5.1, §8.3).
    case cache

    public static func < (a: Stage, b: Stage) -> Bool { a.position < b.position }

    private var position: Int {
        switch self {
        case .portfolio: 0
        case .record: 1
        case .policyHost: 2
        case .policy: 3
        case .mode: 4
        case .mx: 5
        case .reporting: 6
        case .cache: 7
        }
    }
}

extension Cause {
    public var stage: Stage {
        switch self {
        case .inputInvalidDomain, .domainMissing, .resolverUnavailable:
            .portfolio
        case .recordMissing, .recordMultiple, .recordVersion, .recordIDMissing, .recordIDInvalid,
            .recordSyntax, .recordUnrelatedText, .recordMisplaced, .recordWildcard,
            .recordAliasDangling, .recordLookupFailed, .recordSenderDisagreement:
            .record
        case .policyHostMissing, .policyHostDangling, .policyHostLookupFailed,
            .policyHostSpecialAddress, .policyConnectRefused, .policyConnectTimeout,
            .policyTLSFailed, .policyTLSTimeout, .policyCertificateExpired,
            .policyCertificateNotYetValid, .policyCertificateNameMismatch,
            .policyCertificateNoSAN, .policyCertificateUntrusted, .policyCertificateSelfSigned,
            .policyCertificateChainIncomplete, .policyCertificateWeak,
            .policyCertificateExpiring, .policyRedirected, .policyStatus, .policyTooLarge,
            .policyResponseTimeout, .policyResponseBroken, .policyContentType,
            .policyAddressInconsistent, .policyUnreachable:
            .policyHost
        case .policyEmpty, .policyNotAPolicy, .policyVersion, .policyModeMissing,
            .policyModeInvalid, .policyMaxAgeMissing, .policyMaxAgeInvalid, .policyMXMissing,
            .policyMXInvalid, .policySyntax, .policyEncoding, .policyLineEnds,
            .policyDuplicateField, .policyMaxAgeOverLimit, .policyMaxAgeZero, .policyMaxAgeShort,
            .policySenderDisagreement:
            .policy
        case .modeTesting, .modeNone, .modeUnexpected:
            .mode
        case .mxUncovered, .mxAllUncovered, .mxPatternUnused, .mxMissing, .mxNull, .mxInvalid,
            .mxAlias, .mxLookupFailed, .mxPatternTooBroad, .mxUnreachable, .mxStartTLSMissing,
            .mxCertificateExpired, .mxCertificateNameMismatch, .mxCertificateUntrusted,
            .mxTLSFailed, .mxCertificateExpiring:
            .mx
        case .tlsrptMissing, .tlsrptMultiple, .tlsrptSyntax, .tlsrptRUAInvalid,
            .tlsrptLookupFailed, .reportedStartTLSNotSupported,
            .reportedCertificateHostMismatch, .reportedCertificateExpired,
            .reportedCertificateNotTrusted, .reportedValidationFailure, .reportedTLSAInvalid,
            .reportedDNSSECInvalid, .reportedDANERequired, .reportedPolicyFetchError,
            .reportedPolicyInvalid, .reportedWebPKIInvalid:
            .reporting
        case .idUnchanged, .idChurn, .idReused, .cachedPolicyBlocksMX,
            .cachedPolicyOutlivesRemoval, .recheckAfter:
            .cache
        }
    }
}
