import MTASTS
import Testing

@Suite("TLSRPT record: RFC 8460 §3")
struct TLSRPTRecordTests {
    struct Sound: Sendable {
        let text: String, rua: [String], why: String
        init(_ text: String, _ rua: String..., why: String) {
            (self.text, self.rua, self.why) = (text, rua, why)
        }
    }

    static let sound: [Sound] = [
        .init(
            "v=TLSRPTv1;rua=mailto:reports@example.com", "mailto:reports@example.com",
            why: "the RFC's example"),
        .init(
            "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt;",
            "https://reporting.example.com/v1/tlsrpt", why: "https, last ; optional"),
        .init("v=TLSRPTv1 ; rua=mailto:a@example.com", "mailto:a@example.com", why: "WSP before ;"),
        .init(
            "v=TLSRPTv1;rua=mailto:a@e.example , https://e.example:8443/r?a=b#c",
            "mailto:a@e.example", "https://e.example:8443/r?a=b#c", why: "WSP around the comma"),
        .init(
            "v=TLSRPTv1; rua=mailto:a@e.example; rua=mailto:b@e.example", "mailto:a@e.example",
            "mailto:b@e.example", why: "several rua fields"),
        .init("v=TLSRPTv1; x=y; rua=mailto:a@e.example", "mailto:a@e.example", why: "any order"),
        .init("v=TLSRPTv1; rua=mailto:a%2Cb@e.example", "mailto:a%2Cb@e.example", why: "encoded"),
        .init("v=TLSRPTv1; rua=mailto:not-an-email", "mailto:not-an-email", why: "a URI"),
        .init("v=TLSRPTv1; rua=https://localhost/r", "https://localhost/r", why: "one label"),
        .init("v=TLSRPTv1; rua=https://com", "https://com", why: "no path"),
        .init("v=TLSRPTv1; rua=https://[2001:db8::1]/r", "https://[2001:db8::1]/r", why: "IPv6"),
        .init(
            "v=TLSRPTv1; rua=https://u:p@e.example/r", "https://u:p@e.example/r", why: "userinfo"),
        .init(
            "v=TLSRPTv1; rua=MAILTO:a@e.example", "MAILTO:a@e.example",
            why: "RFC 3986 §3.1: schemes ignore case"),
    ]

    @Test("sound records", arguments: sound)
    func reads(row: Sound) throws {
        let reading = TLSRPTRecord.parse(row.text.utf8)
        #expect(reading.problems.isEmpty, "\(row.why)")
        let record = try #require(reading.record, "\(row.why)")
        #expect(record.rua == row.rua, "\(row.why)")
        #expect(TLSRPTRecord.parse(record.text.utf8).record == record, "round trip")
    }

    struct Broken: Sendable {
        let text: String, problems: [TLSRPTRecordProblem.Kind], why: String
        init(_ text: String, _ problems: TLSRPTRecordProblem.Kind..., why: String) {
            (self.text, self.problems, self.why) = (text, problems, why)
        }
    }

    static let broken: [Broken] = [
        .init("v=TLSRPTv2;rua=mailto:a@e.example", .version(.other), why: "version"),
        .init("v=tlsrptv1; rua=mailto:a@e.example", .version(.wrongCase), why: "%s"),
        .init(" v=TLSRPTv1;rua=mailto:a@e.example", .version(.leadingWhiteSpace), why: "begin"),
        .init("v=TLSRPTv1=TLSRPTv1", .version(.other), why: "not a version"),
        .init("rua=mailto:a@e.example", .version(.missing), why: "no version"),
        .init("rua=mailto:a@e.example; v=TLSRPTv1", .version(.notFirst), why: "not first"),
        .init("v=TLSRPTv1", .ruaMissing, why: "rua is required"),
        .init("v=TLSRPTv1; ", .ruaMissing, why: "rua is required"),
        .init("v=TLSRPTv1;ruf=mailto:a@e.example", .ruaMissing, why: "a field of DMARC"),
        .init("v=TLSRPTv1;RUA=mailto:a@e.example", .ruaMissing, why: "names are case-sensitive"),
        .init("v=TLSRPTv1; rua=", .ruaInvalid(.empty), why: "no URI"),
        .init("v=TLSRPTv1; rua=mailto:a@e.example,", .ruaInvalid(.empty), why: "final comma"),
        .init("v=TLSRPTv1; rua=a@e.example", .ruaInvalid(.noScheme), why: "a bare address"),
        .init(
            "v=TLSRPTv1; rua=mailto;a@e.example", .ruaInvalid(.noScheme),
            why: "; for : is one mistake"),
        .init(
            "v=TLSRPTv1; rua=mailto:a@e.example,ruf=mailto:b@e.example", .ruaInvalid(.noScheme),
            why: "a field within the list"),
        .init("v=TLSRPTv1; rua=http://e.example/", .ruaInvalid(.scheme), why: "not https"),
        .init("v=TLSRPTv1; rua=mailo:a@e.example", .ruaInvalid(.scheme), why: "misspelled"),
        .init("v=TLSRPTv1; rua=https://", .ruaInvalid(.noHost), why: "no host"),
        .init("v=TLSRPTv1; rua=https:e.example", .ruaInvalid(.noHost), why: "no //"),
        .init("v=TLSRPTv1; rua=https://:443/", .ruaInvalid(.noHost), why: "only a port"),
        .init("v=TLSRPTv1; rua=https://e.example:a/", .ruaInvalid(.character(0x61)), why: "port"),
        .init("v=TLSRPTv1; rua=mailto:", .ruaInvalid(.noAddress), why: "no address"),
        .init("v=TLSRPTv1; rua=mailto:?subject=x", .ruaInvalid(.noAddress), why: "no address"),
        .init("v=TLSRPTv1; rua= mailto:a@e.example", .ruaInvalid(.whiteSpace), why: "no WSP there"),
        .init("v=TLSRPTv1; rua=mailto: a@e.example", .ruaInvalid(.whiteSpace), why: "no WSP there"),
        .init("v=TLSRPTv1; rua=https://e.example/%zz", .ruaInvalid(.percentEncoding), why: "hex"),
        .init(
            "v=TLSRPTv1; rua=https://e.example/a!b", .ruaInvalid(.character(0x21)),
            why: "MUST be encoded"),
        .init("v=TLSRPTv1; rua=mailto:ü@e.example", .ruaInvalid(.character(0xC3)), why: "ASCII"),
        .init("v=TLSRPTv1; rua=mailto:a@e.example ", .syntax(.trailingWhiteSpace), why: "no ;"),
        .init("v=TLSRPTv1;;rua=mailto:a@e.example", .syntax(.emptyField), why: "two ;"),
        .init("v=TLSRPTv1; rua=mailto:a@e.example; x=", .syntax(.emptyValue), why: "1*"),
        .init("v=TLSRPTv1 rua=mailto:a@e.example", .syntax(.missingDelimiter), why: "no ;"),
    ]

    @Test("broken records", arguments: broken)
    func explains(row: Broken) {
        let reading = TLSRPTRecord.parse(row.text.utf8)
        #expect(reading.record == nil, "\(row.why)")
        #expect(reading.problems.map(\.kind) == row.problems, "\(row.why)")
    }

    @Test("several records")
    func several() {
        let one = "v=TLSRPTv1; rua=mailto:a@e.example"
        guard
            case .one(_, let reading, let discarded) = TLSRPTRecordSet.select(
                [one, "other"].map(bytes))
        else {
            Issue.record("one is left")
            return
        }
        #expect(reading.record != nil && discarded == [bytes("other")])
        guard case .multiple = TLSRPTRecordSet.select([one, one].map(bytes))
        else {
            Issue.record("two are none")
            return
        }
        guard case .none = TLSRPTRecordSet.select([bytes("v=spf1 -all")])
        else {
            Issue.record("not meant as one")
            return
        }
    }
}
