internal import Glibc
internal import Loop

/// One connection to a host of the lab, from accept to close: handshake, bytes in and out, and
/// every way to end. What is said is the subclass's. Touched on its loop's thread only.
///
/// A subclass answers by setting what comes next (`send`, `shakeHands`, `beSilent`...); the steps
/// themselves are taken here, so that no peer can make the calls nest.
class HostConnection {
    private enum Phase {
        case handshake
        case listening
        case sending
        /// Doing what `mischief` says.
        case pestering
        /// Sending close_notify.
        case farewell
        /// Our side is closed; what the client still sends is thrown away, so that no reset
        /// overtakes what it has not read.
        case leaving
        /// Says nothing until the client gives up.
        case silence
    }

    let descriptor: Int32
    /// The loopback address the connection arrived at.
    let address: String
    let desk: HostDesk
    /// The desk closes the connection after it.
    private(set) var deadline: ContinuousClock.Instant
    /// Whether what is read and written goes through TLS.
    private(set) var isSecure = false

    private var phase: Phase
    private var session: TLSSession
    private var outgoing: Outgoing?
    private var dripTimer: Loop.Timer?
    /// What follows a good handshake in place of everything else.
    private var mischief: TLSMischief?
    /// How many times more; nil: without end.
    private var mischiefLeft: Int?
    private var isClosed = false

    /// Whose certificate a client gets that sends no server name (RFC 8461 §3.3 wants one).
    private static let namelessHost = "no-server-name.lab.invalid"
    /// For the client's side of the close.
    private static let leavingLimit = Duration.seconds(2)
    /// For a silence the world asked for: longer than any client waits.
    private static let silenceLimit = Duration.seconds(600)
    /// Pieces written before other connections have their turn.
    private static let piecesPerTurn = 16

    /// - Parameters:
    ///   - descriptor: non-blocking; closed by the connection, or by the caller when this fails.
    ///   - speaksFirst: the host begins to speak, without TLS; else the client does, with it.
    init?(desk: HostDesk, descriptor: Int32, address: String, speaksFirst: Bool) {
        guard let session = try? desk.context.session(on: descriptor) else { return nil }
        self.desk = desk
        self.descriptor = descriptor
        self.address = address
        self.session = session
        phase = speaksFirst ? .sending : .handshake
        deadline = .now + desk.idleLimit
    }

    // MARK: - The subclass's part

    /// Called once, before anything is read: the first words of a host that speaks first.
    func greet() {}

    /// What to do with the ClientHello.
    ///
    /// - Parameter serverName: from SNI; nil when there was none.
    func handshake(for serverName: String?) -> HandshakeBehaviour {
        .certificate(CertificateRecipe())
    }

    /// Takes bytes from the network; they are lent for this call.
    func receive(_ bytes: ArraySlice<UInt8>) {}

    /// Everything is sent and the connection listens again.
    func didSend() {}

    /// What a host says that does not know TLS.
    var plainWords: [UInt8] { [] }

    // MARK: - What comes next

    final func send(_ outgoing: Outgoing) {
        self.outgoing = outgoing
        phase = .sending
    }

    /// Gives the TLS state back: what follows needs none, and thousands may be waiting here.
    final func beSilent() {
        session.end()
        outgoing = nil
        phase = .silence
        extendDeadline(by: Self.silenceLimit)
        desk.loop.setInterest(descriptor, .readable)
    }

    // MARK: - Life

    final func begin() {
        desk.loop.watch(descriptor, .readable) { [self] _ in advance() }
        guard phase == .sending else { return }
        greet()
        advance()
    }

    final func close() {
        guard !isClosed else { return }
        isClosed = true
        if let dripTimer { desk.loop.cancel(dripTimer) }
        desk.loop.unwatch(descriptor)
        session.end()
        Glibc.close(descriptor)
        desk.forget(self)
    }

    private func advance() {
        while !isClosed, takeStep() {}
    }

    /// - Returns: false when it is the socket's or a timer's turn.
    private func takeStep() -> Bool {
        switch phase {
        case .handshake: shakeHands()
        case .listening: read()
        case .sending: dripTimer == nil ? write() : discardInput()
        case .pestering: pester()
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

    private func shakeHands() -> Bool {
        let step = session.accept()
        if waits(for: step) { return false }
        switch step {
        case .wantsVerdict:
            meetHello()
        case .done:
            isSecure = true
            phase = mischief == nil ? .listening : .pestering
            extendDeadline(by: desk.idleLimit)
        case .wantsRead, .wantsWrite, .ended, .failed:
            // OpenSSL has sent its alert, if there is one to send.
            leave()
        }
        return true
    }

    private func meetHello() {
        let name = session.hello.serverName
        switch handshake(for: name) {
        case .certificate(let recipe):
            present(recipe, for: name ?? Self.namelessHost)
        case .oldVersion:
            guard (try? session.limitToOldVersions()) != nil else { return close() }
            present(CertificateRecipe(), for: name ?? Self.namelessHost)
        case .onlyTLS12:
            guard (try? session.limitToTLS12()) != nil else { return close() }
            present(CertificateRecipe(), for: name ?? Self.namelessHost)
        case .noCertificate:
            session.hello.verdict = .proceed
        case .alert:
            session.hello.verdict = .refuse
        case .plainText:
            // The buffer of a new connection takes this whole.
            _ = writePlainly(plainWords[...])
            leave()
        case .hang:
            beSilent()
        case .reset:
            reset()
        case .torrent(let torrent):
            send(Outgoing(torrent))
        case .afterwards(let mischief, let times):
            guard (try? session.prepare(for: mischief)) != nil else { return close() }
            self.mischief = mischief
            mischiefLeft = times
            present(CertificateRecipe(), for: name ?? Self.namelessHost)
        }
    }

    private func pester() -> Bool {
        guard let mischief else { return false }
        for _ in 0..<Self.piecesPerTurn {
            if mischiefLeft == 0 {
                phase = .listening
                return true
            }
            let step = session.pester(mischief)
            if waits(for: step) { return false }
            guard step == .done else {
                close()
                return false
            }
            mischiefLeft? -= 1
            extendDeadline(by: desk.idleLimit)
        }
        desk.loop.setInterest(descriptor, .writable)
        return false
    }

    private func present(_ recipe: CertificateRecipe, for name: String) {
        do {
            let leaf = try desk.minter.leaf(for: name, recipe)
            try desk.minter.install(leaf, in: session)
            session.hello.verdict = .proceed
        } catch {
            close()
        }
    }

    // MARK: - Bytes

    private func read() -> Bool {
        let (step, count) = isSecure ? session.read(into: &desk.scratch) : readPlainly()
        if waits(for: step) { return false }
        guard step == .done else {
            close()
            return false
        }
        extendDeadline(by: desk.idleLimit)
        receive(desk.scratch[..<count])
        return true
    }

    private func write() -> Bool {
        for _ in 0..<Self.piecesPerTurn {
            guard let piece = outgoing?.nextPiece() else { return endSending() }
            let (step, count) = isSecure ? session.write(piece) : writePlainly(piece)
            if waits(for: step) { return false }
            guard step == .done else {
                close()
                return false
            }
            extendDeadline(by: desk.idleLimit)
            outgoing?.advance(by: count)
            if let interval = outgoing?.interval, outgoing?.nextPiece() != nil {
                drip(after: interval)
                return false
            }
        }
        desk.loop.setInterest(descriptor, .writable)
        return false
    }

    private func drip(after interval: Duration) {
        desk.loop.setInterest(descriptor, .readable)
        dripTimer = desk.loop.schedule(after: interval) { [self] in
            dripTimer = nil
            advance()
        }
    }

    private func endSending() -> Bool {
        let ending = outgoing?.ending ?? .close
        outgoing = nil
        switch ending {
        case .listen:
            phase = .listening
            didSend()
        case .handshake: phase = .handshake
        case .silence: beSilent()
        case .reset: reset()
        case .close: if isSecure { phase = .farewell } else { leave() }
        }
        return true
    }

    /// As `TLSSession.read`, without TLS.
    private func readPlainly() -> (step: TLSSession.Step, count: Int) {
        let count = unsafe recv(descriptor, &desk.scratch, desk.scratch.count, 0)
        if count > 0 { return (.done, count) }
        if count == 0 { return (.ended, 0) }
        return (errno == EAGAIN || errno == EINTR ? .wantsRead : .failed, 0)
    }

    /// As `TLSSession.write`, without TLS.
    private func writePlainly(_ bytes: ArraySlice<UInt8>) -> (step: TLSSession.Step, count: Int) {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return (.done, count) }
        return (errno == EAGAIN || errno == EINTR ? .wantsWrite : .failed, 0)
    }

    // MARK: - Ends

    private func sayGoodbye() -> Bool {
        if waits(for: session.sayGoodbye()) { return false }
        leave()
        return true
    }

    private func leave() {
        session.end()
        outgoing = nil
        phase = .leaving
        extendDeadline(by: Self.leavingLimit)
        shutdown(descriptor, Int32(SHUT_WR))
        desk.loop.setInterest(descriptor, .readable)
    }

    private func reset() {
        // Zero seconds to linger: closing sends RST instead of FIN.
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Reads what the client sends meanwhile, to notice when it leaves.
    private func discardInput() -> Bool {
        let (step, _) = isSecure ? session.read(into: &desk.scratch) : readPlainly()
        switch step {
        case .done, .wantsRead, .wantsWrite: break
        case .wantsVerdict, .ended, .failed: close()
        }
        return false
    }

    private func discardBytes() -> Bool {
        switch readPlainly().step {
        case .done, .wantsRead, .wantsWrite: break
        case .wantsVerdict, .ended, .failed: close()
        }
        return false
    }
}
