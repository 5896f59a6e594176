import Foundation
import TLSReports
import Testing

/// Anybody can send mail to the address of a TLSRPT record.
@Suite("Hostile reports")
struct HostileTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var expected: [String]
        var why: String
        var testDescription: String { why }

        init(_ bytes: [UInt8], _ expected: String..., why: String) {
            self.bytes = bytes
            self.expected = expected
            self.why = why
        }

        init(_ text: String, _ expected: String..., why: String) {
            self.bytes = Array(text.utf8)
            self.expected = expected
            self.why = why
        }
    }

    @Test("refused, with the reason", .timeLimit(.minutes(6)), arguments: files + mails)
    func refused(row: Row) throws {
        let lines = try Reading.file(row.bytes).map(MailTests.line)
        #expect(lines == row.expected)
    }

    static let files: [Row] = [
        .init([], "it is empty", why: "no byte"),
        .init(" \n\r\n\t", "it is empty", why: "white space"),
        .init(
            String(repeating: "\n", count: 200_000) + Sample.report(), "r-1",
            why: "white space before the report, more than a buffer"),
        .init([0x00], "not in UTF-8", why: "a zero byte"),
        .init([0x1F, 0x8B], "a gzip file, but it is cut off", why: "the first bytes of gzip"),
        .init(
            [0x1F, 0x8B] + Array(repeating: 0xFF, count: 100),
            "a gzip file, but its data is damaged",
            why: "gzip of another method"),
        .init(
            Array(Gzip.stored(Array(Sample.report().utf8)).dropLast(1)),
            "a gzip file, but it is cut off", why: "a byte of the checksum is missing"),
        .init(
            Gzip.stored(Array(Sample.report().utf8)).dropLast(5) + [1, 2, 3, 4, 5],
            "a gzip file, but its data is damaged", why: "a wrong checksum"),
        .init(
            Gzip.stored(Array(Sample.report().utf8)) + Array("bye".utf8), "r-1 bytes-after-gzip",
            why: "something after gzip that is not part of it"),
        .init(
            Gzip.stored(Array(Sample.report().utf8)) + [0x0D, 0x0A, 0, 0], "r-1",
            why: "padding after gzip"),
        .init(
            Gzip.stored(Array(Sample.report().prefix(100).utf8))
                + Gzip.stored(Array(Sample.report().dropFirst(100).utf8)), "r-1",
            why: "two members are one text (RFC 1952 §2.2)"),
        .init(
            Gzip.stored(Gzip.stored(Array(Sample.report().utf8))),
            "neither JSON, gzip, mail nor mbox", why: "gzip within gzip"),
        .init(
            Gzip.bomb(of: UInt8(ascii: "{"), count: 30 << 20), "larger than 20 MiB",
            why: "200 kB that inflate to 30 MiB"),
        .init(
            Gzip.bomb(of: UInt8(ascii: "\n"), count: 30 << 20),
            "a gzip file, but its data is damaged", why: "the same of white space: read, not kept"),
        .init(
            [0x50, 0x4B, 3, 4, 20, 0], "a ZIP archive; a report is JSON or gzip (RFC 8460 §5.2)",
            why: "zip"),
        .init([0xFF, 0xFE, 0x7B, 0x00], "not in UTF-8", why: "UTF-16"),
        .init(
            Array(repeating: 0x80, count: 5_000), "neither JSON, gzip, mail nor mbox", why: "binary"
        ),
        .init(
            Array("{\"organization-name\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8),
            "report-id, date-range, policies missing", why: "broken UTF-8 does not hide the reason"),
        .init(
            Array(Sample.report(["contact-info": "\"?@x.example\""]).utf8)
                .map { $0 == UInt8(ascii: "?") ? 0xE9 : $0 }, "r-1 invalid-utf8",
            why: "Latin-1 in a text that is shown only"),
        .init(
            Sample.report(["contact-info": #""a\u0000b""#]), "r-1", why: "a zero byte in a text"),
        .init(
            Sample.report(["contact-info": #""a\ud800b""#]), "r-1 field-dropped contact-missing",
            why: "half a character (RFC 7493 §2.1)"),
        .init(
            "{\"a\":" + String(repeating: "[", count: 100_000),
            "JSON with too many values within each other",
            why: "arrays 100,000 deep"),
        .init(
            "{\"a\":" + String(repeating: "{\"a\":", count: 33) + "1"
                + String(repeating: "}", count: 34),
            "JSON with too many values within each other", why: "objects 34 deep"),
        .init(
            Sample.report(["x": "\"" + String(repeating: "[", count: 1_000) + "\""]), "r-1",
            why: "brackets in a text are no depth"),
        .init(
            Sample.report(["x": "\"\\\\\",\"y\":\"\\\"[[\""]), "r-1",
            why: "quotes and backslashes in a text"),
        .init(
            "{\"a\":[" + String(repeating: "0,", count: 1_000_001) + "0]}",
            "JSON with too many values",
            why: "a million numbers"),
        .init(
            String(repeating: "]", count: 1_000) + "{", "neither JSON, gzip, mail nor mbox",
            why: "closed before opened"),
        .init(
            "{" + String(repeating: "]", count: 1_000), "not JSON", why: "closed more than opened"),
        .init("{\"a\":\"", "not JSON", why: "ends in a text"),
        .init("{\"a\":\"\\", "not JSON", why: "ends after a backslash"),
        .init("{", "not JSON", why: "a bracket alone"),
        .init(
            "{" + (0..<50_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}",
            "organization-name, report-id, date-range, policies missing", why: "50,000 keys"),
        .init("From ", "no readable message", why: "the beginning of an mbox alone"),
        .init(
            "From x\n\nFrom a 1:23\n\nFrom b 4:56\n", "a mail without a TLS report",
            "a mail without a TLS report", "no readable message",
            why: "messages of nothing"),
    ]

    static let mails: [Row] = [
        .init(
            "To: " + String(repeating: "a:", count: 100_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "groups in groups: GMime recurses into each"),
        .init(
            "Subject: x\n\tTo: " + String(repeating: "a:", count: 100_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "the same in what looks like a folded line"),
        .init(
            "To: x" + String(repeating: "\n a:a:a:a:a:a:a:a:a:a:", count: 10_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "the same over many lines"),
        .init(
            "To: " + String(repeating: "(", count: 100_000) + "\n\nx",
            "a mail without a TLS report",
            why: "comments in comments"),
        .init(
            "Subject: x\n" + nested(900) + "\nx",
            "a message with too many parts within each other", why: "multiparts 900 deep"),
        .init(
            "Subject: x\n" + nested(100_000) + "\nx", "a message with too many parts",
            why: "multiparts 100,000 deep"),
        .init(
            "Subject: x\n" + String(repeating: "Content-Type: message/rfc822\n\n", count: 100_000),
            "a message with too many parts", why: "messages 100,000 deep"),
        .init(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + String(repeating: "--b\n\n", count: 100_000),
            "a message with too many parts", why: "100,000 parts"),
        .init(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + String(repeating: "--b\n\n", count: 5_000),
            "a message with too many parts", why: "5,000 parts: GMime may, we do not"),
        .init(
            "Content-Type: multipart/mixed\n\n--\n\n--\n\n", "a mail without a TLS report",
            why: "a multipart without a boundary"),
        .init(
            "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n--\n\n",
            "a mail without a TLS report", why: "an empty boundary"),
        .init(
            "Subject: x\n" + String(repeating: "a:b\n", count: 150_000) + "\nx",
            "a message with too many header fields, addresses or parameters",
            why: "150,000 header fields"),
        .init(
            "Content-Type: text/plain" + String(repeating: ";a=b", count: 150_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "150,000 parameters"),
        .init(
            "Cc: " + String(repeating: "a@b,", count: 150_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "150,000 addresses"),
        .init(
            "From: " + String(repeating: "a,", count: 90_000) + "\n\nx",
            "a message with too many header fields, addresses or parameters",
            why: "90,000 addresses: 180 KB that take GMime half a minute"),
        .init(
            "From: " + String(repeating: "a,", count: 5_000) + "\n\nx",
            "a mail without a TLS report", why: "5,000 addresses"),
        .init(
            SampleMail.mail([SampleMail.report("{" + String(repeating: "[", count: 1_000))]),
            "JSON with too many values within each other", why: "deep JSON in a mail"),
        .init(
            SampleMail.mail([
                .init(
                    "Content-Type: application/tlsrpt+gzip", "Content-Transfer-Encoding: base64",
                    body: Data(Gzip.bomb(of: UInt8(ascii: "{"), count: 30 << 20))
                        .base64EncodedString())
            ]), "larger than 20 MiB", why: "a bomb in a mail"),
        .init(
            SampleMail.mail([
                .init(
                    "Content-Type: application/tlsrpt+gzip", "Content-Transfer-Encoding: base64",
                    body: "H4sI****not base64****")
            ]), "a gzip file, but its data is damaged", why: "base64 that is none"),
        .init(
            "Subject: a\0b\nContent-Type: \0\n\n\0\0", "a mail without a TLS report",
            why: "zero bytes in a mail"),
        .init(
            Array("Subject: ".utf8) + [0xFF, 0xFE, 0x0A] + Array("From: ".utf8) + [
                0xC0, 0x0A, 0x0A,
            ],
            "a mail without a TLS report", why: "header fields in no charset at all"),
    ]

    private static func nested(_ depth: Int) -> String {
        (0..<depth).map { "Content-Type: multipart/mixed; boundary=\"b\($0)\"\n\n--b\($0)\n" }
            .joined()
    }

    @Test("a gzip file that expands beyond the ratio")
    func ratio() throws {
        var limits = TLSReportLimits()
        limits.gzipRatio = 100
        let bomb = Gzip.bomb(of: UInt8(ascii: "{"), count: 4 << 20)
        #expect(
            try Reading.file(bomb, limits: limits).map(MailTests.line)
                == ["a gzip file, but it expands too much to be a report"])
    }

    @Test("no bytes break the reader", .timeLimit(.minutes(6)), arguments: 0..<8)
    func broken(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let mail = SampleMail.mail([SampleMail.note, SampleMail.report()])
        let sound = [
            Array(Sample.report().utf8), Gzip.stored(Array(Sample.report().utf8)),
            Array(mail.utf8), Array("From a@b 12:34\n\(mail)\nFrom a@b 12:34\n\(mail)\n".utf8),
        ]
        let files = try Files()
        let path = files.path + "/file"
        for turn in 0..<100 {
            var bytes = sound[turn % sound.count]
            for _ in 0...random.next(below: 8) { Self.damage(&bytes, &random) }
            try Data(bytes).write(to: URL(filePath: path))
            // Any result is right; every one has its words.
            #expect(Reading.all([path]).allSatisfy { !$0.isEmpty })
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = random.next(below: bytes.count)
        let end = min(bytes.count, place + random.next(below: 64))
        switch random.next(below: 5) {
        case 0: bytes[place] = UInt8(random.next(below: 256))
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.removeSubrange(end...)
        default: bytes[place] ^= 1 << UInt8(random.next(below: 8))
        }
    }

    struct SplitMix {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((value ^ value >> 31) % UInt64(max(1, bound)))
        }
    }
}
