/// One connection to a mail host (RFC 5321, RFC 3207). It never takes mail.
final class MailConnection: HostConnection {
    private let behaviour: MailBehaviour
    private let tally: MailTally
    private let isBusy: Bool
    private var lines = MailLines()
    private var commands = 0
    /// The greeting was a refusal: only QUIT is left (RFC 5321 §3.1).
    private var isRefusing = false

    /// A client that has had this many replies has none to expect any more.
    private static let commandLimit = 1_000

    init?(
        desk: HostDesk, descriptor: Int32, address: String, world: any World, tally: MailTally
    ) {
        behaviour = world.mailHost(at: address)
        self.tally = tally
        isBusy = tally.noteConnection(to: address) < behaviour.busyConnections
        super.init(desk: desk, descriptor: descriptor, address: address, speaksFirst: true)
    }

    // MARK: - Greeting and handshake

    override func greet() {
        switch isBusy ? .refused(code: 421) : behaviour.greeting {
        case .ready: reply(220, "\(hostName) ESMTP stsaudit lab")
        case .refused(let code):
            isRefusing = true
            // RFC 5321 §3.8: 421 says that the host closes.
            reply(code, "\(hostName) not now", ending: code == 421 ? .close : .listen)
        case .silence: beSilent()
        case .endless: send(Outgoing(then: .endless(Self.endlessLines), ending: .close))
        case .raw(let bytes): send(Outgoing(bytes, ending: .close))
        case .torrent(let torrent): send(Outgoing(torrent))
        }
    }

    override func handshake(for serverName: String?) -> HandshakeBehaviour {
        tally.noteHandshake(for: serverName)
        // The client said STARTTLS and was told 220: anything else cannot come here.
        guard case .handshake(let handshake) = behaviour.startTLS else { return .reset }
        return handshake
    }

    override var plainWords: [UInt8] { Self.lines(500, ["5.5.2 What was that?"]) }

    // MARK: - Dialogue

    override func receive(_ bytes: ArraySlice<UInt8>) {
        lines.append(bytes)
        answerNext()
    }

    override func didSend() { answerNext() }

    /// Answers one line, if there is a whole one; `didSend` comes back for the next.
    private func answerNext() {
        guard let line = lines.next() else {
            if lines.isTooLong { reply(500, "5.5.2 Line too long", ending: .close) }
            return
        }
        commands += 1
        guard commands <= Self.commandLimit else {
            return reply(421, "4.7.0 Enough", ending: .close)
        }
        let command = MailCommand(line)
        if command == .mail { tally.noteMailCommand() }
        tally.noteCommand(MailCommand.verb(line), at: address)
        if isSecure, answerInside(command) { return }
        switch command {
        case .quit: reply(221, "2.0.0 Bye", ending: .close)
        case _ where isRefusing: reply(503, "5.5.1 Not now")
        case .hello(let isExtended, let name): answerHello(isExtended, name)
        case .startTLS: answerStartTLS()
        case .idle: reply(250, "2.0.0 Ok")
        case .mail: reply(554, "5.7.1 The lab takes no mail")
        case .unknown: reply(502, "5.5.1 Unknown command")
        }
    }

    private func answerHello(_ isExtended: Bool, _ name: String) {
        tally.noteHello(from: name)
        switch behaviour.hello {
        case .accepted:
            guard isExtended else { return reply(250, hostName) }
            // RFC 3207 §4.2: STARTTLS is not offered once TLS is there.
            let offer = isSecure || !behaviour.offersStartTLS ? [] : ["STARTTLS"]
            reply(250, [hostName] + behaviour.extensions + offer)
        case .refused(let code): reply(code, "Not you")
        case .silence: beSilent()
        case .torrent(let torrent): send(Outgoing(torrent))
        }
    }

    private func answerStartTLS() {
        guard !isSecure else { return reply(503, "5.5.1 TLS is there") }
        switch behaviour.startTLS {
        case .missing: reply(502, "5.5.1 Unknown command")
        case .refused(let code): reply(code, "TLS not available")
        case .silence: beSilent()
        case .drop: reply(220, "2.0.0 Ready", ending: .close)
        case .injected:
            let lines = Self.lines(220, ["2.0.0 Ready"]) + Self.lines(250, ["And more"])
            send(Outgoing(lines, ending: .listen))
        case .torrent(let torrent): send(Outgoing(torrent))
        case .handshake:
            // RFC 3207 §4.2: what came in the clear counts for nothing.
            lines = MailLines()
            reply(220, "2.0.0 Ready", ending: .handshake)
        }
    }

    /// What the behaviour has for a command within TLS; false where it goes on as usual.
    private func answerInside(_ command: MailCommand) -> Bool {
        switch (behaviour.inside, command) {
        case (.helloRefused(let code), .hello): reply(code, "Not you")
        case (.closed, .hello): send(Outgoing(ending: .close))
        case (.silence, _), (.quitIgnored, .quit): beSilent()
        case (.noopRefused(let code), .idle): reply(code, "Not that")
        case (.helloTorrent(let torrent), .hello), (.noopTorrent(let torrent), .idle):
            send(Outgoing(torrent))
        default: return false
        }
        return true
    }

    // MARK: - Replies

    /// RFC 5321 §4.1.3: an address literal, since a host has as many names as point to it.
    private var hostName: String {
        address.utf8.contains(UInt8(ascii: ":")) ? "[IPv6:\(address)]" : "[\(address)]"
    }

    private func reply(_ code: Int, _ text: String, ending: Outgoing.Ending = .listen) {
        reply(code, [text], ending: ending)
    }

    private func reply(_ code: Int, _ texts: [String], ending: Outgoing.Ending = .listen) {
        let milliseconds = isSecure ? nil : behaviour.intervalMilliseconds
        send(
            Outgoing(
                Self.lines(code, texts), interval: milliseconds.map { .milliseconds(max(1, $0)) },
                ending: ending))
    }

    /// RFC 5321 §4.2.1: a hyphen after the code says that another line comes.
    private static func lines(_ code: Int, _ texts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, text) in texts.enumerated() {
            let mark = index + 1 < texts.count ? "-" : " "
            bytes.append(contentsOf: "\(code)\(mark)\(text)\r\n".utf8)
        }
        return bytes
    }

    private static let endlessLines = Array(
        String(repeating: "220-One moment, please\r\n", count: 128).utf8)
}

extension MailBehaviour {
    fileprivate var offersStartTLS: Bool {
        switch startTLS {
        case .missing: false
        case .handshake, .refused, .silence, .drop, .injected, .torrent: true
        }
    }
}
