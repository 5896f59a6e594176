import COpenSSL
import Foundation
import Glibc
@testable import Lab

/// One visit of a mail client that wants TLS and sends no mail, for tests: EHLO, STARTTLS,
/// handshake, and then the commands.
struct MailClient: Sendable {
    var address: String
    var port: UInt16
    var caFile: String
    /// The MX host's name: for SNI, and for the certificate.
    var host: String
    /// Sent after the handshake, each when the one before was answered.
    var commands = ["EHLO client.test", "NOOP", "QUIT"]
    /// Says STARTTLS where it is not offered.
    var insists = false
    /// Stays in plain text.
    var shunsTLS = false
    /// Goes on after a refusal.
    var isUndeterred = false
    /// A client from before 2018: TLS 1.0 and 1.1 only.
    var isOld = false
    /// For each step.
    var patience = Duration.seconds(10)

    init(_ server: MailServer, _ address: String, host: String = "mx1.example.test") {
        self.address = address
        self.host = host
        port = server.port
        caFile = server.caFile
    }

    enum Step: Equatable, Sendable {
        case connect, greeting, hello, startTLS, handshake, commands
    }

    /// How a step ended.
    enum End: Equatable, Sendable {
        /// A whole reply, by its code; what comes after it depends on the step.
        case reply(Int)
        /// The EHLO reply does not offer STARTTLS.
        case noOffer
        case refused
        /// Patience ran out; so many bytes of an answer had come.
        case pending(bytes: Int)
        case closed
        case reset
        case notSMTP
        /// More than a client reads.
        case endless
        case tls(PolicyProbe.End)
        case other(Int)
    }

    struct Sighting: Sendable {
        var step = Step.connect
        var end = End.other(0)
        /// The lines of each reply, without codes.
        var replies: [[String]] = []
        var codes: [Int] = []
        /// The version negotiated; nil without a whole handshake.
        var version: String?
        /// X509_V_*: the first error of verification, 0 when there is none.
        var verifyResult: Int?
    }

    /// On a thread of its own.
    func visit() async -> Sighting {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let sighting = unsafe ClientTLS.withContext(caFile: caFile) { context, method in
                    unsafe MailVisit(self, context, method).run()
                }
                continuation.resume(returning: sighting ?? Sighting())
            }
        }
    }
}

/// Lives on the thread of `MailClient.visit`. Blocks, for as long as its client is patient.
@safe private final class MailVisit {
    private typealias End = MailClient.End
    private let client: MailClient
    private let descriptor: Int32
    private let session: OpaquePointer?
    private var isSecure = false
    private var sighting = MailClient.Sighting()
    private var input: [UInt8] = []

    private static let limitBytes = 65_536

    init(_ client: MailClient, _ context: OpaquePointer, _ method: OpaquePointer) {
        self.client = client
        let address = SocketAddress(client.address, port: client.port)
        descriptor = socket(address?.family ?? AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        unsafe session = ClientTLS.session(
            context, method, on: descriptor, serverName: client.host, verifiedName: client.host,
            isOld: client.isOld)
    }

    deinit {
        unsafe SSL_free(session)
        close(descriptor)
    }

    func run() -> MailClient.Sighting {
        sighting.end = converse()
        return sighting
    }

    private func converse() -> End {
        if let end = connect() { return end }
        sighting.step = .greeting
        guard readReply() == .reply(220) || client.isUndeterred else { return lastEnd }
        sighting.step = .hello
        send("EHLO client.test")
        guard readReply() == .reply(250) || client.isUndeterred else { return lastEnd }
        if !client.shunsTLS {
            guard client.insists || sighting.replies.last?.contains("STARTTLS") == true else {
                return .noOffer
            }
            sighting.step = .startTLS
            send("STARTTLS")
            guard readReply() == .reply(220) else { return lastEnd }
            sighting.step = .handshake
            if let end = shakeHands() { return end }
        }
        sighting.step = .commands
        for command in client.commands {
            send(command)
            guard case .reply = readReply() else { return lastEnd }
        }
        return lastEnd
    }

    private func connect() -> End? {
        setPatience(client.patience)
        let address = SocketAddress(client.address, port: client.port)
        let result = unsafe address?.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        guard result != 0 else { return nil }
        switch errno {
        case ECONNREFUSED: return .refused
        // Linux: SO_SNDTIMEO is the time limit of connect.
        case EINPROGRESS, EAGAIN: return .pending(bytes: 0)
        default: return .other(Int(errno))
        }
    }

    private func shakeHands() -> End? {
        setPatience(client.patience)
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        guard result == 1 else {
            switch unsafe ClientTLS.outcome(of: result, session) {
            case .wantsRead, .wantsWrite: return .pending(bytes: 0)
            case .ended(let end): return .tls(end)
            }
        }
        sighting.version = unsafe String(cString: SSL_get_version(session))
        sighting.verifyResult = unsafe SSL_get_verify_result(session)
        isSecure = true
        return nil
    }

    // MARK: - Replies

    private var lastEnd = End.other(0)

    /// Reads one reply, of any number of lines, within the client's patience.
    private func readReply() -> End {
        lastEnd = takeReply()
        return lastEnd
    }

    private func takeReply() -> End {
        let deadline = ContinuousClock.now + client.patience
        var lines: [String] = []
        var count = 0
        while true {
            while let line = nextLine() {
                count += line.utf8.count
                let code = line.prefix(3)
                guard code.count == 3, let code = Int(code), line.utf8.count >= 4 else {
                    return .notSMTP
                }
                lines.append(String(line.dropFirst(4)))
                guard line.dropFirst(3).first == " " else { continue }
                sighting.replies.append(lines)
                sighting.codes.append(code)
                return .reply(code)
            }
            if count > Self.limitBytes || input.count > Self.limitBytes { return .endless }
            if let end = readMore(until: deadline) { return end }
        }
    }

    private func nextLine() -> String? {
        guard let end = input.firstIndex(of: 0x0A) else { return nil }
        let line = String(decoding: input[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        input.removeSubrange(...end)
        return line
    }

    private func readMore(until deadline: ContinuousClock.Instant) -> End? {
        let left = deadline - .now
        guard left > .zero else { return .pending(bytes: input.count) }
        setPatience(left)
        var buffer = [UInt8](repeating: 0, count: 16_384)
        if isSecure {
            ERR_clear_error()
            let result = unsafe SSL_read(session, &buffer, Int32(buffer.count))
            guard result > 0 else {
                switch unsafe ClientTLS.outcome(of: result, session) {
                case .wantsRead, .wantsWrite: return .pending(bytes: input.count)
                case .ended(.closeNotify): return .closed
                case .ended(let end): return .tls(end)
                }
            }
            input += buffer.prefix(Int(result))
            return nil
        }
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        switch (count, errno) {
        case (1..., _): input += buffer.prefix(count)
        case (0, _): return .closed
        case (_, ECONNRESET): return .reset
        case (_, EAGAIN): return .pending(bytes: input.count)
        case (_, let code): return .other(Int(code))
        }
        return nil
    }

    private func send(_ command: String) {
        let bytes = Array((command + "\r\n").utf8)
        if isSecure {
            ERR_clear_error()
            _ = unsafe SSL_write(session, bytes, Int32(bytes.count))
        } else {
            _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// For every call that blocks from here on.
    private func setPatience(_ duration: Duration) {
        let parts = duration.components
        var time = timeval(
            tv_sec: Int(parts.seconds),
            tv_usec: max(1_000, Int(parts.attoseconds / 1_000_000_000_000)))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }
}
