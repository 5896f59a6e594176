/// What a mail host does with one connection, step by step (RFC 5321 §3.1, RFC 3207 §4). The
/// default is sound: it offers STARTTLS with a certificate for the name that the client asks for.
///
/// Whatever a behaviour says, no host takes mail: MAIL, RCPT and DATA are refused and counted.
public struct MailBehaviour: Sendable {
    public var greeting: Greeting
    public var hello: Hello
    public var startTLS: StartTLS
    public var inside: Inside
    /// What EHLO offers besides STARTTLS, a line each. PIPELINING is not among them, since the
    /// host is not made for it.
    public var extensions: [String]
    /// Between two bytes of all that is said before TLS; nil for as fast as it goes.
    public var intervalMilliseconds: Int?
    /// The first connections to the address get 421 for a greeting (RFC 5321 §3.8).
    public var busyConnections: Int

    public enum Greeting: Sendable {
        /// 220.
        case ready
        /// 421 closes; with any other code the host waits for QUIT (RFC 5321 §3.1).
        case refused(code: Int)
        case silence
        /// Lines that all announce another one: `220-`.
        case endless
        /// These bytes, then close: not SMTP, or nothing at all.
        case raw([UInt8])
        case torrent(Torrent)
    }

    /// The reply to EHLO, and to HELO.
    public enum Hello: Sendable {
        case accepted
        case refused(code: Int)
        case silence
        case torrent(Torrent)
    }

    public enum StartTLS: Sendable {
        /// 220, and then this.
        case handshake(HandshakeBehaviour)
        /// EHLO does not offer it; 502 to who asks all the same.
        case missing
        /// Offered, and refused.
        case refused(code: Int)
        /// Offered, and never answered.
        case silence
        /// 220, then FIN.
        case drop
        /// 220 and more in the clear, all at once: what an attacker slips in before TLS begins.
        case injected
        /// These bytes for a reply, and no handshake.
        case torrent(Torrent)
    }

    /// After a good handshake.
    public enum Inside: Sendable {
        case sound
        /// This code to EHLO and HELO.
        case helloRefused(code: Int)
        /// FIN, with close_notify, in place of the reply to EHLO.
        case closed
        case silence
        case noopRefused(code: Int)
        /// Everything is answered but QUIT, and the connection stays open.
        case quitIgnored
        /// These bytes in reply to EHLO.
        case helloTorrent(Torrent)
        /// EHLO is answered, and NOOP with these bytes.
        case noopTorrent(Torrent)
    }

    public init(
        greeting: Greeting = .ready, hello: Hello = .accepted,
        startTLS: StartTLS = .handshake(.certificate(CertificateRecipe())),
        inside: Inside = .sound,
        extensions: [String] = ["SIZE 35882577", "8BITMIME"], intervalMilliseconds: Int? = nil,
        busyConnections: Int = 0
    ) {
        self.greeting = greeting
        self.hello = hello
        self.startTLS = startTLS
        self.inside = inside
        self.extensions = extensions
        self.intervalMilliseconds = intervalMilliseconds
        self.busyConnections = busyConnections
    }

    public static let sound = MailBehaviour()

    /// Sound but for the certificate.
    public static func certificate(_ recipe: CertificateRecipe) -> MailBehaviour {
        MailBehaviour(startTLS: .handshake(.certificate(recipe)))
    }
}
