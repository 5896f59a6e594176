import Audit
import MTASTS
import Testing

@Suite("Sender panel: who decides otherwise, and why")
struct SenderPanelTests {
    static let soundTexts: [(String, String)] = [
        (
            Sound.policy,
            "two MX, CRLF"
        ),
        ("version: STSv1\nmode: enforce\nmx: a.example\nmx: b.example\nmax_age: 604800\n", "LF"),
        ("version: STSv1\nmode: testing\nmx: *.a.example\nmax_age: 86400", "no final line end"),
        ("version:STSv1\r\nmode:\tenforce \r\nmx:a.example\t\r\nmax_age:  1 \r\n", "white space"),
        ("max_age: 31557600\nmx: A.EXAMPLE\nmode: enforce\nversion: STSv1\n", "other order"),
        (
            "version: STSv1\nmode: none\nmx: a.example\nmax_age: 86400\n",
            "the way out; whoever has no use for none cannot be helped by any text"
        ),
        (
            "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 60\nnote: all is well\n",
            "an extension"
        ),
        ("version: STSv1\nmode: enforce\nmx: *.com\nmax_age: 0000604800\n", "broad, and zeros"),
    ]

    @Test("sound policies give no finding, and no sender is in the way", arguments: soundTexts)
    func soundPolicy(text: String, why: String) {
        let body = Array(text.utf8)
        let findings = Lint().policy(body).findings.map(\.cause)
        #expect(!findings.contains(.policySenderDisagreement))
        for type in ["text/plain", "text/plain; charset=utf-8", "text/plain;charset=us-ascii"] {
            let panel = SenderPanel(
                records: nil, policy: ServedPolicy(body: body, contentType: type))
            #expect(panel.policyDisagreement == nil, "\(why)")
        }
    }

    @Test(
        "sound records give no finding, and no sender is in the way",
        arguments: [
            "v=STSv1; id=20160831085700Z;", "v=STSv1;id=a", "v=STSv1;\tid=abc\t;",
            "v=STSv1; id=a; note=two.words;", "v=STSv1;id=0123456789abcdef0123456789ABCDEF",
        ])
    func soundRecord(text: String) {
        let records = [Array(text.utf8)]
        #expect(Lint().record(records).findings.isEmpty)
        #expect(SenderPanel(records: records, policy: nil).recordDisagreement == nil)
    }

    /// What the judge passes over without reading it a second time has to be undisputed.
    @Test("any policy of the four fields is undisputed", arguments: 0..<200)
    func canonical(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        let ends = ["\n", "\r\n"]
        let spaces = ["", " ", "\t", "  "]
        let mode = try #require(["enforce", "testing"].randomElement(using: &random))
        var lines = [
            "version:", "STSv1", "mode:", mode, "max_age:",
            String(Int.random(in: 1...31_557_600, using: &random)),
        ]
        for index in 0...Int.random(in: 0...5, using: &random) {
            lines += [
                "mx:", Bool.random(using: &random) ? "*.h\(index).example" : "H-\(index).example",
            ]
        }
        var fields = stride(from: 0, to: lines.count, by: 2).map { (lines[$0], lines[$0 + 1]) }
        fields.shuffle(using: &random)
        var text = ""
        for (name, value) in fields {
            text += name + (spaces.randomElement(using: &random) ?? "") + value
            text += (spaces.randomElement(using: &random) ?? "")
            text += (ends.randomElement(using: &random) ?? "\n")
        }
        let panel = SenderPanel(records: nil, policy: ServedPolicy(body: Array(text.utf8)))
        #expect(panel.strictPolicy != .ignores)
        #expect(panel.rows.filter(\.differs).map(\.sender.name) == [], "\(text)")
    }

    @Test("hostile texts are read to their end by every sender", arguments: 0..<100)
    func hostile(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let parts: [String] = [
            "version", "STSv1", "mode", "none", "enforce", "max_age", "mx", ":", ":", "\n", "\r",
            "\r\n", " ", "\t", "\u{FEFF}", "\u{A0}", "\u{0}", "*", ".", "9", "-", "+", "_", "0x",
            "1e999", "99999999999999999999", "v=STSv1", "id", "=", ";", "\"", "\u{E9}", "|",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...400, using: &random) {
            bytes += Array((parts.randomElement(using: &random) ?? "").utf8)
            if Int.random(in: 0..<40, using: &random) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            }
        }
        let panel = SenderPanel(records: [bytes, bytes], policy: ServedPolicy(body: bytes))
        #expect(panel.rows.count == SenderProfile.all.count)
        _ = panel.lines
    }

    @Test("the greatest texts stay cheap", .timeLimit(.minutes(6)))
    func greatest() {
        for piece in [
            "\n", ":", "a", "mx:\n", "mode: enforce\n", " \n", "\u{A0}", "max_age:9", ";", "=",
        ] {
            let count = 65_536 / piece.utf8.count
            let bytes = Array(String(repeating: piece, count: count).utf8)
            let panel = SenderPanel(records: [bytes], policy: ServedPolicy(body: bytes))
            #expect(panel.rows.allSatisfy { $0.outcome == .ignores })
        }
    }

    struct DetailRow: CustomTestStringConvertible, Sendable {
        var policy: String
        var contentType = "text/plain"
        var says: String?
        var why: String
        var testDescription: String { why }
    }

    static let details: [DetailRow] = [
        DetailRow(
            policy: Sound.policy(extra: ["mx: 192.0.2.1"]),
            says: "strictly valid, but postfix-tlspol ignores it "
                + "(an mx value is no host name to it)", why: "one sender"),
        DetailRow(
            policy: Sound.policy(mode: "mode: none", mx: []),
            says: "strictly valid, but chasquid and Stalwart ignore it (it finds no mx)",
            why: "two senders; the one that never takes none is left out"),
        DetailRow(
            policy: Sound.policy(version: nil),
            says: "strictly invalid, but Stalwart and Mimecast mta-sts enforce it",
            why: "a tolerance has no reason of its own"),
        DetailRow(
            policy: Sound.policy(extra: ["mode: testing"]),
            says: "strictly valid, but postfix-mta-sts-resolver, maddy, chasquid, Stalwart and "
                + "Halon test it (another of the repeated fields counts); "
                + "KumoMTA ignores it (a field is repeated)", why: "two groups"),
        DetailRow(
            policy: Sound.policy(mode: nil), says: nil,
            why: "who reads mode none where there is none protects nobody either"),
        DetailRow(
            policy: "<!DOCTYPE html><html><body>Hi: there</body></html>", says: nil,
            why: "nobody takes a web page"),
    ]

    @Test("the finding's detail", arguments: details)
    func detail(row: DetailRow) {
        let panel = SenderPanel(
            records: nil,
            policy: ServedPolicy(body: Array(row.policy.utf8), contentType: row.contentType))
        #expect(panel.policyDisagreement == row.says)
    }

    @Test("the record's detail")
    func recordDetail() {
        func says(_ texts: String...) -> String? {
            SenderPanel(records: texts.map { Array($0.utf8) }, policy: nil).recordDisagreement
        }
        #expect(says("v=STSv1; id=1;") == nil)
        #expect(
            says("v=STSv1 ; id=1;")
                == "strictly valid, but chasquid, Halon and mailpiece ignore it "
                + "(it finds no record that begins as it expects)")
        #expect(
            says("id=1; v=STSv1")
                == "strictly invalid, but maddy, KumoMTA, Stalwart and Mimecast mta-sts use it")
        #expect(
            says("v=STSv1; id=1", "x=1")
                == "strictly valid, but maddy ignores it (there is other text beside the record); "
                + "KumoMTA ignores it (it reads all text at the name as one record)")
    }

    @Test("one line a sender")
    func lines() {
        let panel = SenderPanel(
            records: [Array("v=STSv1; id=1; id=2".utf8)],
            policy: ServedPolicy(
                body: Array(Sound.policy(maxAge: "max_age: 0").utf8), contentType: "text/plain"))
        #expect(
            panel.lines == [
                "postfix-mta-sts-resolver  enforces", "postfix-tlspol            enforces",
                "mox                       ignores (record: the id is repeated)",
                "maddy                     enforces",
                "chasquid                  ignores (max_age is out of its range)",
                "KumoMTA                   enforces", "Stalwart                  enforces",
                "Halon                     enforces", "Mimecast mta-sts          enforces",
                "mailauth                  enforces", "mailauth (strict)         enforces",
                "mailpiece                 ignores (record: the id is repeated)",
            ])
        let recordOnly = SenderPanel(records: [Array("v=STSv1".utf8)], policy: nil)
        #expect(Set(recordOnly.rows.map(\.outcome)) == [.ignores])
        let found = SenderPanel(records: [Array("v=STSv1; id=1".utf8)], policy: nil)
        #expect(found.lines.first == "postfix-mta-sts-resolver  finds the record")
    }
}

/// A generator whose numbers depend on the seed alone.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
