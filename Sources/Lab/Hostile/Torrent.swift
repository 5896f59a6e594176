/// Bytes that a host sends, and those it goes on with.
public struct Torrent: Sendable {
    public enum Ending: Sendable {
        /// close_notify where there is TLS, then FIN.
        case close
        /// The connection stays open without a word.
        case silence
    }

    public var head: [UInt8]
    /// Sent again and again until the client leaves; empty: the end comes behind the head.
    public var repeated: [UInt8]
    /// Between two bytes; nil for as fast as it goes.
    public var intervalMilliseconds: Int?
    public var ending: Ending

    public init(
        _ head: [UInt8], repeated: [UInt8] = [], intervalMilliseconds: Int? = nil,
        ending: Ending = .close
    ) {
        self.head = head
        self.repeated = repeated
        self.intervalMilliseconds = intervalMilliseconds
        self.ending = ending
    }

    init(
        _ head: String, repeated: String = "", intervalMilliseconds: Int? = nil,
        ending: Ending = .close
    ) {
        self.init(
            Array(head.utf8), repeated: Array(repeated.utf8),
            intervalMilliseconds: intervalMilliseconds, ending: ending)
    }
}

extension Torrent {
    func filled(with domain: String) -> Torrent {
        var torrent = self
        torrent.head = Template.fill(head, with: domain)
        return torrent
    }
}

/// What a host does to a client after a good handshake, again and again; how often says
/// `HandshakeBehaviour.afterwards`.
public enum TLSMischief: Sendable {
    /// NewSessionTicket (RFC 8446 §4.6.1).
    case tickets
    /// KeyUpdate (RFC 8446 §4.6.3).
    case keyUpdates
    /// HelloRequest over TLS 1.2: another handshake for a client that agrees (RFC 5246 §7.4.1.1).
    case renegotiation
}

extension Outgoing {
    init(_ torrent: Torrent) {
        let ending: Ending =
            switch torrent.ending {
            case .close: .close
            case .silence: .silence
            }
        self.init(
            torrent.head, then: torrent.repeated.isEmpty ? .nothing : .endless(torrent.repeated),
            interval: torrent.intervalMilliseconds.map { .milliseconds(max(1, $0)) },
            ending: ending)
    }
}
