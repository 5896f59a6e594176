public import DNSMessage

/// A simulated Internet: what each name and each policy host answers. Pure data in, pure data
/// out; the servers turn it into bytes, faults included.
///
/// The calls come from the lab's loop threads, once per query, handshake and connection; they
/// should compute their answer from what they are told and keep nothing.
public protocol World: Sendable {
    /// - Parameter name: lower case, without the final dot.
    func answer(to name: String, type: RecordType) -> DNSBehaviour

    /// What the policy host does for this server name on this address.
    ///
    /// - Parameters:
    ///   - serverName: from SNI (or the Host field where there is no TLS), lower case.
    ///   - address: the loopback address the connection arrived at, such as `127.0.0.1`.
    func policyHost(_ serverName: String, at address: String) -> HostBehaviour

    /// The loopback addresses at which mail hosts answer, without repeats. Read once, at the start.
    var mailAddresses: [String] { get }

    /// What the mail host at this address does, whatever its name: SMTP tells the name too late
    /// (see `MailServer`).
    ///
    /// - Parameter address: one of `mailAddresses`.
    func mailHost(at address: String) -> MailBehaviour
}

extension World {
    /// The addresses at which policy hosts answer, and every `LabMailHost` and `HostileMailHost`.
    public var mailAddresses: [String] {
        LabAddress.answering + LabMailHost.allCases.map(\.address)
            + HostileMailHost.allCases.map(\.address)
    }

    /// The kind of host that belongs to the address; sound anywhere else.
    public func mailHost(at address: String) -> MailBehaviour {
        LabMailHost(address: address)?.behaviour ?? HostileMailHost(address: address)?.behaviour
            ?? .sound
    }
}

/// What the DNS server does with one question.
public enum DNSBehaviour: Sendable {
    /// NOERROR with these records (CNAME chains included), in this order. Empty: NODATA.
    case records([ResourceRecord])
    case nameError
    /// NXDOMAIN behind these CNAME records: the last target does not exist.
    case danglingAlias([ResourceRecord])
    /// A bare code, 0...15.
    case responseCode(Int)
    /// No answer, over UDP and TCP alike.
    case drop
    /// Answers after the delay.
    indirect case delayed(milliseconds: Int, DNSBehaviour)
    /// TC over UDP with no records; the rest over TCP.
    indirect case truncated(DNSBehaviour)
    /// FORMERR to a query with OPT, the rest without.
    indirect case formatErrorWithOPT(DNSBehaviour)
    /// These bytes as they are, after the first two are replaced by the query's id.
    case raw([UInt8])
    /// Fails the first `times` queries for this name and type, then goes on with the last.
    indirect case failing(times: Int, DNSBehaviour, then: DNSBehaviour)
    /// The rest, spoilt like this.
    indirect case mischief(DNSMischief, DNSBehaviour)
}

/// What a policy host does with one connection.
public struct HostBehaviour: Sendable {
    public var handshake: HandshakeBehaviour
    public var response: ResponseBehaviour

    public init(
        handshake: HandshakeBehaviour = .certificate(CertificateRecipe()),
        response: ResponseBehaviour
    ) {
        self.handshake = handshake
        self.response = response
    }
}

public enum HandshakeBehaviour: Sendable {
    case certificate(CertificateRecipe)
    /// A fatal alert (unrecognized_name) in reply to the ClientHello.
    case alert
    /// Only TLS 1.1 and below.
    case oldVersion
    /// Only TLS 1.2, the lowest version that senders take (RFC 8461 §7.2); a sound certificate.
    case onlyTLS12
    /// No certificate was loaded: a fatal alert (handshake_failure), since no cipher suite is left.
    case noCertificate
    /// Plain words of HTTP or SMTP in reply to the ClientHello.
    case plainText
    /// Reads the ClientHello and says nothing more.
    case hang
    /// A TCP reset in reply to the ClientHello.
    case reset
    /// These bytes in reply to the ClientHello, TLS or not.
    case torrent(Torrent)
    /// A good handshake, and then this: so many times before anything else; nil: in place of it,
    /// without end.
    case afterwards(TLSMischief, times: Int? = nil)
}

/// How the certificate for a server name is minted.
public struct CertificateRecipe: Hashable, Sendable {
    public enum Issuer: Hashable, Sendable {
        /// Signed by the lab's intermediate, which is presented too.
        case trusted
        /// Signed by the lab's intermediate, which is left out.
        case missingIntermediate
        /// Signed by a root that is not in the CA file.
        case untrusted
        case selfSigned
    }
    public enum Names: Hashable, Sendable {
        case matching
        /// `*.` + the parent of the server name.
        case wildcard
        /// A dNSName for another host.
        case other
        /// A common name that matches and no subjectAltName at all.
        case commonNameOnly
    }
    public enum Key: Hashable, Sendable { case p256, rsa2048, rsa1024 }

    public var issuer: Issuer
    public var names: Names
    public var key: Key
    /// Days from now; a negative `notAfterDays` is an expired certificate.
    public var notBeforeDays: Int
    public var notAfterDays: Int
    /// The organization in the subject, as a certificate authority that checks nothing lets it be.
    public var organization: String
    /// dNSNames besides the one that `names` gives; none where that gives none.
    public var furtherNames: Int
    /// Certificates presented behind the chain that lead nowhere, some 500 bytes each.
    public var strayCertificates: Int

    public init(
        issuer: Issuer = .trusted, names: Names = .matching, key: Key = .p256,
        notBeforeDays: Int = -30, notAfterDays: Int = 60,
        organization: String = "stsaudit lab", furtherNames: Int = 0,
        strayCertificates: Int = 0
    ) {
        self.issuer = issuer
        self.names = names
        self.key = key
        self.notBeforeDays = notBeforeDays
        self.notAfterDays = notAfterDays
        self.organization = organization
        self.furtherNames = furtherNames
        self.strayCertificates = strayCertificates
    }
}

/// What follows a good handshake.
public enum ResponseBehaviour: Sendable {
    /// A whole response with Content-Length; the standard case.
    case reply(
        status: Int = 200, contentType: String? = "text/plain", extra: [String] = [], body: [UInt8])
    /// The body in one chunk (Transfer-Encoding: chunked) and no length.
    case chunked(body: [UInt8])
    /// Announces `length` bytes and sends them: filler.
    case oversize(length: Int)
    /// Sends `length` bytes of filler in chunks, announcing nothing.
    case oversizeChunked(length: Int)
    /// Announces the whole body and closes after half of it.
    case truncated(body: [UInt8])
    /// One byte of the response every `intervalMilliseconds`.
    case drip(intervalMilliseconds: Int, body: [UInt8])
    /// Header lines without end.
    case endlessHeaders
    /// Reads the request and never answers.
    case silence
    /// Closes after the request without a byte.
    case empty
    /// Resets the connection after the request.
    case reset
    /// These bytes, then close.
    case raw([UInt8])
    /// More bytes than anybody wants, or fewer than they ask for.
    case torrent(Torrent)
    /// Fails the first `times` requests for this server name, then goes on with the last.
    indirect case failing(times: Int, ResponseBehaviour, then: ResponseBehaviour)
}
