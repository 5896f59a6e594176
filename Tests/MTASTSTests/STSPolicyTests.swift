import MTASTS
import Testing

@Suite("Policy: RFC 8461 §3.2, what is valid")
struct STSPolicyTests {
    struct Row: Sendable {
        let text: String, mode: STSPolicy.Mode, maxAge: Int, mx: [String], why: String
        init(
            _ text: String, _ mode: STSPolicy.Mode = .enforce, maxAge: Int = 86400,
            mx: [String] = ["mx.example.com"], why: String
        ) {
            (self.text, self.mode, self.maxAge, self.mx, self.why) = (text, mode, maxAge, mx, why)
        }
    }

    static let base = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400"

    static let rows: [Row] = [
        .init(
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
                + "mx: backupmx.example.com\r\nmax_age: 604800\r\n",
            maxAge: 604_800, mx: ["mail.example.com", "*.example.net", "backupmx.example.com"],
            why: "the RFC's example"),
        .init(base, why: "no final line end"),
        .init(base + "\n", why: "one final LF"),
        .init(base + "\r\n", why: "one final CRLF"),
        .init(
            "version: STSv1\r\nmode: enforce\nmx: mx.example.com\r\nmax_age: 86400\n",
            why: "LF and CRLF mixed"),
        .init(
            "version:STSv1\nmode:\t enforce\nmx:mx.example.com\nmax_age:86400",
            why: "*WSP behind the colon"),
        .init(
            "version: STSv1 \nmode: enforce\t\nmx: mx.example.com \t\nmax_age: 86400  \n",
            why: "*WSP at the end of a line"),
        .init(
            "max_age: 86400\nmx: mx.example.com\nmode: enforce\nversion: STSv1", why: "any order"),
        .init("version: STSv1\nmode: none\nmax_age: 86400", .none, mx: [], why: "none needs no mx"),
        .init(
            "version: STSv1\nmode: none\nmx: mx.example.com\nmax_age: 86400", .none,
            why: "none may have mx"),
        .init(
            "version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 0", .testing, maxAge: 0,
            why: "max_age is non-negative"),
        .init(
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 0000000060", maxAge: 60,
            why: "1*10(DIGIT) has leading zeros"),
        .init(
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 31557600",
            maxAge: 31_557_600, why: "the maximum"),
        .init(base + "\nx-report: a  b:c # d\u{E9}\u{1F4E7}", why: "VCHAR, SP and UTF-8"),
        .init(base + "\nMode: none", why: "names are case-sensitive: an unknown field"),
        .init(base + "\nnote: </p> v=STSv1", why: "what looks like HTML decides nothing"),
        .init(base + "\n" + String(repeating: "n", count: 32) + ": v", why: "32 of a field name"),
        .init(
            "version: STSv1\nmode: enforce\nmx: MX.example.com\nmax_age: 86400",
            why: "names ignore case"),
        .init(
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmx: mx.example.com\nmax_age: 1",
            maxAge: 1, mx: ["mx.example.com", "mx.example.com"], why: "mx may repeat"),
        .init(
            "version: STSv1\nmode: enforce\nmx: *.com\nmax_age: 1", maxAge: 1, mx: ["*.com"],
            why: "a wildcard on a TLD"),
    ]

    @Test("valid", arguments: rows)
    func reads(row: Row) throws {
        let reading = STSPolicyReading.read(bytes(row.text))
        #expect(reading.problems == [], "\(row.why)")
        let policy = try #require(reading.policy, "\(row.why)")
        #expect(policy.mode == row.mode, "\(row.why)")
        #expect(policy.maxAge == row.maxAge, "\(row.why)")
        #expect(policy.mx.map(\.description) == row.mx, "\(row.why)")
    }

    @Test("valid, and worth a word")
    func notFatal() throws {
        let twice = STSPolicyReading.read(bytes(Self.base + "\nmode: enforced\nversion: STSv2"))
        #expect(twice.policy?.mode == .enforce, "RFC 8461 §3.2: later entries are ignored")
        #expect(twice.problems.map(\.kind) == [.duplicateField, .duplicateField])
        #expect(twice.problems.map(\.line) == [5, 6])
        let address = STSPolicyReading.read(
            bytes("version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 86400"))
        #expect(address.policy?.mx.count == 1, "the grammar takes an IPv4 address for a Domain")
        #expect(address.problems.map(\.kind) == [.mxInvalid(.ipLiteral)])
    }

    @Test("harmless problems never hide a policy, however many they are")
    func manyDuplicates() {
        let text = Self.base + String(repeating: "\nmode: none", count: 500)
        let reading = STSPolicyReading.read(bytes(text))
        #expect(reading.policy?.mode == .enforce)
        #expect(reading.problems.count == ProblemLimit.count)
        let broken = STSPolicyReading.read(bytes(text + "\njunk"))
        #expect(broken.policy == nil, "a fatal problem beyond the list still counts")
    }

    @Test("reading what was printed gives the same policy")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 604_800)
        for _ in 0..<500 {
            let mode = try #require(STSPolicy.Mode.allCases.randomElement(using: &generator))
            let hosts = try (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                try MXPattern((Bool.random(using: &generator) ? "*." : "") + generator.domain())
            }
            let maxAge = Int.random(in: 0...STSPolicy.maximumMaxAge, using: &generator)
            let made = try #require(STSPolicy(mode: mode, maxAge: maxAge, mx: hosts))
            let extra =
                "x\(generator.label()): a" + generator.text(0...9, of: "aZ09 :#é~") + "z\r\n"
            let read = STSPolicyReading.read(bytes(made.text))
            #expect(read.policy == made && read.problems.isEmpty)
            let extended = try #require(STSPolicyReading.read(bytes(made.text + extra)).policy)
            #expect(STSPolicyReading.read(bytes(extended.text)).policy == extended)
        }
    }

    @Test("a policy within the rules only")
    func construction() throws {
        let mx = try MXPattern("mx.example.com")
        #expect(
            STSPolicy(mode: .enforce, maxAge: 0, mx: [mx])?.pattern(covering: "MX.example.com")
                == mx)
        #expect(STSPolicy(mode: .enforce, maxAge: -1, mx: [mx]) == nil)
        #expect(STSPolicy(mode: .enforce, maxAge: 31_557_601, mx: [mx]) == nil)
        #expect(STSPolicy(mode: .testing, maxAge: 1, mx: []) == nil)
        #expect(STSPolicy(mode: .none, maxAge: 1, mx: []) != nil)
    }
}
