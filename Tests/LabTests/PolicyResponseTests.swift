import Testing
@testable import Lab

@Suite("Policy server: responses", .timeLimit(.minutes(6)))
struct PolicyResponseTests {
    static let body = Array("version: STSv1\n".utf8)

    func visit(
        _ response: ResponseBehaviour, patience: Duration = .seconds(10)
    ) async throws -> PolicyProbe.Sighting {
        try await withPolicyServer(["mta-sts.row.test": HostBehaviour(response: response)]) {
            server in
            var probe = PolicyProbe(server, "mta-sts.row.test")
            probe.patience = patience
            return await probe.visit()
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var response: ResponseBehaviour
        var end: PolicyProbe.End
        var has: [String]
        var hasNot: [String]
        var body: String?
        var why: String
        var testDescription: String { why }
    }

    static let rows: [Row] = [
        .init(
            response: .reply(body: body), end: .closeNotify,
            has: [
                "HTTP/1.1 200 ", "\r\nContent-Type: text/plain\r\n", "\r\nContent-Length: 15\r\n",
            ],
            hasNot: [], body: "version: STSv1\n", why: "a whole response"),
        .init(
            response: .reply(status: 301, extra: ["Location: https://a.test/"], body: []),
            end: .closeNotify, has: ["HTTP/1.1 301 ", "\r\nLocation: https://a.test/\r\n"],
            hasNot: [], body: "", why: "a redirect"),
        .init(
            response: .reply(contentType: nil, body: body), end: .closeNotify, has: [],
            hasNot: ["Content-Type"], body: "version: STSv1\n", why: "no type"),
        .init(
            response: .reply(status: 204, body: []), end: .closeNotify, has: ["HTTP/1.1 204 "],
            hasNot: ["Content-Length"], body: "", why: "RFC 9110 §8.6: no length with 204"),
        .init(
            response: .chunked(body: body), end: .closeNotify,
            has: ["\r\nTransfer-Encoding: chunked\r\n"], hasNot: ["Content-Length"],
            body: "f\r\nversion: STSv1\n\r\n0\r\n\r\n", why: "one chunk"),
        .init(
            response: .truncated(body: body), end: .closeNotify, has: ["Content-Length: 15\r\n"],
            hasNot: [], body: "version", why: "half of the body"),
        .init(
            response: .truncated(body: []), end: .closeNotify, has: ["Content-Length: 1\r\n"],
            hasNot: [], body: "", why: "half of nothing still lacks a byte"),
        .init(
            response: .drip(intervalMilliseconds: 1, body: body), end: .closeNotify,
            has: ["HTTP/1.1 200 "], hasNot: [], body: "version: STSv1\n",
            why: "slow and whole in the end"),
        .init(
            response: .empty, end: .closeNotify, has: [], hasNot: ["HTTP"], body: nil,
            why: "closed without a byte"),
        .init(
            response: .reset, end: .reset, has: [], hasNot: ["HTTP"], body: nil,
            why: "reset after the request"),
        .init(
            response: .raw(Array("SSH-2.0-lab\r\n".utf8)), end: .closeNotify, has: ["SSH-2.0-lab"],
            hasNot: ["HTTP"], body: nil, why: "bytes as they are"),
    ]

    @Test("on the wire", arguments: rows)
    func response(row: Row) async throws {
        let seen = try await visit(row.response)
        #expect(seen.end == row.end)
        for part in row.has { #expect(seen.text.contains(part)) }
        for part in row.hasNot { #expect(!seen.text.contains(part)) }
        #expect(seen.body == row.body)
    }

    @Test("oversize is as long as announced")
    func oversize() async throws {
        let seen = try await visit(.oversize(length: 200_000))
        #expect(seen.text.contains("\r\nContent-Length: 200000\r\n"))
        #expect(seen.body?.utf8.count == 200_000)
        #expect(seen.end == .closeNotify)
    }

    @Test("oversize in chunks announces nothing and ends with the last chunk")
    func oversizeChunked() async throws {
        let seen = try await visit(.oversizeChunked(length: 100_000))
        #expect(!seen.text.contains("Content-Length"))
        #expect(seen.body?.count { $0 == "x" } == 100_000)
        #expect(seen.text.hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test("header lines go on for as long as the client reads")
    func endlessHeaders() async throws {
        let seen = try await visit(.endlessHeaders)
        #expect(seen.bytes.count > 4_000_000)
        #expect(seen.body == nil)
    }

    @Test("silence after the request")
    func silence() async throws {
        let seen = try await visit(.silence, patience: .seconds(2))
        #expect(seen.end == .responsePending)
        #expect(seen.bytes.isEmpty)
    }

    @Test("failing fails so many times for the name, then not again")
    func failing() async throws {
        let response = ResponseBehaviour.failing(
            times: 2, .reply(status: 503, body: []), then: .reply(body: Self.body))
        try await withPolicyServer(["mta-sts.row.test": HostBehaviour(response: response)]) {
            server in
            var statuses: [Int?] = []
            for _ in 0..<4 {
                statuses.append(await PolicyProbe(server, "mta-sts.row.test").visit().status)
            }
            #expect(statuses == [503, 503, 200, 200])
        }
    }
}
