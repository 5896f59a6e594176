/// MX hosts that do harm to who probes them (RFC 5321, RFC 3207).
///
/// Each stands at the second MX host of a domain whose first is sound: what cannot be measured
/// leaves the verdict, and what goes wrong with TLS degrades it.
extension Scenario {
    /// Every scenario of a hostile network whose truth does not need a probe of MX hosts. In no
    /// mix but `Mix.adversarial`.
    public static let hostile: [Scenario] = hostileDNS + hostileTLS + hostileHTTP

    /// Those that need one.
    public static let hostileTransport: [Scenario] =
        HostileMailHost.allCases.map { host in
            let name = "hostile-mx-" + host.rawValue
            return switch host.outcome {
            case .sound:
                .sound(name, why: host.why) {
                    $0.others["mx2"] = DNSNode(addresses: [host.address])
                }
            case .unreachable:
                .fault(name, .enforced, ["mx-unreachable"], cost: host.cost, why: host.why) {
                    $0.others["mx2"] = DNSNode(addresses: [host.address])
                }
            case .startTLSMissing:
                .fault(name, .degraded, ["mx-starttls-missing"], why: host.why) {
                    $0.others["mx2"] = DNSNode(addresses: [host.address])
                }
            case .tlsFailed:
                .fault(name, .degraded, ["mx-tls-failed"], cost: host.cost, why: host.why) {
                    $0.others["mx2"] = DNSNode(addresses: [host.address])
                }
            }
        }
}

/// The hostile kinds of mail hosts, each at a loopback address of its own in 127.0.3.0/24.
public enum HostileMailHost: String, CaseIterable, Sendable {
    // Before TLS.
    /// `220 ` and no end of the line.
    case greetingLine = "greeting-line"
    case greetingNoise = "greeting-noise"
    /// `250-` without end.
    case helloLines = "hello-lines"
    case helloLine = "hello-line"
    /// Codes that are none, of one digit to twenty.
    case oddCodes = "odd-codes"
    /// Two greetings, and two replies to EHLO that nobody waited for, at once.
    case ahead
    /// 220 to STARTTLS, and a reply to the next EHLO in the clear along with it (CVE-2011-0411).
    case injected
    /// `220-` without end in reply to STARTTLS.
    case startTLSLines = "starttls-lines"
    /// A byte every second in reply to STARTTLS.
    case startTLSDrip = "starttls-drip"

    // The handshake.
    case helloRequests = "hello-requests"
    case names
    case handshakeDrip = "handshake-drip"

    // Within TLS.
    case tickets
    case keyUpdates = "key-updates"
    case renegotiation
    case secureLines = "secure-lines"
    case secureLine = "secure-line"
    case noopLines = "noop-lines"

    enum Outcome { case sound, unreachable, startTLSMissing, tlsFailed }

    public var address: String {
        // The case's place in the list; there are far fewer than 254.
        "127.0.3.\(1 + (Self.allCases.firstIndex(of: self) ?? 0))"
    }

    init?(address: String) {
        guard address.hasPrefix("127.0.3."), let last = Int(address.dropFirst("127.0.3.".count)),
            (1...Self.allCases.count).contains(last)
        else { return nil }
        self = Self.allCases[last - 1]
    }

    var outcome: Outcome {
        switch self {
        case .greetingLine, .greetingNoise, .helloLines, .helloLine, .oddCodes: .unreachable
        // To every sender, what came ahead is the reply to EHLO.
        case .ahead: .startTLSMissing
        // Not measured: TLS was offered, and not refused.
        case .startTLSDrip, .handshakeDrip: .unreachable
        // We say no to it, and OpenSSL's server takes that for a failure.
        case .renegotiation: .tlsFailed
        case .injected, .startTLSLines, .helloRequests, .names: .tlsFailed
        // RFC 8461 §4.2 asks for TLS and a certificate, and both were there.
        case .tickets, .keyUpdates, .secureLines, .secureLine, .noopLines: .sound
        }
    }

    var cost: Scenario.Cost {
        switch self {
        case .startTLSDrip, .handshakeDrip: .blackHole
        default: .quick
        }
    }

    var why: String {
        switch self {
        case .greetingLine: "a line without end"
        case .greetingNoise: "noise without end"
        case .helloLines: "lines without end"
        case .helloLine: "a line without end within a reply"
        case .oddCodes: "codes of one digit to twenty"
        case .ahead: "answers to what was not said yet"
        case .injected: "RFC 3207 §4: nothing in the clear counts behind the 220"
        case .startTLSLines: "a reply without end, and no handshake"
        case .startTLSDrip: "a byte a second"
        case .helloRequests: "HelloRequest without end"
        case .names: "a certificate of 440 KB"
        case .handshakeDrip: "a ServerHello at a byte a second"
        case .tickets: "session tickets without end behind a good handshake"
        case .keyUpdates: "new keys without end behind a good handshake"
        case .renegotiation: "another handshake behind a good one"
        case .secureLines: "a reply without end behind a good handshake"
        case .secureLine: "a line without end behind a good handshake"
        case .noopLines: "NOOP is answered without end"
        }
    }

    public var behaviour: MailBehaviour {
        let line = String(repeating: "x", count: 4_096)
        let lines = String(repeating: "250-one more\r\n", count: 200)
        return switch self {
        case .greetingLine: MailBehaviour(greeting: .torrent(Torrent("220 ", repeated: line)))
        case .greetingNoise:
            MailBehaviour(
                greeting: .torrent(
                    Torrent([], repeated: (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167) }))
            )
        case .helloLines: MailBehaviour(hello: .torrent(Torrent("", repeated: lines)))
        case .helloLine: MailBehaviour(hello: .torrent(Torrent("250-", repeated: line)))
        case .oddCodes:
            MailBehaviour(
                greeting: .torrent(
                    Torrent(
                        "2 x\r\n22 x\r\n2200 x\r\n" + String(repeating: "2", count: 20) + " x\r\n",
                        ending: .silence)))
        case .ahead:
            MailBehaviour(
                greeting: .torrent(
                    Torrent(
                        "220 a\r\n220 b\r\n250-c\r\n250 STARTTLS\r\n220 go\r\n", ending: .silence)))
        case .injected: MailBehaviour(startTLS: .injected)
        case .startTLSLines:
            MailBehaviour(
                startTLS: .torrent(
                    Torrent("", repeated: String(repeating: "220-wait\r\n", count: 200))))
        case .startTLSDrip:
            MailBehaviour(
                startTLS: .torrent(
                    Torrent("220-", repeated: "one more\r\n220-", intervalMilliseconds: 1_000)))
        case .helloRequests:
            MailBehaviour(
                startTLS: .handshake(
                    .torrent(
                        Torrent(
                            [], repeated: Scenario.many(Scenario.record(.handshake, [0, 0, 0, 0]))))
                )
            )
        case .names: .certificate(CertificateRecipe(furtherNames: 16_000))
        case .handshakeDrip:
            MailBehaviour(
                startTLS: .handshake(
                    .torrent(
                        Torrent(
                            Scenario.record(.handshake, length: 16_000), repeated: [0],
                            intervalMilliseconds: 1_000))))
        case .tickets: MailBehaviour(startTLS: .handshake(.afterwards(.tickets)))
        case .keyUpdates: MailBehaviour(startTLS: .handshake(.afterwards(.keyUpdates)))
        case .renegotiation: MailBehaviour(startTLS: .handshake(.afterwards(.renegotiation)))
        case .secureLines: MailBehaviour(inside: .helloTorrent(Torrent("", repeated: lines)))
        case .secureLine: MailBehaviour(inside: .helloTorrent(Torrent("250-", repeated: line)))
        case .noopLines: MailBehaviour(inside: .noopTorrent(Torrent("", repeated: lines)))
        }
    }
}
