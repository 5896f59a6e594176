import Audit
import Testing

@Suite("Lint: what is not published yet, by the rules of the audit")
struct LintTests {
    struct TextRow: CustomTestStringConvertible, Sendable {
        var texts: [String]
        var isValid: Bool
        var causes: [Cause]
        var why: String

        init(_ texts: [String], _ isValid: Bool, _ why: String, _ causes: [Cause] = []) {
            self.texts = texts
            self.isValid = isValid
            self.causes = causes
            self.why = why
        }

        var bytes: [[UInt8]] { texts.map { Array($0.utf8) } }
        var testDescription: String { why }
    }

    static let records: [TextRow] = [
        TextRow(["v=STSv1; id=abc;"], true, "sound"),
        TextRow(
            ["v=STSv1 ; id=abc"], true, "alone, the grammar decides", [.recordSenderDisagreement]),
        TextRow(
            ["v=STSv1; id=abc; id=x-y"], true, "the first id counts", [.recordSenderDisagreement]),
        TextRow(
            ["v=spf1 -all", "v=STSv1; id=a"], true, "advice",
            [.recordUnrelatedText, .recordSenderDisagreement]),
        TextRow(
            ["v=STSv1; id=a", "v=STSv1; id=b"], false, "two",
            [.recordMultiple, .recordSenderDisagreement]),
        TextRow(["v=STSv2; id=a"], false, "another version", [.recordVersion]),
        TextRow(["hello"], false, "no STS record at all", [.recordVersion]),
        TextRow([""], false, "an empty text", [.recordVersion]),
        TextRow(["hello", "world"], false, "none of several", [.recordVersion]),
        TextRow(
            ["v=STSv1; id=a-b"], false, "a bad id", [.recordIDInvalid, .recordSenderDisagreement]),
        TextRow(["v=STSv1"], false, "no id", [.recordIDMissing]),
    ]

    @Test("record", arguments: records)
    func record(_ row: TextRow) {
        let linted = Lint().record(row.bytes)
        #expect(linted.isValid == row.isValid)
        #expect((linted.id != nil) == row.isValid)
        #expect(linted.findings.map(\.cause) == row.causes)
    }

    static let reports: [TextRow] = [
        TextRow(["v=TLSRPTv1; rua=mailto:a@example.com"], true, "sound"),
        TextRow(["v=TLSRPTv1; rua=mailto:not-an-email"], true, "a valid URI"),
        TextRow(
            ["hello", "v=TLSRPTv1; rua=https://example.com/r"], true, "the other is discarded"),
        TextRow(["v=TLSRPTv1; rua=a@example.com"], false, "no scheme", [.tlsrptRUAInvalid]),
        TextRow(["v=TLSRPTv1;"], false, "no rua", [.tlsrptSyntax]),
        TextRow(["hello"], false, "no TLSRPT record at all", [.tlsrptSyntax]),
    ]

    @Test("tlsrpt", arguments: reports)
    func tlsrpt(_ row: TextRow) {
        let linted = Lint().tlsrpt(row.bytes)
        #expect(linted.isValid == row.isValid)
        #expect(linted.rua.isEmpty != row.isValid)
        #expect(linted.findings.map(\.cause) == row.causes)
    }

    struct PolicyRow: CustomTestStringConvertible, Sendable {
        var text: String
        var mode: String?
        var causes: [Cause]
        var why: String

        var testDescription: String { why }
    }

    static let policies: [PolicyRow] = [
        PolicyRow(text: Sound.policy, mode: "enforce", causes: [], why: "sound"),
        PolicyRow(
            text: Sound.policy(mode: "mode: testing"), mode: "testing", causes: [.modeTesting],
            why: "advice leaves it valid"),
        PolicyRow(
            text: Sound.policy(mx: ["mx: *.com"], maxAge: "max_age: 0"), mode: "enforce",
            causes: [.policyMaxAgeZero, .mxPatternTooBroad, .policySenderDisagreement],
            why: "warnings leave it valid"),
        PolicyRow(
            text: Sound.policy(mx: ["mx: mx.example.net."], maxAge: "max_age: 1d"), mode: nil,
            causes: [.policyMXInvalid, .policyMaxAgeInvalid, .policySenderDisagreement],
            why: "errors by line"),
        PolicyRow(text: "", mode: nil, causes: [.policyEmpty], why: "an empty file"),
    ]

    @Test("policy", arguments: policies)
    func policy(_ row: PolicyRow) {
        let linted = Lint().policy(Array(row.text.utf8))
        #expect(linted.isValid == (row.mode != nil))
        #expect(linted.mode == row.mode)
        #expect((linted.maxAge != nil) == linted.isValid)
        #expect(linted.mx.isEmpty != linted.isValid)
        #expect(linted.findings.map(\.cause) == row.causes)
    }

    struct MXRow: CustomTestStringConvertible, Sendable {
        var host: String
        /// Nil: no policy was given.
        var policy: String?
        var pattern: String?
        var isSound: Bool
        var why: String

        var testDescription: String { why }
    }

    static let wildcard = Sound.policy(mx: ["mx: *.example.net", "mx: mx1.example.net"])

    static let hosts: [MXRow] = [
        MXRow(
            host: "mx1.example.net", policy: Sound.policy, pattern: "mx1.example.net",
            isSound: true, why: "named"),
        MXRow(
            host: "MX1.Example.NET.", policy: wildcard, pattern: "*.example.net", isSound: true,
            why: "as a person writes it; the first pattern is told"),
        MXRow(
            host: "a.b.example.net", policy: wildcard, pattern: nil, isSound: false,
            why: "two labels"),
        MXRow(
            host: "example.net", policy: wildcard, pattern: nil, isSound: false, why: "no label"),
        MXRow(
            host: "mx1.example.net", policy: "rubbish", pattern: nil, isSound: false,
            why: "an unusable policy covers nothing"),
        MXRow(
            host: "mx1.example.net", policy: Sound.policy(mode: "mode: none"),
            pattern: "mx1.example.net", isSound: true, why: "mode none, and the pattern is there"),
        MXRow(
            host: "mx1.example.net", policy: nil, pattern: nil, isSound: true,
            why: "no policy to compare with"),
        MXRow(host: "192.0.2.1", policy: nil, pattern: nil, isSound: false, why: "no host name"),
        MXRow(
            host: "mx_1.example.net", policy: nil, pattern: nil, isSound: false, why: "underscore"),
    ]

    @Test("mx", arguments: hosts)
    func mx(_ row: MXRow) throws {
        let lint = Lint()
        let policy = row.policy.map { lint.policy(Array($0.utf8)) }
        let linted = try #require(lint.mx([row.host], against: policy).first)
        #expect(linted.host == row.host)
        #expect(linted.pattern == row.pattern)
        #expect(linted.isCovered == (row.pattern != nil))
        #expect(linted.isSound == row.isSound)
    }
}
