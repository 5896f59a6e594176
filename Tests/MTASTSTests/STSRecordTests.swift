import MTASTS
import Testing

@Suite("STS record: RFC 8461 §3.1")
struct STSRecordTests {
    struct Sound: Sendable {
        let text: String, id: String, why: String
        init(_ text: String, id: String, why: String) {
            (self.text, self.id, self.why) = (text, id, why)
        }
    }

    static let sound: [Sound] = [
        .init("v=STSv1; id=20160831085700Z;", id: "20160831085700Z", why: "the RFC's example"),
        .init("v=STSv1; id=20160831085700Z", id: "20160831085700Z", why: "last ; is optional"),
        .init("v=STSv1;id=a", id: "a", why: "white space is optional"),
        .init("v=STSv1 ; id=1234", id: "1234", why: "sts-field-delim has WSP before the ;"),
        .init("v=STSv1; \t id=a  \t; ", id: "a", why: "WSP on both sides of any ;"),
        .init("v=STSv1; id=a; ext=a:b", id: "a", why: "unknown fields are ignored"),
        .init("v=STSv1; x=1; id=a", id: "a", why: "order does not matter"),
        .init("v=STSv1; id=abc; id=x-y", id: "abc", why: "first wins; the other is ignored"),
        .init("v=STSv1; v=STSv1; id=abc", id: "abc", why: "the second v is ignored"),
        .init("v=STSv1; id=abc; v=STSv2", id: "abc", why: "the second v is ignored"),
        .init("v=STSv1; id=abc; ext=a\\b", id: "abc", why: "a backslash is a value byte"),
        .init(
            "v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            why: "32 characters"),
        .init(
            "v=STSv1;id=a;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1", id: "a", why: "32 of a field name"),
    ]

    @Test("sound records", arguments: sound)
    func reads(row: Sound) {
        let reading = STSRecord.parse(row.text.utf8)
        #expect(reading.record?.id == row.id, "\(row.why)")
        #expect(reading.problems.isEmpty, "\(row.why)")
    }

    struct Broken: Sendable {
        let text: String, problems: [STSRecordProblem.Kind], offset: Int, why: String
        init(_ text: String, _ problems: STSRecordProblem.Kind..., at offset: Int, why: String) {
            (self.text, self.problems, self.offset, self.why) = (text, problems, offset, why)
        }
    }

    static let broken: [Broken] = [
        .init("", .version(.missing), at: 0, why: "nothing"),
        .init("v=stsv1; id=abc", .version(.wrongCase), at: 0, why: "%s is case-sensitive"),
        .init("V=STSv1; id=abc", .version(.wrongCase), at: 0, why: "%s is case-sensitive"),
        .init(" v=STSv1; id=abc", .version(.leadingWhiteSpace), at: 0, why: "MUST begin with v"),
        .init("v = STSv1; id=abc", .version(.whiteSpaceAroundEquals), at: 0, why: "no WSP there"),
        .init("\"v=STSv1; id=abc\"", .version(.quoted), at: 0, why: "quotes became text"),
        .init("v=STSv2; id=a-b", .version(.other), at: 0, why: "another version: nothing else"),
        .init("v=STSv10; id=a", .version(.other), at: 0, why: "a longer version"),
        .init("v=STSv1.1; id=a", .version(.other), at: 0, why: "a longer version"),
        .init("v=STSv; id=a", .version(.other), at: 0, why: "a shorter version"),
        .init("id=abc; v=STSv1", .version(.notFirst), at: 0, why: "MUST begin with v"),
        .init("v=spf1 -all", .version(.missing), at: 0, why: "another protocol"),
        .init(
            "v=stsv1; id=a-b", .version(.wrongCase), .idInvalid(.character(0x2D)), at: 0,
            why: "two mistakes are two problems"),
        .init("v=STSv1", .idMissing, at: 7, why: "the id is required"),
        .init("v=STSv1;", .idMissing, at: 8, why: "the id is required"),
        .init("v=STSv1; xyz=foo", .idMissing, at: 16, why: "the id is required"),
        .init("v=STSv1; ID=abc", .idMissing, at: 9, why: "names are case-sensitive"),
        .init("v=STSv1; id=", .idInvalid(.empty), at: 12, why: "1*32"),
        .init("v=STSv1; id=;", .idInvalid(.empty), at: 12, why: "1*32"),
        .init("v=STSv1; id=2024-01", .idInvalid(.character(0x2D)), at: 12, why: "ALPHA / DIGIT"),
        .init(
            "v=STSv1; id=a_b; id=good", .idInvalid(.character(0x5F)), at: 12,
            why: "the first counts; a good one later does not mend it"),
        .init("v=STSv1; id=%serial%;", .idInvalid(.character(0x25)), at: 12, why: "a template"),
        .init(
            "v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", .idInvalid(.tooLong(bytes: 33)),
            at: 12, why: "33 characters"),
        .init("v=STSv1; id=abc def", .idInvalid(.character(0x20)), at: 12, why: "a space"),
        .init(
            "v=STSv1; id=foo include=foo.com", .syntax(.missingDelimiter), at: 15,
            why: "a space for the ;"),
        .init("v=STSv1 id=20240101", .syntax(.missingDelimiter), at: 7, why: "no ; at all"),
        .init("v=STSv1\\; id=1", .syntax(.escapedDelimiter), at: 7, why: "a zone file's escape"),
        .init("v=STSv1; id=1\\; ext=2", .syntax(.escapedDelimiter), at: 13, why: "the same later"),
        .init("v=STSv1; id=a;;", .syntax(.emptyField), at: 14, why: "one optional ; at the end"),
        .init("v=STSv1; ; id=abc", .syntax(.emptyField), at: 8, why: "no field between"),
        .init("v=STSv1; id=a ", .syntax(.trailingWhiteSpace), at: 13, why: "WSP only beside a ;"),
        .init("v=STSv1; id = abc", .syntax(.whiteSpaceAroundEquals), at: 12, why: "no WSP there"),
        .init("v=STSv1; id=a; garbage", .syntax(.noEquals), at: 15, why: "no name=value"),
        .init("v=STSv1; id=a; _x=1", .syntax(.fieldName), at: 15, why: "ALPHA / DIGIT first"),
        .init("v=STSv1; id=a; 1%=a", .syntax(.fieldName), at: 16, why: "% in a name"),
        .init(
            "v=STSv1;id=a;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1", .syntax(.fieldName), at: 45,
            why: "33 of a field name"),
        .init("v=STSv1; id=a; x=", .syntax(.emptyValue), at: 16, why: "1*"),
        .init("v=STSv1; id=a; x=a=b", .syntax(.character(0x3D)), at: 18, why: "no = in a value"),
        .init("v=STSv1; id=a; x=a b", .syntax(.character(0x20)), at: 18, why: "no SP in a value"),
        .init("v=STSv1; id=a; x=ü", .syntax(.character(0xC3)), at: 17, why: "US-ASCII"),
        .init(
            "v=STSv1; id=a; _x=1; y=; z", .syntax(.fieldName), .syntax(.emptyValue),
            .syntax(.noEquals), at: 15, why: "every broken field"),
    ]

    @Test("broken records: what and where", arguments: broken)
    func explains(row: Broken) {
        let reading = STSRecord.parse(row.text.utf8)
        #expect(reading.record == nil)
        #expect(reading.problems.map(\.kind) == row.problems, "\(row.why)")
        #expect(reading.problems.first?.offset == row.offset, "\(row.why)")
    }

    @Test("reading what was printed gives the same record")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 20_160_831)
        let alphanumeric = "abcXYZ0189"
        for _ in 0..<1_000 {
            let id = generator.text(1...32, of: alphanumeric)
            var text = "v=STSv1;id=\(id)"
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let name =
                    generator.text(1...1, of: alphanumeric) + generator.text(0...9, of: "ab1_-.")
                text += " ;\t\(name)=" + generator.text(1...9, of: "!\"#az09:<>?@[\\]^_`{|}~")
            }
            let record = try #require(STSRecord.parse(text.utf8).record, "\(text)")
            #expect(record.id == id)
            #expect(STSRecord.parse(record.text.utf8).record == record)
        }
    }

    @Test("an id is 1 to 32 letters and digits")
    func construction() {
        #expect(STSRecord(id: "20260101T000000")?.text == "v=STSv1; id=20260101T000000;")
        #expect(STSRecord(id: "") == nil)
        #expect(STSRecord(id: "a-b") == nil)
        #expect(STSRecord(id: String(repeating: "a", count: 33)) == nil)
    }

    @Test("a hostile record gives a bounded report")
    func bounded() {
        let text = "v=STSv1" + String(repeating: ";x", count: 30_000)
        let reading = STSRecord.parse(text.utf8)
        #expect(reading.problems.count == ProblemLimit.count)
        let long = STSRecord.parse(("v=STSv1; id=" + String(repeating: "-", count: 60_000)).utf8)
        #expect(long.problems.first?.text.utf8.count == ProblemLimit.textBytes)
    }
}

@Suite("Several TXT records: RFC 8461 §3.1")
struct STSRecordSetTests {
    struct Row: Sendable {
        enum Expected: Sendable {
            case none, sound(String), broken(STSRecordProblem.Kind), multiple
        }
        let records: [String], expected: Expected, discarded: Int, why: String
        init(_ records: [String], _ expected: Expected, discarded: Int, why: String) {
            (self.records, self.expected, self.discarded) = (records, expected, discarded)
            self.why = why
        }
    }

    static let rows: [Row] = [
        .init([], .none, discarded: 0, why: "nothing"),
        .init(["bogus"], .none, discarded: 1, why: "not meant as a record"),
        .init(["v=spf1 -all"], .none, discarded: 1, why: "another protocol"),
        .init(["v=STSv1; id=1"], .sound("1"), discarded: 0, why: "one"),
        .init(["v=STSv1 ; id=1"], .sound("1"), discarded: 0, why: "one: the grammar alone"),
        .init(["v=STSv2; id=1"], .broken(.version(.other)), discarded: 0, why: "meant as one"),
        .init(["id=1; v=STSv1"], .broken(.version(.notFirst)), discarded: 0, why: "meant as one"),
        .init(
            ["v=STSv1; id=1", "bogus"], .sound("1"), discarded: 1, why: "the other is discarded"),
        .init(
            ["v=STSv10; id=a", "v=STSv1; id=good"], .sound("good"), discarded: 1,
            why: "v=STSv10 does not begin with v=STSv1;"),
        .init(
            ["v=STSv1 ; id=a", "v=STSv1; id=good"], .sound("good"), discarded: 1,
            why: "nor does v=STSv1 and a space"),
        .init(
            ["v=STSv1 ; id=a", "bogus"], .broken(.syntax(.discardedAmongOthers)), discarded: 1,
            why: "sound alone, discarded among others"),
        .init(
            ["bogus", "v=stsv1; id=a"], .broken(.version(.wrongCase)), discarded: 1,
            why: "none left for a sender, but one was meant"),
        .init(["bogus", "more"], .none, discarded: 2, why: "none left"),
        .init(["v=STSv1; id=1", "v=STSv1; id=2"], .multiple, discarded: 0, why: "not one"),
        .init(["v=STSv1; id=1", "v=STSv1; id=1"], .multiple, discarded: 0, why: "not one"),
        .init(["v=STSv1; id=1", "v=STSv1;", "x"], .multiple, discarded: 1, why: "counted first"),
    ]

    @Test("selection", arguments: rows)
    func selects(row: Row) {
        let discarded: [[UInt8]]
        switch (STSRecordSet.select(row.records.map(bytes)), row.expected) {
        case (.none(let others), .none): discarded = others
        case (.one(_, let reading, let others), .sound(let id)):
            #expect(reading.record?.id == id, "\(row.why)")
            discarded = others
        case (.one(_, let reading, let others), .broken(let kind)):
            #expect(reading.problems.map(\.kind) == [kind], "\(row.why)")
            discarded = others
        case (.multiple(_, let others), .multiple): discarded = others
        case (let selection, _):
            Issue.record("\(selection) for \(row.records): \(row.why)")
            return
        }
        #expect(discarded.count == row.discarded, "\(row.why)")
    }
}
