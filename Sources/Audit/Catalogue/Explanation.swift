public import MTASTS

/// The catalogue entry of a cause: everything a person needs to understand and clear it.
public struct Explanation: Hashable, Sendable {
    public var cause: Cause
    /// A short phrase without a full stop, for headings and tables.
    public var title: String
    /// What is the case, in one or two sentences.
    public var meaning: String
    /// What a compliant sending MTA does because of it.
    public var senderView: String
    /// One imperative sentence.
    public var remedy: String
    /// `RFC 8461 §3.1`.
    public var rfcSection: String
    /// What a sender's TLS report would call it; nil when senders do not report it.
    public var resultType: ResultType?
    /// Nil for causes outside the guide's five.
    public var commonCause: CommonCause?
    public var guideStep: GuideStep
    /// Shell commands that show whether the fix worked, with `DOMAIN` for the policy domain.
    public var verify: [String]

    init(
        _ cause: Cause, title: String, meaning: String, senderView: String, remedy: String,
        rfc rfcSection: String, result resultType: ResultType? = nil,
        common commonCause: CommonCause? = nil, step guideStep: GuideStep, verify: [String]
    ) {
        self.cause = cause
        self.title = title
        self.meaning = meaning
        self.senderView = senderView
        self.remedy = remedy
        self.rfcSection = rfcSection
        self.resultType = resultType
        self.commonCause = commonCause
        self.guideStep = guideStep
        self.verify = verify
    }

    public var stage: Stage { cause.stage }

    /// The commands of `verify` for one domain, ready to be pasted into a shell.
    public func commands(for domain: DomainName) -> [String] {
        // A domain name holds nothing a shell would take for more than text.
        verify.map { $0.replacing("DOMAIN", with: domain.description) }
    }
}

/// Failure types of TLS reports (RFC 8460 §4.3); the registry's closed list.
public enum ResultType: String, Hashable, Sendable, Codable, CaseIterable {
    case startTLSNotSupported = "starttls-not-supported"
    case certificateHostMismatch = "certificate-host-mismatch"
    case certificateExpired = "certificate-expired"
    case certificateNotTrusted = "certificate-not-trusted"
    case validationFailure = "validation-failure"
    case tlsaInvalid = "tlsa-invalid"
    case dnssecInvalid = "dnssec-invalid"
    case daneRequired = "dane-required"
    case policyFetchError = "sts-policy-fetch-error"
    case policyInvalid = "sts-policy-invalid"
    case webPKIInvalid = "sts-webpki-invalid"
}

/// The five things that most MTA-STS trouble comes down to.
public enum CommonCause: String, Hashable, Sendable, Codable, CaseIterable {
    case recordSyntax = "C1"
    case policyNotServed = "C2"
    case modeNotExpected = "C3"
    case mxMismatch = "C4"
    case cachedPolicy = "C5"

    public var title: String {
        switch self {
        case .recordSyntax: "The DNS record has a wrong syntax or version"
        case .policyNotServed: "The policy is missing, unreachable or not served right"
        case .modeNotExpected: "The mode is not the one expected"
        case .mxMismatch: "The policy's MX list does not fit the real MX hosts"
        case .cachedPolicy: "Cached policies delay a fix"
        }
    }
}

/// The steps of the troubleshooting guide, in the order a person takes them.
public enum GuideStep: String, Hashable, Sendable, Codable, CaseIterable {
    case record = "S1"
    case fetch = "S2"
    case policy = "S3"
    case mx = "S4"
    case certificate = "S5"
    case reports = "S6"
    case cache = "S7"
    case retest = "S8"
    case changes = "S9"

    public var title: String {
        switch self {
        case .record: "Query the STS record"
        case .fetch: "Fetch the policy over HTTPS: no redirect, no certificate warning"
        case .policy: "Check that the mode and the MX list fit today"
        case .mx: "Compare the MX hosts with the policy"
        case .certificate: "Check the certificate and that access is stable"
        case .reports: "Read the TLS reports"
        case .cache: "Allow for senders' cached policies"
        case .retest: "Test again after the cache window"
        case .changes: "Keep DNS, hosting and provider changes documented together"
        }
    }
}

/// The commands the catalogue is built from.
enum Command {
    static let record = "dig +noall +answer TXT _mta-sts.DOMAIN"
    static let recordStatus = "dig +noall +comments +answer TXT _mta-sts.DOMAIN"
    static let hostAddresses = "dig +noall +answer A mta-sts.DOMAIN AAAA mta-sts.DOMAIN"
    static let hostStatus = "dig +noall +comments +answer A mta-sts.DOMAIN"
    static let policy = "curl -sS -i https://mta-sts.DOMAIN/.well-known/mta-sts.txt"
    static let policyTimed = """
        curl -sS -m 60 -w '%{http_code} in %{time_total} s' \
        https://mta-sts.DOMAIN/.well-known/mta-sts.txt
        """
    static let policyLint =
        "curl -sS https://mta-sts.DOMAIN/.well-known/mta-sts.txt | stsaudit lint --policy -"
    static let policyBytes = "curl -sS https://mta-sts.DOMAIN/.well-known/mta-sts.txt | od -c"
    static let handshake = """
        openssl s_client -connect mta-sts.DOMAIN:443 -servername mta-sts.DOMAIN \
        -verify_hostname mta-sts.DOMAIN </dev/null
        """
    static let certificate = """
        openssl s_client -connect mta-sts.DOMAIN:443 -servername mta-sts.DOMAIN </dev/null \
        | openssl x509 -noout -subject -issuer -dates -ext subjectAltName
        """
    static let chain = """
        openssl s_client -connect mta-sts.DOMAIN:443 -servername mta-sts.DOMAIN \
        -showcerts </dev/null
        """
    static let mx = "dig +noall +answer MX DOMAIN"
    static let mxStatus = "dig +noall +comments +answer MX DOMAIN"
    static let reporting = "dig +noall +answer TXT _smtp._tls.DOMAIN"
    static let check = "stsaudit check DOMAIN"
    static let probe = "stsaudit check --probe-mx DOMAIN"
    static let history = "stsaudit history DOMAIN"
    static let plan = "stsaudit plan DOMAIN"
    static let reports = "stsaudit tlsrpt summary DOMAIN"
    static let mxHandshake = """
        openssl s_client -starttls smtp -connect MX-HOST:25 -servername MX-HOST \
        -verify_hostname MX-HOST </dev/null
        """
}
