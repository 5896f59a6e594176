import Evidence
import Foundation
import Testing

@testable import Store

@Suite("Evidence read back from its text")
struct JSONReaderTests {
    /// The oracle: Foundation's decoder over `Evidence`'s own `Codable` conformance.
    static func decoded(_ text: [UInt8]) -> Evidence? {
        // Stored text is read as a string, broken UTF-8 repaired.
        let repaired = Data(String(decoding: text, as: UTF8.self).utf8)
        return try? JSONDecoder().decode(Evidence.self, from: repaired)
    }

    static let samples = EvidenceTextTests.samples

    @Test("is what JSONDecoder reads", arguments: samples.indices)
    func agreesWithDecoder(index: Int) throws {
        let text = EvidenceTextTests.text(Self.samples[index])
        let theirs = try #require(Self.decoded(text))
        let ours = try JSONReader.evidence(text)
        #expect(ours == theirs)
        #expect(EvidenceTextTests.text(ours) == text)
        #expect(EvidenceTextTests.bare(ours) == EvidenceTextTests.bare(Self.samples[index]))
    }

    @Test("is the same from the text that JSONEncoder writes", arguments: samples.indices)
    func agreesWithEncoder(index: Int) throws {
        let encoder = JSONEncoder()
        for formatting: JSONEncoder.OutputFormatting in [[], [.prettyPrinted, .sortedKeys]] {
            encoder.outputFormatting = formatting
            let text = try Array(encoder.encode(Self.samples[index]))
            #expect(try JSONReader.evidence(text) == Self.decoded(text))
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var text: String
        var isRead: Bool
        var why: String
        var testDescription: String { why }

        init(_ text: String, isRead: Bool, why: String) {
            self.text = text
            self.isRead = isRead
            self.why = why
        }
    }

    /// The least that evidence has; `more` goes in front of its members.
    static func evidence(
        _ more: String = "", record: String = "{\"outcome\":{\"noData\":{}},\"aliases\":[]}",
        fetches: String = "[]", aliases: String = "{}"
    ) -> String {
        let nothing = "{\"outcome\":{\"nameMissing\":{}},\"aliases\":[]}"
        return """
            {\(more)"mx":\(nothing),"record":\(record),"tlsrpt":\(nothing),"fetches":\(fetches),\
            "guardedAddresses":[],"misplacedRecords":[],"mxAliases":\(aliases)}
            """
    }

    static func found(_ text: String) -> String {
        evidence(record: "{\"outcome\":{\"found\":{\"_0\":[\(text)]}},\"aliases\":[]}")
    }

    static func failed(_ failure: String) -> String {
        evidence(record: "{\"outcome\":{\"failed\":{\"_0\":\(failure)}},\"aliases\":[]}")
    }

    static let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)

    static let rows: [Row] = [
        Row(evidence(), isRead: true, why: "the least there is"),
        Row(" \n\t\r" + evidence() + " ", isRead: true, why: "white space around it"),
        Row(evidence() + "x", isRead: false, why: "something after it"),
        Row(evidence() + "{}", isRead: false, why: "another value after it"),
        Row("", isRead: false, why: "nothing"),
        Row("null", isRead: false, why: "null"),
        Row("[]", isRead: false, why: "an array"),
        Row("{}", isRead: false, why: "no members"),
        Row(
            evidence("\"new\":{\"a\":[1,-2.5e+3,true,false,null,\"\\u00e9\"],\"b\":{}},"),
            isRead: true, why: "a member of a later version"),
        Row(
            evidence("\"policyHost\":null,\"wildcardProbe\":null,\"mailProbes\":null,"),
            isRead: true, why: "nulls for what is nil"),
        Row(evidence("\"unanswered\":null,"), isRead: true, why: "as where all is answered"),
        Row(evidence("\"unanswered\":[\"wildcard\"],"), isRead: true, why: "a side question"),
        Row(
            evidence("\"unanswered\":[\"weather\"],"), isRead: false,
            why: "a side question of a later version"),
        Row(evidence(record: "null"), isRead: false, why: "null for what is never nil"),
        Row(evidence("\"new\":01,"), isRead: false, why: "a number with a leading zero"),
        Row(evidence("\"new\":1.,"), isRead: false, why: "a fraction without digits"),
        Row(evidence("\"new\":-,"), isRead: false, why: "a sign without digits"),
        Row(evidence("\"new\":1e,"), isRead: false, why: "an exponent without digits"),
        Row(evidence("\"new\":nul,"), isRead: false, why: "no literal"),
        Row(evidence("\"new\":[1,],"), isRead: false, why: "a comma before a bracket"),
        Row(evidence("\"new\":[1 2],"), isRead: false, why: "no comma between values"),
        Row(evidence("\"new\":{\"a\" 1},"), isRead: false, why: "no colon"),
        Row(evidence("\"new\":{1:1},"), isRead: false, why: "a key that is no string"),
        Row(evidence(","), isRead: false, why: "a comma first"),
        Row(evidence("\"new\":\(deep),"), isRead: false, why: "nested deeper than any evidence"),
        Row(found("\"v=STSv1; id=\\u0031\\/\\\"\\\\\""), isRead: true, why: "escapes"),
        Row(found("\"\\b\\f\\n\\r\\t\""), isRead: true, why: "short escapes"),
        Row(found("\"\\u00FF\u{80}\u{FF}\""), isRead: true, why: "bytes above ASCII"),
        Row(found("\"\\u0100\""), isRead: false, why: "an escape that is no byte"),
        Row(found("\"\u{100}\""), isRead: false, why: "a scalar that is no byte"),
        Row(found("\"\u{FFFD}\""), isRead: false, why: "a scalar of three bytes"),
        Row(found("\"\\x41\""), isRead: false, why: "an unknown escape"),
        Row(found("\"\\u12\""), isRead: false, why: "a short escape"),
        Row(found("\"a\u{1}\""), isRead: false, why: "a bare control character"),
        Row(found("7"), isRead: false, why: "a number for a string"),
        Row(failed("{\"timeout\":{}}"), isRead: true, why: "a failure"),
        Row(failed("{\"timeout\":{\"x\":[]},\"y\":1}"), isRead: true, why: "members unknown"),
        Row(failed("{\"timeout\":[]}"), isRead: false, why: "a case with a list"),
        Row(failed("{\"timeout\":{},\"refused\":{}}"), isRead: false, why: "two cases"),
        Row(failed("{\"sulking\":{}}"), isRead: false, why: "a case of a later version"),
        Row(failed("{}"), isRead: false, why: "no case"),
        Row(failed("{\"responseCode\":{\"_0\":23}}"), isRead: true, why: "a number"),
        Row(failed("{\"responseCode\":{\"_0\":-0}}"), isRead: true, why: "minus zero"),
        Row(failed("{\"responseCode\":{}}"), isRead: false, why: "no number"),
        Row(
            failed("{\"responseCode\":{\"_0\":99999999999999999999}}"), isRead: false,
            why: "a number beyond 64 bits"),
        Row(failed("{\"responseCode\":{\"_0\":1.5}}"), isRead: false, why: "no whole number"),
        Row(
            evidence(aliases: "{\"\\ud83d\\ude00\":\"\\u00e9\"}"), isRead: true,
            why: "a pair of surrogates"),
        Row(
            evidence("\"new\":\"\\ud83d\","), isRead: false, why: "half a pair of surrogates"),
        Row(
            evidence("\"new\":\"\\ude00\\ud83d\","), isRead: false, why: "a pair the wrong way"),
        Row(
            evidence("\"new\":\"\\ud83d\\u0041\","), isRead: false,
            why: "half a pair and a letter"),
        Row(
            evidence(fetches: "[{\"address\":\"1.2.3\",\"outcome\":{},\"chain\":[]}]"),
            isRead: false, why: "no address"),
        Row(
            evidence(
                fetches: """
                    [{"address":"192.0.2.1","outcome":{"failed":{"_0":{"local":{"code":24}}}},\
                    "chain":["00"]}]
                    """), isRead: false, why: "no digest"),
    ]

    @Test("takes what JSON is, and passes over what it does not know", arguments: rows)
    func grammar(row: Row) {
        let text = Array(row.text.utf8)
        if row.isRead {
            #expect(throws: Never.self) { try JSONReader.evidence(text) }
            #expect((try? JSONReader.evidence(text)) == Self.decoded(text))
        } else {
            // JSONDecoder does not look at the numbers and escapes of what it passes over.
            #expect(throws: Damage.self) { try JSONReader.evidence(text) }
        }
    }

    @Test("text cut off anywhere is damage", arguments: samples.indices)
    func truncated(index: Int) {
        let text = EvidenceTextTests.text(Self.samples[index])
        for end in text.indices {
            #expect(throws: Damage.self) { try JSONReader.evidence(Array(text[..<end])) }
        }
    }

    /// Every byte of the richest samples, with each of a few bits turned and as a few bytes that
    /// mean something in JSON.
    @Test(
        "text with a wrong byte is damage, or what JSONDecoder reads",
        arguments: [samples.count - 1, 29, 30, 31, 0, 28])
    func damaged(index: Int) {
        let text = EvidenceTextTests.text(Self.samples[index])
        var readable = 0
        for position in text.indices {
            let byte = text[position]
            for wrong in [byte ^ 1, byte ^ 0x80, 0x22, 0x5C, 0x30] {
                guard wrong != byte else { continue }
                var damaged = text
                damaged[position] = wrong
                guard let ours = try? JSONReader.evidence(damaged) else { continue }
                readable += 1
                #expect(ours == Self.decoded(damaged), "byte \(position) as \(wrong)")
            }
        }
        // Texts from the network have any bytes: a changed one is read as it is.
        #expect(readable > 0)
    }
}
