public import Evidence

/// Why a transfer came to nothing before the peer's protocol mattered; what policy hosts and MX
/// hosts have in common.
enum ConnectionFailure: Hashable {
    case guarded
    case refused
    case timeout
    case unreachable
    case tlsTimeout
    case tls(TLSProblem)
    case certificate([CertificateProblem])
    /// libcurl's result code where positive, -errno where negative.
    case local(Int)

    // These are ours: no system call of a transfer gives them.
    static let cancelled = ConnectionFailure.local(-125)  // -ECANCELED
    static let closed = ConnectionFailure.local(-108)  // -ESHUTDOWN
}

extension FetchFailure {
    /// The address guard did not permit the address (-EACCES); nothing was sent.
    public static let guarded = FetchFailure.local(code: -13)
    /// The task was cancelled (-ECANCELED).
    public static let cancelled = FetchFailure(.cancelled)
    /// The fetcher was closed before the fetch was done (-ESHUTDOWN).
    public static let closed = FetchFailure(.closed)

    init(_ failure: ConnectionFailure) {
        switch failure {
        case .guarded: self = .guarded
        case .refused: self = .connectRefused
        case .timeout: self = .connectTimeout
        case .unreachable: self = .unreachable
        case .tlsTimeout: self = .tlsTimeout
        case .tls(let problem): self = .tls(problem)
        case .certificate(let problems): self = .certificate(problems)
        case .local(let code): self = .local(code: code)
        }
    }
}

extension MailProbeFailure {
    /// The task was cancelled (-ECANCELED).
    public static let cancelled = MailProbeFailure(.cancelled)
    /// The fetcher was closed before the probe was done (-ESHUTDOWN).
    public static let closed = MailProbeFailure(.closed)

    init(_ failure: ConnectionFailure) {
        switch failure {
        case .guarded: self = .guarded
        case .refused: self = .connectRefused
        case .timeout: self = .connectTimeout
        case .unreachable: self = .unreachable
        case .tlsTimeout: self = .tlsTimeout
        case .tls(let problem): self = .tls(problem)
        case .certificate(let problems): self = .certificate(problems)
        case .local(let code): self = .local(code: code)
        }
    }
}
