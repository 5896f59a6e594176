public import Evidence

/// How policies are fetched and MX hosts probed.
public struct FetchConfiguration: Sendable {
    /// A file of trusted roots in PEM form. Nil: what `SSL_CERT_FILE` names, else the system's.
    public var caFile: String?
    /// Where policy hosts are contacted: 443 but in a lab. The URL, the Host field and SNI never
    /// show another one.
    public var port: UInt16
    /// From the start of the transfer: of a fetch for TCP and TLS together, of a probe for TCP.
    public var connectTimeout: Duration
    /// For the whole fetch; a response that drips cannot outlast it.
    public var totalTimeout: Duration
    /// An HTTP proxy that connects to the policy hosts (CONNECT, RFC 9110 §9.3.6), to the address
    /// that was vetted; nil: none, whatever the environment says. What the proxy may have done in
    /// the host's place is `FetchFailure.proxy`. MX hosts are probed without it.
    public var proxy: Endpoint?
    /// The largest body that is accepted. RFC 8461 §3.3 suggests 64 KiB.
    public var limitBytes: Int
    /// Addresses it does not permit are never contacted.
    public var addressGuard: AddressGuard
    /// Transfers in flight; further ones wait in order. Each holds about 80 KB.
    public var maximumInFlight: Int
    /// The User-Agent field, so that operators can tell who asks.
    public var userAgent: String
    /// Where MX hosts are contacted: 25 but in a lab.
    public var mailPort: UInt16
    /// For the whole probe. A sender waits five minutes for the greeting alone (RFC 5321
    /// §4.5.3.2.1); hosts that hold it back against spam do so for seconds, 30 at most.
    public var mailTimeout: Duration
    /// The name to give in EHLO (RFC 5321 §4.1.4); it should be one that DNS knows. Nil: the
    /// machine's, or `localhost` where that is no host name.
    public var ehloName: String?

    public init(
        caFile: String? = nil,
        port: UInt16 = 443,
        connectTimeout: Duration = .seconds(10),
        totalTimeout: Duration = .seconds(60),
        proxy: Endpoint? = nil,
        limitBytes: Int = 65_536,
        addressGuard: AddressGuard = AddressGuard(),
        maximumInFlight: Int = 128,
        userAgent: String = "stsaudit/0.1.0",
        mailPort: UInt16 = 25,
        mailTimeout: Duration = .seconds(60),
        ehloName: String? = nil
    ) {
        self.caFile = caFile
        self.port = port
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.proxy = proxy
        self.limitBytes = limitBytes
        self.addressGuard = addressGuard
        self.maximumInFlight = maximumInFlight
        self.userAgent = userAgent
        self.mailPort = mailPort
        self.mailTimeout = mailTimeout
        self.ehloName = ehloName
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
    /// The name for EHLO is no host name.
    case invalidEHLOName(String)
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
        case .invalidEHLOName(let name):
            "'\(name)' cannot be the name in EHLO: letters, digits, hyphens and dots only"
        case .optionRefused(let option, let code):
            "libcurl refuses option \(option) (code \(code))"
        case .startFailed(let call):
            "\(call) failed"
        }
    }
}
