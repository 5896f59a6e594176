/// The kinds of mail hosts that the lab knows, each at a loopback address of its own in
/// 127.0.1.0/24: a behaviour is chosen by pointing an MX host's name at its address.
public enum LabMailHost: String, CaseIterable, Sendable {
    // Before TLS.
    case noStartTLS = "no-starttls"
    /// 454 to STARTTLS (RFC 3207 §4).
    case startTLSDeferred = "starttls-deferred"
    /// 502 to STARTTLS that was offered.
    case startTLSRefused = "starttls-refused"
    case greetingDeferred = "greeting-deferred"
    case greetingRefused = "greeting-refused"
    case helloRefused = "hello-refused"
    case silent
    case silentAfterHello = "silent-after-hello"
    case silentAfterStartTLS = "silent-after-starttls"
    /// Speaks HTTP.
    case web
    /// Closes without a word.
    case mute
    case endlessGreeting = "endless-greeting"
    /// One byte a second.
    case dripping

    // The handshake.
    /// 220 to STARTTLS, then FIN.
    case dropAfterStartTLS = "drop-after-starttls"
    case resetInHandshake = "reset-in-handshake"
    case silentInHandshake = "silent-in-handshake"
    case alert
    case oldTLS = "old-tls"
    /// Goes on in plain text after its 220.
    case plainText = "plain-text"

    // The certificate.
    case expired
    case notYetValid = "not-yet-valid"
    case otherName = "other-name"
    case commonNameOnly = "common-name-only"
    case selfSigned = "self-signed"
    case untrustedRoot = "untrusted-root"
    case missingIntermediate = "missing-intermediate"
    case weak
    /// Expired, and for another name.
    case expiredOtherName = "expired-other-name"

    // Nothing that keeps mail from coming.
    /// Nine days left.
    case expiring
    /// A certificate for `*.` + the parent of the name.
    case wildcard
    /// An EHLO reply of 40 lines.
    case manyLines = "many-lines"
    /// One byte every two milliseconds.
    case slow
    /// 421 to the first connection, sound from then on.
    case busyOnce = "busy-once"

    public var address: String {
        // The case's place in the list; there are far fewer than 254.
        "127.0.1.\(1 + (Self.allCases.firstIndex(of: self) ?? 0))"
    }

    /// The kind at this address.
    init?(address: String) {
        guard address.hasPrefix("127.0.1."), let last = Int(address.dropFirst("127.0.1.".count)),
            (1...Self.allCases.count).contains(last)
        else { return nil }
        self = Self.allCases[last - 1]
    }

    public var behaviour: MailBehaviour {
        switch self {
        case .noStartTLS: MailBehaviour(startTLS: .missing)
        case .startTLSDeferred: MailBehaviour(startTLS: .refused(code: 454))
        case .startTLSRefused: MailBehaviour(startTLS: .refused(code: 502))
        case .greetingDeferred: MailBehaviour(greeting: .refused(code: 421))
        case .greetingRefused: MailBehaviour(greeting: .refused(code: 554))
        case .helloRefused: MailBehaviour(hello: .refused(code: 550))
        case .silent: MailBehaviour(greeting: .silence)
        case .silentAfterHello: MailBehaviour(hello: .silence)
        case .silentAfterStartTLS: MailBehaviour(startTLS: .silence)
        case .web: MailBehaviour(greeting: .raw(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)))
        case .mute: MailBehaviour(greeting: .raw([]))
        case .endlessGreeting: MailBehaviour(greeting: .endless)
        case .dripping: MailBehaviour(intervalMilliseconds: 1_000)
        case .dropAfterStartTLS: MailBehaviour(startTLS: .drop)
        case .resetInHandshake: MailBehaviour(startTLS: .handshake(.reset))
        case .silentInHandshake: MailBehaviour(startTLS: .handshake(.hang))
        case .alert: MailBehaviour(startTLS: .handshake(.alert))
        case .oldTLS: MailBehaviour(startTLS: .handshake(.oldVersion))
        case .plainText: MailBehaviour(startTLS: .handshake(.plainText))
        case .expired: .certificate(CertificateRecipe(notBeforeDays: -100, notAfterDays: -10))
        case .notYetValid: .certificate(CertificateRecipe(notBeforeDays: 2, notAfterDays: 92))
        case .otherName: .certificate(CertificateRecipe(names: .other))
        case .commonNameOnly: .certificate(CertificateRecipe(names: .commonNameOnly))
        case .selfSigned: .certificate(CertificateRecipe(issuer: .selfSigned))
        case .untrustedRoot: .certificate(CertificateRecipe(issuer: .untrusted))
        case .missingIntermediate: .certificate(CertificateRecipe(issuer: .missingIntermediate))
        case .weak: .certificate(CertificateRecipe(key: .rsa1024))
        case .expiredOtherName:
            .certificate(CertificateRecipe(names: .other, notBeforeDays: -100, notAfterDays: -10))
        case .expiring: .certificate(CertificateRecipe(notBeforeDays: -80, notAfterDays: 9))
        case .wildcard: .certificate(CertificateRecipe(names: .wildcard))
        case .manyLines: MailBehaviour(extensions: (1...40).map { "X-LAB-\($0)" })
        case .slow: MailBehaviour(intervalMilliseconds: 2)
        case .busyOnce: MailBehaviour(busyConnections: 1)
        }
    }
}
