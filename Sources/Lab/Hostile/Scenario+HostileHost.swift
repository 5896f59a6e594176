/// Policy hosts that do harm in TLS and in HTTP (RFC 8461 §3.3).
extension Scenario {
    static let hostileTLS: [Scenario] = [
        .sound("hostile-tls-names-3000", why: "a certificate of 85 KB is a certificate") {
            $0.host.handshake = .certificate(CertificateRecipe(furtherNames: 3_000))
        },
        tls(
            "hostile-tls-names-16000", .certificate(CertificateRecipe(furtherNames: 16_000)),
            "440 KB: above what OpenSSL takes for a chain"),
        .sound("hostile-tls-chain-100", why: "a hundred certificates that lead nowhere") {
            $0.host.handshake = .certificate(CertificateRecipe(strayCertificates: 100))
        },
        tls(
            "hostile-tls-chain-300", .certificate(CertificateRecipe(strayCertificates: 300)),
            "above what OpenSSL takes for a chain"),
        .fault(
            "hostile-tls-drip", .unmeasured, ["policy-tls-timeout"], cost: .blackHole,
            why: "a ServerHello at a byte a second"
        ) {
            $0.host.handshake = .torrent(
                Torrent(
                    record(.handshake, length: 16_000), repeated: [0], intervalMilliseconds: 1_000))
        },
        tls(
            "hostile-tls-oversized-record",
            .torrent(
                Torrent(
                    record(.handshake, length: 65_535),
                    repeated: [UInt8](repeating: 2, count: 4_096))
            ), "a record of 64 KiB (RFC 8446 §5.1: 16 KiB)"),
        tls(
            "hostile-tls-huge-message",
            .torrent(
                Torrent(
                    [], repeated: record(.handshake, [2, 0xFF, 0xFF, 0xFF] + zeros(16_380)))),
            "a ServerHello of 16 MB"),
        tls(
            "hostile-tls-hello-requests",
            .torrent(Torrent([], repeated: many(record(.handshake, [0, 0, 0, 0])))),
            "HelloRequest without end, which OpenSSL passes over"),
        tls(
            "hostile-tls-warnings", .torrent(Torrent([], repeated: many(record(.alert, [1, 90])))),
            "warnings without end"),
        tls(
            "hostile-tls-cipher-changes",
            .torrent(Torrent([], repeated: many(record(.changeCipher, [1])))),
            "ChangeCipherSpec without end"),
        tls(
            "hostile-tls-empty-records",
            .torrent(Torrent([], repeated: many(record(.handshake, [])))), "records of no bytes"),
        tls(
            "hostile-tls-noise",
            .torrent(
                Torrent([], repeated: (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167) })),
            "noise without end"),
        broken(
            "hostile-tls-tickets", handshake: .afterwards(.tickets),
            "session tickets without end, and no response"),
        broken(
            "hostile-tls-key-updates", handshake: .afterwards(.keyUpdates),
            "new keys without end, and no response"),
        tls(
            "hostile-tls-renegotiation", .afterwards(.renegotiation),
            "TLS 1.2: another handshake for the request"),
    ]

    static let hostileHTTP: [Scenario] = [
        broken(
            "hostile-http-line-64k",
            head + "X: " + String(repeating: "x", count: 65_536) + "\r\n\r\n",
            "a header line of 64 KiB"),
        broken(
            "hostile-http-line-endless", head + "X: ",
            repeated: String(repeating: "x", count: 4_096),
            "a header line without end"),
        broken(
            "hostile-http-fields-100000", head, repeated: String(repeating: "A: b\r\n", count: 500),
            "more fields than anybody reads"),
        broken(
            "hostile-http-interim-endless", "",
            repeated: String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 100),
            "100 without end"),
        broken(
            "hostile-http-interim-fields", "",
            repeated: "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "103 with fields"),
        broken(
            "hostile-http-status-line-endless", "HTTP/1.1 200 ",
            repeated: String(repeating: "O", count: 4_096), "a reason without end"),
        broken("hostile-http-version-9", "HTTP/9.9 200 OK\r\n\r\n", "a version that is none"),
        broken("hostile-http-status-long", "HTTP/1.1 2000 OK\r\n\r\n", "a status of four digits"),
        broken(
            "hostile-http-nul", head + "Content-Type: text\u{0}/plain\r\n\r\n", "NUL in a field"),
        .fault(
            "hostile-http-header-drip", .ineffective, ["policy-response-timeout"],
            cost: .blackHole, why: "a header at a byte a second"
        ) {
            $0.host.response = .torrent(
                Torrent(head, repeated: "X: y\r\n", intervalMilliseconds: 1_000))
        },
        tooLarge(
            "hostile-http-body-endless", head + "\r\n",
            repeated: String(repeating: "# no end\r\n", count: 400), "neither length nor end"),
        tooLarge(
            "hostile-http-length-largest", head + "Content-Length: 18446744073709551615\r\n\r\n",
            repeated: "x", "an announced length beyond any number"),
        tooLarge(
            "hostile-http-chunk-largest",
            chunkedHead + "7FFFFFFFFFFFFFFF\r\n", repeated: String(repeating: "x", count: 4_096),
            "a chunk of eight exabytes"),
        broken(
            "hostile-http-chunk-overflow", chunkedHead + "FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n",
            "a size of 17 digits"),
        broken("hostile-http-chunk-negative", chunkedHead + "-5\r\nhello\r\n0\r\n\r\n", "-5 bytes"),
        broken(
            "hostile-http-chunk-zeros", chunkedHead, repeated: String(repeating: "0", count: 4_096),
            "a size of zeros without end"),
        broken(
            "hostile-http-chunk-extension", chunkedHead + "5;",
            repeated: String(repeating: "a=b;", count: 1_000), "a chunk extension without end"),
        broken(
            "hostile-http-trailers", chunkedHead + "0\r\n",
            repeated: String(repeating: "T: u\r\n", count: 500), "trailers without end"),
        broken(
            "hostile-http-chunk-unended", chunkedHead + "5\r\nhelloworld\r\n0\r\n\r\n",
            "a chunk that goes on behind its size"),
        broken(
            "hostile-http-length-short", head + "Content-Length: 4000\r\n\r\nversion: STSv1\r\n",
            "closed before the announced length"),
        .sound("hostile-http-length-long", why: "what follows the announced length is not read") {
            $0.mx = providerMX
            $0.host.response = .torrent(
                Torrent(
                    head + "Content-Length: \(fixedBody.utf8.count)\r\n\r\n" + fixedBody,
                    repeated: "mx: evil.example\r\n"))
        },
        .sound("hostile-http-chunked-garbage", why: "what follows the last chunk is not read") {
            $0.mx = providerMX
            $0.host.response = .torrent(
                Torrent(
                    chunkedHead + chunk(fixedBody)
                        + "0\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n"))
        },
        .fault(
            "hostile-http-challenge", .ineffective, ["policy-status"],
            why: "no password is sent, and the request is not repeated"
        ) {
            $0.host.response = .reply(
                status: 401, extra: ["WWW-Authenticate: Basic realm=\"x\""], body: [])
        },
        .fault(
            "hostile-http-redirect-inward", .ineffective, ["policy-redirected"],
            why: "an address of a cloud's metadata service"
        ) {
            $0.host.response = .reply(
                status: 302, extra: ["Location: http://169.254.169.254/latest/meta-data/"],
                body: [])
        },
        .fault(
            "hostile-http-gzip", .ineffective, ["policy-not-a-policy"],
            why: "packed, and nobody asked for it"
        ) {
            $0.host.response = .reply(extra: ["Content-Encoding: gzip"], body: gzipBytes)
        },
        broken(
            "hostile-http-transfer-gzip",
            head + "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "a transfer coding that nobody asked for"),
    ]

    // MARK: - Pieces

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    private static let chunkedHead = head + "Transfer-Encoding: chunked\r\n\r\n"
    /// A policy that is as long at every domain, for `providerMX`.
    private static let fixedBody = String(
        decoding: PolicyText(mx: ["mx: *.provider.example"]).bytes, as: UTF8.self)
    /// The beginning of a gzip file that promises much.
    private static let gzipBytes: [UInt8] =
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3] + [UInt8](repeating: 0xAA, count: 600)

    private static func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    /// RFC 8446 §5.1.
    enum RecordType: UInt8 {
        case changeCipher = 20
        case alert = 21
        case handshake = 22
    }

    static func record(_ type: RecordType, length: UInt16) -> [UInt8] {
        [type.rawValue, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)]
    }

    static func record(_ type: RecordType, _ bytes: [UInt8]) -> [UInt8] {
        record(type, length: UInt16(clamping: bytes.count)) + bytes
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// So many that a record costs no system call of its own.
    static func many(_ bytes: [UInt8]) -> [UInt8] {
        Array(repeatElement(bytes, count: 4_096 / bytes.count).joined())
    }

    private static func tls(
        _ name: String, _ handshake: HandshakeBehaviour, _ why: String
    ) -> Scenario {
        .fault(name, .ineffective, ["policy-tls-failed"], why: why) {
            $0.host.handshake = handshake
        }
    }

    private static func broken(
        _ name: String, handshake: HandshakeBehaviour, _ why: String
    ) -> Scenario {
        .fault(name, .ineffective, ["policy-response-broken"], why: why) {
            $0.host.handshake = handshake
        }
    }

    private static func broken(
        _ name: String, _ head: String, repeated: String = "", _ why: String
    ) -> Scenario {
        .fault(name, .ineffective, ["policy-response-broken"], why: why) {
            $0.host.response = .torrent(Torrent(head, repeated: repeated))
        }
    }

    private static func tooLarge(
        _ name: String, _ head: String, repeated: String, _ why: String
    ) -> Scenario {
        .fault(name, .ineffective, ["policy-too-large"], why: why) {
            $0.host.response = .torrent(Torrent(head, repeated: repeated))
        }
    }
}
