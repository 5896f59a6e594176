/// Why a domain is not simply sound. Codes are stable: never reworded, never reused.
///
/// The catalogue entry of each (what it means for a sender, the remedy, the RFC section) is in
/// `Cause+Catalogue.swift`.
public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
    // Record (RFC 8461 §3.1)
    case recordMissing = "record-missing"
    case recordMultiple = "record-multiple"
    case recordVersion = "record-version"
    case recordIDMissing = "record-id-missing"
    case recordIDInvalid = "record-id-invalid"
    case recordSyntax = "record-syntax"
    case recordUnrelatedText = "record-unrelated-text"
    case recordMisplaced = "record-misplaced"
    case recordWildcard = "record-wildcard"
    case recordAliasDangling = "record-cname-dangling"
    case recordLookupFailed = "record-lookup-failed"
    case recordSenderDisagreement = "record-sender-disagreement"

    // Policy host and fetch (RFC 8461 §3.3)
    case policyHostMissing = "policy-host-missing"
    case policyHostDangling = "policy-host-dangling"
    case policyHostLookupFailed = "policy-host-lookup-failed"
    case policyHostSpecialAddress = "policy-host-special-address"
    case policyConnectRefused = "policy-connect-refused"
    case policyConnectTimeout = "policy-connect-timeout"
    case policyTLSFailed = "policy-tls-failed"
    case policyTLSTimeout = "policy-tls-timeout"
    case policyCertificateExpired = "policy-certificate-expired"
    case policyCertificateNotYetValid = "policy-certificate-not-yet-valid"
    case policyCertificateNameMismatch = "policy-certificate-name-mismatch"
    case policyCertificateNoSAN = "policy-certificate-no-san"
    case policyCertificateUntrusted = "policy-certificate-untrusted"
    case policyCertificateSelfSigned = "policy-certificate-self-signed"
    case policyCertificateChainIncomplete = "policy-certificate-chain-incomplete"
    case policyCertificateWeak = "policy-certificate-weak"
    case policyCertificateExpiring = "policy-certificate-expiring"
    case policyRedirected = "policy-redirected"
    case policyStatus = "policy-status"
    case policyTooLarge = "policy-too-large"
    case policyResponseTimeout = "policy-response-timeout"
    case policyResponseBroken = "policy-response-broken"
    case policyContentType = "policy-content-type"
    case policyAddressInconsistent = "policy-address-inconsistent"
    case policyUnreachable = "policy-unreachable"

    // Policy text (RFC 8461 §3.2)
    case policyEmpty = "policy-empty"
    case policyNotAPolicy = "policy-not-a-policy"
    case policyVersion = "policy-version"
    case policyModeMissing = "policy-mode-missing"
    case policyModeInvalid = "policy-mode-invalid"
    case policyMaxAgeMissing = "policy-max-age-missing"
    case policyMaxAgeInvalid = "policy-max-age-invalid"
    case policyMXMissing = "policy-mx-missing"
    case policyMXInvalid = "policy-mx-invalid"
    case policySyntax = "policy-syntax"
    case policyEncoding = "policy-encoding"
    case policyLineEnds = "policy-line-ends"
    case policyDuplicateField = "policy-duplicate-field"
    case policyMaxAgeOverLimit = "policy-max-age-over-limit"
    case policyMaxAgeZero = "policy-max-age-zero"
    case policyMaxAgeShort = "policy-max-age-short"
    case policySenderDisagreement = "policy-sender-disagreement"

    // Mode
    case modeTesting = "mode-testing"
    case modeNone = "mode-none"
    case modeUnexpected = "mode-unexpected"

    // MX (RFC 8461 §4.1)
    case mxUncovered = "mx-uncovered"
    case mxAllUncovered = "mx-all-uncovered"
    case mxPatternUnused = "mx-pattern-unused"
    case mxMissing = "mx-missing"
    case mxNull = "mx-null"
    case mxInvalid = "mx-invalid"
    case mxAlias = "mx-alias"
    case mxLookupFailed = "mx-lookup-failed"
    case mxPatternTooBroad = "mx-pattern-too-broad"

    // MX transport, where it is probed (RFC 8461 §4.2)
    case mxUnreachable = "mx-unreachable"
    case mxStartTLSMissing = "mx-starttls-missing"
    case mxCertificateExpired = "mx-certificate-expired"
    case mxCertificateNameMismatch = "mx-certificate-name-mismatch"
    case mxCertificateUntrusted = "mx-certificate-untrusted"
    case mxTLSFailed = "mx-tls-failed"
    case mxCertificateExpiring = "mx-certificate-expiring"

    // What senders hold from earlier (RFC 8461 §3.3, §5.1, §8.1, §8.3)
    case idUnchanged = "id-unchanged"
    case idChurn = "id-churn"
    case idReused = "id-reused"
    case cachedPolicyBlocksMX = "cached-policy-blocks-mx"
    case cachedPolicyOutlivesRemoval = "cached-policy-outlives-removal"
    case recheckAfter = "recheck-after"

    // What senders' TLS reports say (RFC 8460 §4.3), one for each result type
    case reportedStartTLSNotSupported = "reported-starttls-not-supported"
    case reportedCertificateHostMismatch = "reported-certificate-host-mismatch"
    case reportedCertificateExpired = "reported-certificate-expired"
    case reportedCertificateNotTrusted = "reported-certificate-not-trusted"
    case reportedValidationFailure = "reported-validation-failure"
    case reportedTLSAInvalid = "reported-tlsa-invalid"
    case reportedDNSSECInvalid = "reported-dnssec-invalid"
    case reportedDANERequired = "reported-dane-required"
    case reportedPolicyFetchError = "reported-sts-policy-fetch-error"
    case reportedPolicyInvalid = "reported-sts-policy-invalid"
    case reportedWebPKIInvalid = "reported-sts-webpki-invalid"

    // TLSRPT record (RFC 8460 §3)
    case tlsrptMissing = "tlsrpt-missing"
    case tlsrptMultiple = "tlsrpt-multiple"
    case tlsrptSyntax = "tlsrpt-syntax"
    case tlsrptRUAInvalid = "tlsrpt-rua-invalid"
    case tlsrptLookupFailed = "tlsrpt-lookup-failed"

    // Portfolio
    case inputInvalidDomain = "input-invalid-domain"
    case domainMissing = "domain-missing"
    case resolverUnavailable = "resolver-unavailable"

    public var code: String { rawValue }
}
