public import Evidence

/// How policies are fetched.
public struct FetchConfiguration: Sendable {
    /// A file of trusted roots in PEM form. Nil: what `SSL_CERT_FILE` names, else the system's.
    public var caFile: String?
    /// Where policy hosts are contacted: 443 but in a lab. The URL, the Host field and SNI never
    /// show another one.
    public var port: UInt16
    /// For TCP and TLS together, from the start of the transfer.
    public var connectTimeout: Duration
    /// For the whole transfer; a response that drips cannot outlast it.
    public var totalTimeout: Duration
    /// The largest body that is accepted. RFC 8461 §3.3 suggests 64 KiB.
    public var limitBytes: Int
    /// Addresses it does not permit are never contacted.
    public var addressGuard: AddressGuard
    /// Transfers in flight; further ones wait in order. Each holds about 80 KB.
    public var maximumInFlight: Int
    /// The User-Agent field, so that operators can tell who asks.
    public var userAgent: String

    public init(
        caFile: String? = nil,
        port: UInt16 = 443,
        connectTimeout: Duration = .seconds(10),
        totalTimeout: Duration = .seconds(60),
        limitBytes: Int = 65_536,
        addressGuard: AddressGuard = AddressGuard(),
        maximumInFlight: Int = 128,
        userAgent: String = "stsaudit/0.1.0"
    ) {
        self.caFile = caFile
        self.port = port
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.limitBytes = limitBytes
        self.addressGuard = addressGuard
        self.maximumInFlight = maximumInFlight
        self.userAgent = userAgent
    }
}

/// Why a fetcher cannot be made on this machine.
public enum FetcherFailure: Error, Hashable, Sendable {
    /// No CA bundle at any of the usual places.
    case noTrustStore(tried: [String])
    /// The CA file that was asked for cannot be read or holds no certificate in PEM form.
    case unusableTrustStore(path: String)
    /// libcurl uses another TLS library than OpenSSL, or another OpenSSL than this program:
    /// certificates could not be captured.
    case foreignTLSLibrary(String)
    /// libcurl refused an option every transfer needs: the option's number and the result code.
    case optionRefused(option: UInt32, code: UInt32)
    /// libcurl or OpenSSL did not start: the function that failed.
    case startFailed(call: String)
}

extension FetcherFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noTrustStore(let tried):
            "no CA bundle found; tried \(tried.joined(separator: ", "))"
        case .unusableTrustStore(let path):
            "\(path) cannot be read or holds no certificate in PEM form"
        case .foreignTLSLibrary(let version):
            "libcurl's TLS library is \(version), not the OpenSSL this program uses"
        case .optionRefused(let option, let code):
            "libcurl refuses option \(option) (code \(code))"
        case .startFailed(let call):
            "\(call) failed"
        }
    }
}

extension FetchFailure {
    // `local(code:)` is libcurl's result code where positive and -errno where negative. These
    // three are ours: no system call of a fetch gives them.

    /// The address guard did not permit the address (-EACCES); nothing was sent.
    public static let guarded = FetchFailure.local(code: -13)
    /// The task was cancelled (-ECANCELED).
    public static let cancelled = FetchFailure.local(code: -125)
    /// The fetcher was closed before the fetch was done (-ESHUTDOWN).
    public static let closed = FetchFailure.local(code: -108)
}
