/// One look at an MX host as a sender would take it: EHLO, STARTTLS, the handshake, and no mail
/// (RFC 3207, RFC 8461 §4.2).
public struct MailProbe: Hashable, Sendable, Codable {
    /// The MX host, as in the MX record.
    public var host: String
    /// The address the outcome is of; nil when none was contacted.
    public var address: IPAddress?
    public var outcome: Outcome
    /// The certificates the host presented, its own first; kept when verification failed too.
    public var chain: [Certificate]
    /// `TLSv1.2`, `TLSv1.3`; nil when no handshake was finished.
    public var tlsVersion: String?
    /// OpenSSL's name of the cipher suite; nil when no handshake was finished.
    public var cipher: String?

    public enum Outcome: Hashable, Sendable, Codable {
        /// STARTTLS with a certificate that is valid for the host (RFC 8461 §4.2).
        case verified
        case failed(MailProbeFailure)
    }

    public init(
        host: String, address: IPAddress? = nil, outcome: Outcome, chain: [Certificate] = [],
        tlsVersion: String? = nil, cipher: String? = nil
    ) {
        self.host = host
        self.address = address
        self.outcome = outcome
        self.chain = chain
        self.tlsVersion = tlsVersion
        self.cipher = cipher
    }
}

/// Why an MX host was not found to offer verified TLS. Each is a fact; the judge decides what it
/// means.
public enum MailProbeFailure: Hashable, Sendable, Codable {
    /// Neither A nor AAAA.
    case noAddress
    case lookupFailed(LookupFailure)
    /// The address guard permits none of the host's addresses; nothing was sent.
    case guarded
    case connectRefused
    case connectTimeout
    case unreachable
    /// No probe of the run could connect anywhere: the network here lets none out.
    case portBlocked
    /// TCP worked, and the dialogue before STARTTLS was not over in time.
    case silent
    /// What answered does not speak SMTP, or its lines have no end.
    case notSMTP
    /// A 4xx or another 5xx reply to the connection or to EHLO.
    case refused(code: Int)
    /// EHLO does not offer STARTTLS, or is not known to the host (500 or 502), so that senders
    /// fall back to HELO and have no extensions (RFC 5321 §3.2).
    case startTLSMissing
    /// STARTTLS was offered and answered with this code.
    case startTLSRefused(code: Int)
    /// STARTTLS was not answered, or the handshake not finished, in time.
    case tlsTimeout
    /// From the STARTTLS command on: lost connections and endless replies too.
    case tls(TLSProblem)
    /// The handshake failed on the certificate: every problem found, without repeats.
    case certificate([CertificateProblem])
    /// Reset or closed before STARTTLS was said.
    case connectionLost
    /// A failure on our side: libcurl's result code where positive, -errno where negative.
    case local(code: Int)
}
