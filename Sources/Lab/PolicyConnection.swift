internal import Glibc
internal import Loop

/// One connection to a policy host, from accept to close. Touched on its loop's thread only.
///
/// handshake -> request -> response -> farewell -> leaving -> closed; a fault the world asks for
/// leaves this path where it happens.
final class PolicyConnection {
    private enum Phase {
        case handshake
        case request
        case response
        /// Sending close_notify.
        case farewell
        /// Our side is closed; what the client still sends is thrown away, so that no reset
        /// overtakes what it has not read.
        case leaving
        /// Says nothing until the client gives up.
        case silence
    }

    let descriptor: Int32
    /// The desk closes the connection after it.
    private(set) var deadline: ContinuousClock.Instant

    private let desk: PolicyDesk
    private let address: String
    private var phase = Phase.handshake
    private var session: TLSSession
    // Known from the ClientHello on.
    private var serverName = namelessHost
    private var behaviour = ResponseBehaviour.empty
    private var request = PolicyRequest()
    private var response: PolicyResponse?
    private var dripTimer: Loop.Timer?
    private var isClosed = false

    /// Whose certificate a client gets that sends no server name (RFC 8461 §3.3 wants one).
    private static let namelessHost = "no-server-name.lab.invalid"
    /// For the client's side of the close.
    private static let leavingLimit = Duration.seconds(2)
    /// For a silence the world asked for: longer than any client waits.
    private static let silenceLimit = Duration.seconds(600)
    /// Pieces of a response written before others have their turn.
    private static let piecesPerTurn = 16

    /// - Parameter descriptor: non-blocking; closed by the connection, or by the caller when
    ///   this fails.
    init?(desk: PolicyDesk, descriptor: Int32, address: String) {
        guard let session = try? desk.context.session(on: descriptor) else { return nil }
        self.desk = desk
        self.descriptor = descriptor
        self.address = address
        self.session = session
        deadline = .now + desk.idleLimit
    }

    func begin() {
        desk.loop.watch(descriptor, .readable) { [self] _ in advance() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        if let dripTimer { desk.loop.cancel(dripTimer) }
        desk.loop.unwatch(descriptor)
        session.end()
        Glibc.close(descriptor)
        desk.forget(self)
    }

    private func advance() {
        switch phase {
        case .handshake: shakeHands()
        case .request: readRequest()
        case .response: if dripTimer == nil { writeResponse() } else { discardInput() }
        case .farewell: sayGoodbye()
        case .leaving, .silence: discardBytes()
        }
    }

    /// Goes on when the socket is ready for `step`; false when `step` is not a wait.
    private func waits(for step: TLSSession.Step) -> Bool {
        switch step {
        case .wantsRead: desk.loop.setInterest(descriptor, .readable)
        case .wantsWrite: desk.loop.setInterest(descriptor, .writable)
        case .done, .wantsVerdict, .ended, .failed: return false
        }
        return true
    }

    private func extendDeadline(by limit: Duration) {
        deadline = .now + limit
    }

    // MARK: - Handshake

    private func shakeHands() {
        while phase == .handshake, !isClosed {
            let step = session.accept()
            if waits(for: step) { return }
            switch step {
            case .wantsVerdict:
                meetHello()
            case .done:
                phase = .request
                extendDeadline(by: desk.idleLimit)
                readRequest()
            case .wantsRead, .wantsWrite, .ended, .failed:
                // OpenSSL has sent its alert, if there is one to send.
                leave()
            }
        }
    }

    private func meetHello() {
        guard let name = session.hello.serverName else {
            behaviour = .reply(status: 404, body: Array("No server name, no policy.\n".utf8))
            proceed(with: CertificateRecipe(), for: serverName)
            return
        }
        serverName = name
        let host = desk.world.policyHost(name, at: address)
        behaviour = host.response
        switch host.handshake {
        case .certificate(let recipe):
            proceed(with: recipe, for: name)
        case .oldVersion:
            guard (try? session.limitToOldVersions()) != nil else { return close() }
            proceed(with: CertificateRecipe(), for: name)
        case .alert:
            session.hello.verdict = .refuse
        case .plainHTTP:
            answerPlainly()
        case .hang:
            beSilent()
        case .reset:
            reset()
        }
    }

    private func proceed(with recipe: CertificateRecipe, for name: String) {
        do {
            let leaf = try desk.minter.leaf(for: name, recipe)
            try desk.minter.install(leaf, in: session)
            session.hello.verdict = .proceed
        } catch {
            close()
        }
    }

    private func answerPlainly() {
        let body = "This port speaks plain HTTP.\n"
        let text =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body
        let bytes = Array(text.utf8)
        // The buffer of a new connection takes this whole.
        _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        leave()
    }

    // MARK: - Request

    private func readRequest() {
        while true {
            let (step, count) = session.read(into: &desk.scratch)
            if waits(for: step) { return }
            guard step == .done else { return close() }
            extendDeadline(by: desk.idleLimit)
            switch request.append(desk.scratch[..<count]) {
            case .incomplete: continue
            case .policy:
                return respond(desk.tally.settle(behaviour, for: serverName))
            case .refused(let status):
                desk.tally.note(serverName)
                return respond(.reply(status: status, body: []))
            }
        }
    }

    // MARK: - Response

    private func respond(_ behaviour: ResponseBehaviour) {
        request = PolicyRequest()
        response = PolicyResponse(behaviour)
        phase = .response
        writeResponse()
    }

    private func writeResponse() {
        for _ in 0..<Self.piecesPerTurn {
            guard let piece = response?.nextPiece() else { return finishResponse() }
            let (step, count) = session.write(piece)
            if waits(for: step) { return }
            guard step == .done else { return close() }
            extendDeadline(by: desk.idleLimit)
            response?.advance(by: count)
            if let interval = response?.interval { return drip(after: interval) }
        }
        desk.loop.setInterest(descriptor, .writable)
    }

    private func drip(after interval: Duration) {
        desk.loop.setInterest(descriptor, .readable)
        dripTimer = desk.loop.schedule(after: interval) { [self] in
            dripTimer = nil
            writeResponse()
        }
    }

    private func finishResponse() {
        switch response?.ending {
        case .silence: beSilent()
        case .reset: reset()
        case .close, nil:
            phase = .farewell
            sayGoodbye()
        }
    }

    // MARK: - Ends

    private func sayGoodbye() {
        if waits(for: session.sayGoodbye()) { return }
        leave()
    }

    private func leave() {
        session.end()
        response = nil
        phase = .leaving
        extendDeadline(by: Self.leavingLimit)
        shutdown(descriptor, Int32(SHUT_WR))
        desk.loop.setInterest(descriptor, .readable)
    }

    /// Gives the TLS state back: what follows needs none, and thousands may be waiting here.
    private func beSilent() {
        session.end()
        response = nil
        phase = .silence
        extendDeadline(by: Self.silenceLimit)
        desk.loop.setInterest(descriptor, .readable)
    }

    private func reset() {
        // Zero seconds to linger: closing sends RST instead of FIN.
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Reads through TLS what the client sends meanwhile, to notice when it leaves.
    private func discardInput() {
        let (step, _) = session.read(into: &desk.scratch)
        switch step {
        case .done, .wantsRead, .wantsWrite: return
        case .wantsVerdict, .ended, .failed: close()
        }
    }

    private func discardBytes() {
        let count = unsafe recv(descriptor, &desk.scratch, desk.scratch.count, 0)
        if count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) { return }
        close()
    }
}
