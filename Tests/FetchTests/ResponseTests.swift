import Evidence
import Fetch
import Lab
import Testing

extension PolicyFetch {
    @Suite("Response: RFC 8461 §3.3, RFC 9112")
    struct Response {
        enum Expected: Sendable {
            case body([UInt8])
            case status(Int)
            case failure(FetchFailure)
        }

        struct Row: Sendable {
            var name: String
            var response: ResponseBehaviour
            var expected: Expected
            var why: String

            init(_ name: String, _ response: ResponseBehaviour, _ expected: Expected, why: String) {
                self.name = name
                self.response = response
                self.expected = expected
                self.why = why
            }

            /// The Lab writes these bytes, then close_notify.
            init(_ name: String, raw: String, _ expected: Expected, why: String) {
                self.init(name, .raw(Array(raw.utf8)), expected, why: why)
            }
        }

        static let policy = PolicyHosts.policy
        static let limit = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        static let overLimit = limit + [UInt8(ascii: "x")]

        static let rows: [Row] = [
            Row("reply", .reply(body: policy), .body(policy), why: "the standard case"),
            Row(
                "chunked", .chunked(body: policy), .body(policy),
                why: "no length, whole all the same"),
            Row("empty-body", .reply(body: []), .body([]), why: "the judge says policy-empty"),
            Row("limit", .reply(body: limit), .body(limit), why: "exactly 64 KiB"),
            Row("limit-chunked", .chunked(body: limit), .body(limit), why: "exactly 64 KiB"),
            Row(
                "over", .reply(body: overLimit), .failure(.tooLarge(limitBytes: 65_536)),
                why: "announced one byte too many"),
            Row(
                "over-chunked", .chunked(body: overLimit), .failure(.tooLarge(limitBytes: 65_536)),
                why: "counted one byte too many"),
            Row(
                "oversize", .oversize(length: 10_000_000), .failure(.tooLarge(limitBytes: 65_536)),
                why: "refused by its header"),
            Row(
                "oversize-chunked", .oversizeChunked(length: 10_000_000),
                .failure(.tooLarge(limitBytes: 65_536)), why: "cut at the limit"),
            Row(
                "truncated", .truncated(body: policy), .failure(.brokenResponse(.truncated)),
                why: "half of the announced length"),
            Row(
                "truncated-chunked",
                raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nversi\r\n",
                .failure(.brokenResponse(.truncated)), why: "the last chunk did not come"),
            Row(
                "no-length", raw: "HTTP/1.1 200 OK\r\n\r\nversion: STSv1\n",
                .body(Array("version: STSv1\n".utf8)), why: "close_notify ends it in order"),
            Row(
                "http-1-0", raw: "HTTP/1.0 200 OK\r\n\r\nmode: none\n",
                .body(Array("mode: none\n".utf8)), why: "old, and still HTTP"),
            Row(
                "bad-chunk",
                raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nversion\r\n",
                .failure(.brokenResponse(.badChunk)), why: "a size that is no number"),
            Row(
                "chunk-after-good",
                raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nv\r\n-1\r\n",
                .failure(.brokenResponse(.badChunk)), why: "the second size is no number"),
            Row(
                "empty", .empty, .failure(.brokenResponse(.empty)), why: "closed without a byte"),
            Row(
                "half-header", raw: "HTTP/1.1 200 OK\r\nContent-Ty",
                .failure(.brokenResponse(.truncated)), why: "closed in the middle of the header"),
            Row(
                "switching", raw: "HTTP/1.1 101 Switching Protocols\r\n\r\nversion: STSv1\n",
                .status(101), why: "nobody asked for another protocol"),
            Row(
                "absurd-length",
                raw: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc",
                .failure(.tooLarge(limitBytes: 65_536)), why: "more than any number holds"),
            Row("reset", .reset, .failure(.connectionLost), why: "reset after the request"),
            Row(
                "endless", .endlessHeaders, .failure(.brokenResponse(.badHeader)),
                why: "header lines without end"),
            Row(
                "endless-line",
                raw: "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 200_000),
                .failure(.brokenResponse(.badHeader)), why: "one header line without end"),
            Row(
                "banner", raw: "220 mail.example ESMTP ready\r\n",
                .failure(.brokenResponse(.notHTTP)), why: "a mail server behind TLS"),
            Row(
                "http-0-9", raw: "version: STSv1\r\nmode: none\r\nmax_age: 1\r\n",
                .failure(.brokenResponse(.notHTTP)), why: "a body with no header is HTTP/0.9"),
            Row(
                "no-colon", raw: "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
                .failure(.brokenResponse(.badHeader)), why: "RFC 9112 §5: a field has a colon"),
            Row(
                "bad-length", raw: "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
                .failure(.brokenResponse(.badHeader)), why: "RFC 9110 §8.6: digits only"),
            Row(
                "interim",
                raw: "HTTP/1.1 103 Early Hints\r\nContent-Type: text/html\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nv",
                .body(Array("v".utf8)), why: "RFC 9110 §15.2: 1xx may come first"),
            Row(
                "interim-flood",
                raw: String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 10_000),
                .failure(.brokenResponse(.badHeader)), why: "1xx without end"),
            Row(
                "status-404", .reply(status: 404, body: policy), .status(404),
                why: "a policy in the body does not make up for it"),
            Row(
                "status-404-large", .reply(status: 404, body: overLimit), .status(404),
                why: "a large error page is a 404, not an oversize policy"),
            Row("status-500", .reply(status: 500, body: []), .status(500), why: "a whole response"),
            Row("status-202", .reply(status: 202, body: policy), .status(202), why: "not 200"),
            Row("status-204", .reply(status: 204, body: []), .status(204), why: "has no body"),
        ]

        @Test("faults and limits") func faults() async throws {
            let hosts = Dictionary(
                uniqueKeysWithValues: Self.rows.map {
                    ($0.name, HostBehaviour(response: $0.response))
                })
            try await Bench.run(hosts) { bench async throws in
                for row in Self.rows {
                    let fetch = try await bench.fetch(row.name)
                    switch row.expected {
                    case .body(let body):
                        #expect(fetch.response?.status == 200, "\(row.name): \(fetch.outcome)")
                        #expect(fetch.response?.body.bytes == body, "\(row.name): \(row.why)")
                        #expect(fetch.response?.body.digest == .sha256(body))
                    case .status(let status):
                        #expect(fetch.response?.status == status, "\(row.name): \(fetch.outcome)")
                        #expect(fetch.response?.body.bytes == [], "\(row.name): not kept")
                    case .failure(let failure):
                        #expect(fetch.failure == failure, "\(row.name): \(row.why)")
                    }
                    #expect(fetch.tlsVersion == "TLSv1.3", "\(row.name): the handshake was good")
                    #expect(fetch.chain.count == 2, "\(row.name): leaf and intermediate")
                }
            }
        }

        @Test(
            "a response unfinished at the deadline",
            arguments: [
                ResponseBehaviour.silence,
                // A byte a tenth of a second would keep any idle timeout from firing.
                .drip(intervalMilliseconds: 100, body: PolicyHosts.policy),
            ])
        func deadline(response: ResponseBehaviour) async throws {
            try await Bench.run(
                ["slow": HostBehaviour(response: response)],
                configuring: { $0.totalTimeout = .seconds(2) }
            ) { bench async throws in
                #expect(try await bench.fetch("slow").failure == .responseTimeout)
            }
        }

        @Test("a redirect is kept as evidence and never followed: one request")
        func redirect() async throws {
            let target = "https://\(PolicyHosts.name("target"))/.well-known/mta-sts.txt"
            let host = HostBehaviour(
                response: .reply(status: 301, extra: ["Location: \(target)"], body: []))
            try await Bench.run(["moved": host]) { bench async throws in
                let fetch = try await bench.fetch("moved")
                #expect(fetch.response?.status == 301)
                #expect(fetch.response?.location == target)
                #expect(bench.server.requests(for: PolicyHosts.name("moved")) == 1)
                #expect(bench.server.requests(for: PolicyHosts.name("target")) == 0)
            }
        }

        @Test("fields are kept as sent, without the space around them, and bounded")
        func fields() async throws {
            let long = String(repeating: "é", count: 1_000)
            let host = HostBehaviour(
                response: .reply(
                    status: 503, contentType: " text/plain ; charset=UTF-8\t",
                    extra: ["Content-Type: text/html", "Retry-After: 120", "LOCATION: \(long)"],
                    body: []))
            try await Bench.run(["fields": host]) { bench async throws in
                let response = try #require(try await bench.fetch("fields").response)
                #expect(response.contentType == "text/plain ; charset=UTF-8")
                #expect(response.retryAfter == "120")
                #expect(response.location == String(repeating: "é", count: 512))
            }
        }
    }
}
