import Audit
import Testing

@Suite("Senders: what each implementation does with a text (RFC 8461 §3.1, §3.2)")
struct SenderReaderTests {
    @Test("the names of the rows are the names of the table")
    func names() {
        #expect(
            SenderProfile.all.map(\.name).sorted() == SenderName.allCases.map(\.rawValue).sorted())
        for profile in SenderProfile.all {
            #expect(!profile.sources.isEmpty)
            for source in profile.sources { #expect(source.contains("/") && source.contains(":")) }
        }
    }

    @Test("policy", arguments: SenderRow.policyForm + SenderRow.policyFields)
    func policy(row: SenderRow) throws {
        let policy = try #require(row.policy)
        #expect(SenderPanel(records: nil, policy: policy).strictPolicy == row.strict)
        for (name, outcome) in row.expected {
            let reading = SenderReader.policy(
                policy.body, contentType: policy.contentType, as: try name.profile())
            #expect(reading.outcome == outcome, "\(name.rawValue)")
            #expect((reading.reason == nil) == (outcome != .ignores), "\(name.rawValue)")
        }
    }

    @Test("record", arguments: SenderRow.record)
    func record(row: SenderRow) throws {
        let records = try #require(row.records)
        let strict = try #require(SenderPanel(records: records, policy: nil).strictRecord)
        #expect(strict.isUsed == (row.strict == .enforces))
        for (name, outcome) in row.expected {
            let reading = SenderReader.record(records, as: try name.profile())
            #expect(reading.isUsed == (outcome == .enforces), "\(name.rawValue)")
        }
    }

    @Test("which of two ids counts")
    func repeatedID() throws {
        let records = [Array("v=STSv1; id=first; id=second".utf8)]
        let expected: [(SenderName, String?)] = [
            (.resolver, "second"), (.kumo, "second"), (.maddy, "second"), (.stalwart, "second"),
            (.mimecast, "second"), (.mailauth, "first"), (.mailauthStrict, "first"),
            (.tlspol, "first"), (.chasquid, nil), (.halon, nil),
        ]
        for (name, id) in expected {
            #expect(SenderReader.record(records, as: try name.profile()) == .uses(id: id))
        }
    }

    @Test("max_age as the senders keep it")
    func maxAge() throws {
        func age(_ text: String, _ mode: String, _ name: SenderName) throws -> Int? {
            let body = "version: STSv1\nmode: \(mode)\nmx: a.example\n\(text)\n"
            return SenderReader.policy(
                Array(body.utf8), contentType: "text/plain", as: try name.profile()
            ).maxAge
        }
        #expect(try age("max_age: 60", "enforce", .mimecast) == 604_800)
        #expect(try age("max_age: 60", "testing", .mimecast) == 86_400)
        #expect(try age("", "testing", .mimecast) == 86_400)
        #expect(try age("max_age: 31557601", "enforce", .mimecast) == 31_557_600)
        #expect(try age("max_age: 31557601", "enforce", .tlspol) == 31_557_600)
        #expect(try age("max_age: 31557601", "enforce", .maddy) == 31_557_601)
        #expect(try age("max_age: 7d", "enforce", .stalwart) == 86_400)
        #expect(try age("max_age: 604_800", "enforce", .resolver) == 604_800)
        #expect(try age("max_age: 12.5", "enforce", .mailauth) == 12)
        #expect(try age("max_age: 0x10", "enforce", .mailauth) == 16)
        #expect(try age("max_age: 60", "enforce", .halon) == nil)
    }

    @Test("mx as the senders compare it")
    func mx() throws {
        let body =
            "version: STSv1\nmode: enforce\nmx: A.Example.\nmx:\nmx: b*.example\nmax_age: 1\n"
        func mx(_ name: SenderName) throws -> [String] {
            SenderReader.policy(
                Array(body.utf8), contentType: "text/plain", as: try name.profile()
            ).mx
        }
        #expect(try mx(.chasquid) == ["a.example", "", "b*.example"])
        #expect(try mx(.stalwart) == ["a.example.", "b*.example"])
        #expect(try mx(.mimecast) == ["a.example."])
    }
}
