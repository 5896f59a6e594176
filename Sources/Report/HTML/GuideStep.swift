internal import Audit

/// The steps of the page's detail, in the order in which a person looks into a domain.
enum GuideStep: Int, CaseIterable {
    case domain
    case record
    case host
    case policy
    case mx
    case certificate
    case reports
    case cache

    var title: String {
        switch self {
        case .domain: "Domain"
        case .record: "Record"
        case .host: "Policy host"
        case .policy: "Policy"
        case .mx: "MX hosts"
        case .certificate: "Certificate"
        case .reports: "TLS reports"
        case .cache: "What senders hold"
        }
    }

    init(_ cause: Cause) {
        switch cause.stage {
        case .portfolio: self = .domain
        case .record: self = .record
        case .policyHost: self = Self.certificateCauses.contains(cause) ? .certificate : .host
        case .policy, .mode: self = .policy
        case .mx: self = .mx
        case .reporting: self = .reports
        case .cache: self = .cache
        }
    }

    private static let certificateCauses: Set<Cause> = [
        .policyCertificateExpired, .policyCertificateNotYetValid, .policyCertificateNameMismatch,
        .policyCertificateNoSAN, .policyCertificateUntrusted, .policyCertificateSelfSigned,
        .policyCertificateChainIncomplete, .policyCertificateWeak, .policyCertificateExpiring,
    ]
}
