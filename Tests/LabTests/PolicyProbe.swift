import COpenSSL
import Foundation
import Glibc
@testable import Lab

/// One visit of a TLS client to a policy host, for tests.
struct PolicyProbe: Sendable {
    var address = LabAddress.normal
    var port: UInt16
    var caFile: String
    /// nil sends no server_name extension.
    var serverName: String?
    /// The name the certificate must be for.
    var verifiedName: String?
    /// A client from before 2018: TLS 1.0 and 1.1 only.
    var isOld = false
    var request: [UInt8]
    var patience = Duration.seconds(10)

    init(_ server: PolicyServer, _ name: String?, path: String = "/.well-known/mta-sts.txt") {
        port = server.port
        caFile = server.caFile
        serverName = name
        verifiedName = name
        request = Array("GET \(path) HTTP/1.1\r\nHost: \(name ?? "")\r\n\r\n".utf8)
    }

    enum End: Equatable, Sendable {
        case refused
        /// The TCP connection was still not there when patience ran out.
        case connectPending
        case handshakePending
        case responsePending
        /// The number of a fatal alert.
        case alert(Int)
        case notTLS
        case reset
        /// FIN without close_notify.
        case bareClose
        case closeNotify
        case other(Int)
    }

    struct Sighting: Sendable {
        var end: End
        /// The version negotiated; nil without a whole handshake.
        var version: String?
        /// X509_V_*: the first error of verification, 0 when there is none.
        var verifyResult: Int?
        var bytes: [UInt8] = []

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var status: Int? { Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) }
        var body: String? {
            text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) }
        }
    }

    func visit() async -> Sighting {
        let sightings = await Self.visit([self])
        return sightings.first ?? Sighting(end: .other(-1))
    }

    /// All at once, from one thread of its own.
    static func visit(_ probes: [PolicyProbe]) async -> [Sighting] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: drive(probes)) }
        }
    }

    private static func drive(_ probes: [PolicyProbe]) -> [Sighting] {
        unsafe ClientTLS.withContext(caFile: probes.first?.caFile) { context, method in
            drive(probes.map { unsafe PolicyVisit($0, context: context, method: method) })
        } ?? []
    }

    private static func drive(_ visits: [PolicyVisit]) -> [Sighting] {
        let clock = ContinuousClock()
        let deadline = clock.now + (visits.map(\.patience).max() ?? .zero)
        while clock.now < deadline {
            var waiting = visits.filter { $0.sighting == nil }
            guard !waiting.isEmpty else { break }
            var watched = waiting.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
            guard unsafe poll(&watched, nfds_t(watched.count), 100) >= 0 else { break }
            waiting = zip(waiting, watched).filter { $0.1.revents != 0 }.map(\.0)
            for visit in waiting { visit.advance() }
        }
        return visits.map { $0.leave() }
    }
}

/// Lives on the thread of `PolicyProbe.drive`.
@safe private final class PolicyVisit {
    let descriptor: Int32
    private(set) var events = Int16(POLLOUT)
    private(set) var sighting: PolicyProbe.Sighting?

    private enum Phase { case connect, handshake, request, response }
    private let probe: PolicyProbe
    var patience: Duration { probe.patience }
    private let session: OpaquePointer?
    private var phase = Phase.connect
    private var version: String?
    private var verifyResult: Int?
    private var bytes: [UInt8] = []

    init(_ probe: PolicyProbe, context: OpaquePointer, method: OpaquePointer) {
        self.probe = probe
        let address = SocketAddress(probe.address, port: probe.port)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(address?.family ?? AF_INET, type, 0)
        unsafe session = ClientTLS.session(
            context, method, on: descriptor, serverName: probe.serverName,
            verifiedName: probe.verifiedName, isOld: probe.isOld)
        let result = unsafe address?.withPointer { unsafe connect(descriptor, $0, $1) }
        if result != 0, errno != EINPROGRESS {
            finish(errno == ECONNREFUSED ? .refused : .other(Int(errno)))
        }
    }

    func leave() -> PolicyProbe.Sighting {
        let pending: PolicyProbe.End =
            switch phase {
            case .connect: .connectPending
            case .handshake: .handshakePending
            case .request, .response: .responsePending
            }
        if sighting == nil { finish(pending) }
        unsafe SSL_free(session)
        close(descriptor)
        return sighting ?? .init(end: pending)
    }

    private func finish(_ end: PolicyProbe.End) {
        sighting = .init(end: end, version: version, verifyResult: verifyResult, bytes: bytes)
    }

    func advance() {
        if phase == .connect { readConnect() }
        if phase == .handshake, sighting == nil { shakeHands() }
        if phase == .request, sighting == nil { sendRequest() }
        if phase == .response, sighting == nil { readResponse() }
    }

    private func readConnect() {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe _ = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        switch code {
        case 0: phase = .handshake
        case ECONNREFUSED: finish(.refused)
        default: finish(.other(Int(code)))
        }
    }

    private func shakeHands() {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        guard result == 1 else { return wait(result) }
        version = unsafe String(cString: SSL_get_version(session))
        verifyResult = unsafe SSL_get_verify_result(session)
        phase = .request
    }

    private func sendRequest() {
        phase = .response
        guard !probe.request.isEmpty else { return }
        ERR_clear_error()
        let result = unsafe SSL_write(session, probe.request, Int32(probe.request.count))
        if result <= 0 { wait(result) }
    }

    private func readResponse() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        // A turn each: an endless response must not starve the others.
        for _ in 0..<64 {
            ERR_clear_error()
            let result = unsafe SSL_read(session, &buffer, Int32(buffer.count))
            guard result > 0 else { return wait(result) }
            bytes += buffer.prefix(Int(result))
            if bytes.count > 4_000_000 { return finish(.responsePending) }
        }
    }

    private func wait(_ result: Int32) {
        switch unsafe ClientTLS.outcome(of: result, session) {
        case .wantsRead: events = Int16(POLLIN)
        case .wantsWrite: events = Int16(POLLOUT)
        case .ended(let end): finish(end)
        }
    }
}
