import Foundation
import Glibc
import Testing
@testable import Lab

@Suite("Policy server: what comes from the network")
struct PolicyInputTests {
    struct RequestRow: Sendable, CustomTestStringConvertible {
        var request: String
        var reading: PolicyRequest.Reading
        var why: String
        var testDescription: String { why }
    }

    static let requests: [RequestRow] = [
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: a\r\n\r\n", reading: .policy,
            why: "RFC 8461 §3.3: the well-known path"),
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\n\r\n", reading: .policy,
            why: "no fields"),
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: a\r\n", reading: .incomplete,
            why: "no empty line yet"),
        .init(request: "", reading: .incomplete, why: "nothing yet"),
        .init(
            request: "GET / HTTP/1.1\r\n\r\n", reading: .refused(status: 404), why: "another path"),
        .init(
            request: "HEAD /.well-known/mta-sts.txt HTTP/1.1\r\n\r\n",
            reading: .refused(status: 405), why: "another method"),
        .init(request: "\r\n\r\n", reading: .refused(status: 400), why: "an empty request line"),
        .init(
            request: "GET  / HTTP/1.1\r\n\r\n", reading: .refused(status: 400), why: "two spaces"),
        .init(
            request: "GET / HTTP/2\r\n\r\n", reading: .refused(status: 400), why: "another version"),
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\nAUTHORIZATION: Basic eDp5\r\n\r\n",
            reading: .refused(status: 400), why: "a password of the client's"),
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\nCookie: a=b\r\n\r\n",
            reading: .refused(status: 400), why: "a cookie"),
        .init(
            request: "GET /.well-known/mta-sts.txt HTTP/1.1\r\nProxy-Connection: x\r\n\r\n",
            reading: .refused(status: 400), why: "a field for a proxy"),
        .init(
            request: String(repeating: "a", count: 8_192), reading: .refused(status: 431),
            why: "8 KiB without an end"),
        .init(
            request: String(repeating: "a", count: 8_190) + "\r\n\r\n",
            reading: .refused(status: 431),
            why: "the end lies beyond 8 KiB"),
    ]

    @Test("requests, whole and byte by byte", arguments: requests)
    func request(row: RequestRow) {
        let bytes = Array(row.request.utf8)
        var whole = PolicyRequest()
        #expect(whole.append(bytes[...]) == row.reading)
        var pieces = PolicyRequest()
        var reading = PolicyRequest.Reading.incomplete
        for byte in bytes where reading == .incomplete { reading = pieces.append([byte]) }
        #expect(reading == row.reading)
    }

    struct NameRow: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var name: String?
        var why: String
        var testDescription: String { why }
    }

    /// A server_name extension around a host name.
    static func list(_ name: String) -> [UInt8] {
        let count = name.utf8.count
        let lengths = [UInt8((count + 3) >> 8), UInt8((count + 3) & 255), 0]
        return lengths + [UInt8(count >> 8), UInt8(count & 255)] + Array(name.utf8)
    }

    static let names: [NameRow] = [
        .init(bytes: list("mta-sts.a.test"), name: "mta-sts.a.test", why: "a host name"),
        .init(bytes: list("MTA-STS.A.test"), name: "mta-sts.a.test", why: "in lower case"),
        .init(bytes: [], name: nil, why: "nothing"),
        .init(bytes: [0], name: nil, why: "half a length"),
        .init(bytes: [0, 3, 0, 0, 0], name: nil, why: "an empty name"),
        .init(bytes: [0, 200, 0, 0, 1, 97], name: nil, why: "a list longer than the extension"),
        .init(bytes: [0, 4, 0, 0, 9, 97], name: nil, why: "a name longer than the list"),
        .init(
            bytes: [0, 4, 7, 0, 1, 97], name: nil, why: "RFC 6066 §3: no other name type exists"),
        .init(bytes: list("a.test,DNS:b.test"), name: nil, why: "a byte no host name has"),
        .init(bytes: list("a.test."), name: nil, why: "RFC 6066 §3: no trailing dot"),
        .init(bytes: list(String(repeating: "a", count: 254)), name: nil, why: "beyond 253 bytes"),
    ]

    @Test("server names", arguments: names)
    func serverName(row: NameRow) {
        #expect(TLSServerName.read(row.bytes) == row.name)
    }

    @Test("the table of recent entries forgets the oldest and keeps what is used")
    func recent() {
        var table = RecentTable<Int, Int>(capacity: 4)
        for key in 0..<100 {
            table[key] = key
            #expect(table[0] == 0)
        }
        #expect(table[99] == 99)
        #expect(table[1] == nil)
        table[99] = nil
        #expect(table[99] == nil)
    }

    @Test("bytes that are not TLS end that connection and no other", .timeLimit(.minutes(6)))
    func garbage() async throws {
        let streams: [[UInt8]] = [
            Array("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0, count: 20_000),
            [22, 3, 1, 255, 255] + [UInt8](repeating: 1, count: 70_000),
            [22, 3, 1, 0, 4, 1, 0, 0, 0],
        ]
        try await withPolicyServer(options: .init(idleLimit: .seconds(1))) { server in
            for bytes in streams {
                #expect(await isClosed(after: bytes, by: server))
                let seen = await PolicyProbe(server, "mta-sts.a.test").visit()
                #expect(seen.status == 200)
            }
        }
    }

    @Test("a client that says nothing is dropped at the idle limit", .timeLimit(.minutes(6)))
    func idle() async throws {
        try await withPolicyServer(options: .init(idleLimit: .seconds(1))) { server in
            #expect(await isClosed(after: [], by: server))
            var probe = PolicyProbe(server, "mta-sts.a.test")
            probe.request = []
            #expect(await probe.visit().end != .responsePending)
        }
    }

    /// Sends the bytes over plain TCP and waits for the server to close, at most 20 seconds.
    private func isClosed(after bytes: [UInt8], by server: PolicyServer) async -> Bool {
        let port = server.port
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                defer { close(descriptor) }
                var limit = timeval(tv_sec: 20, tv_usec: 0)
                let size = socklen_t(MemoryLayout<timeval>.size)
                unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
                let end = SocketAddress(LabAddress.normal, port: port)
                let result = unsafe end?.withPointer { unsafe connect(descriptor, $0, $1) }
                unsafe _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                var buffer = [UInt8](repeating: 0, count: 1_024)
                var count = 1
                while count > 0 { count = unsafe recv(descriptor, &buffer, buffer.count, 0) }
                let isClosed = count == 0 || errno == ECONNRESET
                continuation.resume(returning: result == 0 && isClosed)
            }
        }
    }
}
