/// One HTTPS GET of the policy, from one address of the policy host (RFC 8461 §3.3).
public struct Fetch: Hashable, Sendable, Codable {
    public var address: IPAddress
    public var outcome: Outcome
    /// The certificates the server presented, its own first; kept when verification failed too.
    public var chain: [Certificate]
    /// `TLSv1.2`, `TLSv1.3`; nil when no handshake was finished.
    public var tlsVersion: String?

    public enum Outcome: Hashable, Sendable, Codable {
        case response(HTTPResponse)
        case failed(FetchFailure)
    }

    public init(
        address: IPAddress, outcome: Outcome, chain: [Certificate] = [], tlsVersion: String? = nil
    ) {
        self.address = address
        self.outcome = outcome
        self.chain = chain
        self.tlsVersion = tlsVersion
    }
}

/// An HTTP response after a verified handshake: the header, and the whole body where the status
/// is 200. Other bodies are no policy, are left empty, and would differ from night to night.
public struct HTTPResponse: Hashable, Sendable, Codable {
    public var status: Int
    /// The field value as sent; nil when there was none. At most 256 bytes are kept.
    public var contentType: String?
    /// Target of a redirect, kept as evidence and never followed. At most 1,024 bytes are kept.
    public var location: String?
    /// `Retry-After` as sent; at most 64 bytes are kept.
    public var retryAfter: String?
    public var body: Body

    public init(
        status: Int, contentType: String? = nil, location: String? = nil,
        retryAfter: String? = nil, body: Body
    ) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.retryAfter = retryAfter
        self.body = body
    }

    /// The host asks to come back later (RFC 6585 §4, RFC 9110 §15.6.4), which says nothing about
    /// what it would serve.
    public var isThrottled: Bool { status == 429 || status == 503 }

    /// A body of at most 64 KiB. Equality and stored evidence go by its digest; the bytes are
    /// stored once however many domains serve them.
    public struct Body: Sendable {
        public var bytes: [UInt8]
        public var digest: Digest

        /// - Parameters:
        ///   - digest: SHA-256 of the bytes.
        ///   - bytes: left empty in decoded evidence until the store fills them in.
        public init(digest: Digest, bytes: [UInt8]) {
            self.digest = digest
            self.bytes = bytes
        }
    }
}

extension HTTPResponse.Body: Hashable, Codable {
    public static func == (a: Self, b: Self) -> Bool { a.digest == b.digest }

    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    public init(from decoder: any Decoder) throws {
        digest = try decoder.singleValueContainer().decode(Digest.self)
        bytes = []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digest)
    }
}

/// Why no whole response came. Each is a fact; the judge decides what it means.
public enum FetchFailure: Hashable, Sendable, Codable {
    /// A TCP reset answered the SYN.
    case connectRefused
    case connectTimeout
    /// No route from here (network or host unreachable, no IPv6 on this machine).
    case unreachable
    /// TCP worked and the handshake was not finished in time.
    case tlsTimeout
    case tls(TLSProblem)
    /// The handshake failed on the certificate: every problem found, without repeats.
    case certificate([CertificateProblem])
    /// The response went beyond the limit, by its announced or its counted length.
    case tooLarge(limitBytes: Int)
    /// The handshake was good and the response was not whole by the deadline.
    case responseTimeout
    case brokenResponse(ResponseProblem)
    /// The connection was reset or closed after a good handshake, before a whole response.
    case connectionLost
    /// Something that the run's own HTTP proxy did, or may have done in the host's place: its
    /// status for the connection (RFC 9110 §9.3.6), 0 where it gave none.
    case proxy(status: Int)
    /// A failure on our side (no descriptors, no memory, a code we do not know): libcurl's
    /// result code where positive, -errno where negative.
    case local(code: Int)
}

extension FetchFailure {
    /// It lies with this machine, its network or its proxy: the host had no part in it.
    public var isOfThisSide: Bool {
        switch self {
        case .unreachable, .proxy, .local: true
        case .connectRefused, .connectTimeout, .tlsTimeout, .tls, .certificate, .tooLarge,
            .responseTimeout, .brokenResponse, .connectionLost:
            false
        }
    }
}

public enum TLSProblem: Hashable, Sendable, Codable {
    /// The server sent a TLS alert: its number (RFC 8446 §6).
    case alert(Int)
    /// The server speaks only versions below TLS 1.2.
    case oldVersion
    /// What answered is not TLS (plain HTTP, a banner).
    case notTLS
    /// Reset or closed during the handshake.
    case reset
    /// Anything else OpenSSL refuses: its reason code.
    case other(Int)
}

/// One reason why the certificate is not valid for the policy host (RFC 8461 §3.3).
public enum CertificateProblem: Hashable, Sendable, Codable {
    case expired
    case notYetValid
    case nameMismatch
    /// There is no dNSName at all (only a common name).
    case noSubjectAlternativeName
    case selfSigned
    /// A root that is not trusted: presented, or the unknown issuer of a presented intermediate.
    case untrusted
    /// The server's own certificate came alone, and its issuer is no trusted root.
    case chainIncomplete
    /// Key or signature below the security level.
    case weak
    /// Any other X509_V_ERR code.
    case other(Int)
}

public enum ResponseProblem: Hashable, Sendable, Codable {
    case notHTTP
    case truncated
    case badChunk
    case badHeader
    case empty
}

/// What is worth keeping of one presented certificate. Coded as its digest alone, since the store
/// keeps each certificate once; the store fills in the rest of decoded evidence.
public struct Certificate: Hashable, Sendable {
    /// SHA-256 of the DER encoding.
    public var digest: Digest
    /// One line in RFC 2253 form; at most 256 bytes are kept.
    public var subject: String
    public var issuer: String
    /// dNSName entries, at most 32 of them kept, sorted.
    public var dnsNames: [String]
    /// All dNSName entries, kept or not.
    public var dnsNameCount: Int
    public var notBefore: Timestamp
    public var notAfter: Timestamp
    /// `RSA 2048`, `EC P-256`, `Ed25519`.
    public var key: String

    public init(
        digest: Digest, subject: String, issuer: String, dnsNames: [String], dnsNameCount: Int,
        notBefore: Timestamp, notAfter: Timestamp, key: String
    ) {
        self.digest = digest
        self.subject = subject
        self.issuer = issuer
        self.dnsNames = dnsNames
        self.dnsNameCount = dnsNameCount
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.key = key
    }
}

extension Certificate: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(
            digest: try decoder.singleValueContainer().decode(Digest.self), subject: "",
            issuer: "", dnsNames: [], dnsNameCount: 0, notBefore: Timestamp(seconds: 0),
            notAfter: Timestamp(seconds: 0), key: "")
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digest)
    }
}
