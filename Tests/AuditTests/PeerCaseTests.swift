import Audit
import Foundation
import MTASTS
import Testing

/// Records, policies and matches as other projects' test suites have them. That each is decided
/// as the RFC says is a test of the parsers; here every difference between that and what the
/// project asserts has its reason: a sender profile that decides as the project does, or a row
/// of `others`.
@Suite(
    "Corpus: peers' assertions, RFC 8461 §3.1, §3.2, §4.1, RFC 8460 §3",
    .enabled(if: CorpusFiles.folder != nil, "STSAUDIT_CORPUS is not set"))
struct PeerCaseTests {
    typealias Case = SenderCorpusTests.Case

    private static let noAddress =
        "asks for an address of a usual form: RFC 8460 §3 asks for a URI of RFC 3986"
    private static let oneLabel = "asks for a host of two labels: RFC 3986 §3.2.2 does not"
    private static let spaces = "trims white space that RFC 8461 §3.1 has no place for"
    private static let looseTLSRPT = "reads fields without the grammar of RFC 8460 §3"

    /// Where a project that is no sender's profile, or in a part that profiles do not have,
    /// decides otherwise: by project and input, as `Case.label` writes them, and why we do not
    /// follow.
    static let others: [String: String] = [
        // RFC 8461 §3.1
        "EvotecIT/DomainDetective: v=STSv1; v=STSv1; id=abc":
            "refuses a second v, which is an extension field by the ABNF",
        "ukncsc/MailCheck.Public.MtaSts: v=STSv1; extension-1_2.3=!\"#$%&'()*+,-./0123456789:<>?@"
            + "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~;":
            "misses the id, which is required",
        "unnamed Zig mail server:   v=STSv1 ;  id=abc123  ": spaces,
        "mailvalidator: id=20240101T000000; v=STSv1":
            "warns only: what does not begin with the version is no record",
        // RFC 8461 §3.2
        "domainaware/checkdmarc: version: STSv1|mode: enforce|mode: testing|max_age: 86400|"
            + "mx: mail.example.com|":
            "refuses a repeated field: all but the first MUST be ignored",
        "domainaware/checkdmarc: version: STSv1|mode: enforce|max_age: 86400|"
            + "mx: mail.example.com|badkey: badvalue|":
            "refuses an unknown field: the ABNF has extension fields",
        "unnamed Go project: Version: STSv1|Mode: Enforce|MX: mx1.example.com|"
            + "mx: MX2.example.com.|Max_Age: 604800|":
            "reads names and mode in any case and a final dot: the ABNF has them as %s and Domain",
        "unnamed Zig mail server: version: STSv1|mode: enforce|mx: m.ex.com|max_age: 0|":
            "refuses max_age 0: the ABNF and the limit allow it",
        "unnamed Zig mail server: version: STSv1|mode: enforce|mx: *.com|max_age: 86400|":
            "refuses a wildcard below a top-level domain: the ABNF allows it; we warn",
        "mailvalidator: version: STSv1|mode: enforce|max_age: 604800|mx: not_a_hostname!":
            "warns only: the value is no Domain, so the policy is invalid",
        // RFC 8461 §4.1
        "albertito/chasquid: a.b in a.b.":
            "takes a final dot off the pattern, which makes it no Domain (so its profile does)",
        "unnamed Zig mail server: pattern mail..example.com":
            "takes an empty label, which Domain has no place for",
        "unnamed Zig mail server: pattern *.com":
            "refuses a wildcard below a top-level domain: the ABNF allows it; we warn",
        // RFC 8460 §3
        "mimecast/mta-sts: v=TLSRPTv1; rua=mailto:tlsrpt.mimecast.com": noAddress,
        "happyDomain: v=TLSRPTv1;rua=mailto:not-an-email": noAddress,
        "mimecast/mta-sts: v=TLSRPTv1; rua=https://tlsrpt-mimecast-com/v1": oneLabel,
        "ukncsc/MailCheck.Public.TlsRpt: v=TLSRPTv1;rua=https://com": oneLabel,
        "unnamed TypeScript project: v=TLSRPTv1; rua=mailto:postmaster@localhost": oneLabel,
        "domainaware/checkdmarc: v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com":
            "refuses a second rua field: the ABNF has 1*(field-delim tlsrpt-field)",
        "ukncsc/MailCheck.Public.TlsRpt: v=TLSRPTv1; rua=mailto:a@example.com,"
            + "mailto:b@example.com":
            "refuses a second URI: §3 has a list of them",
        "EvotecIT/DomainDetective: v=TLSRPTv1;rua=mailto:a@example.com + "
            + "v=TLSRPTv1;rua=mailto:b@example.com":
            "flags it and takes one: with several records senders MUST assume none",
        "ukncsc/MailCheck.Public.TlsRpt:  v=TLSRPTv1;":
            "takes white space before the version, and misses rua, which is required",
        "ukncsc/MailCheck.Public.TlsRpt: v=TLSRPTv1; ": "misses rua, which is required",
        "mailpiece/mta_sts: v=TLSRPTv1;;rua=mailto:tlsrpt@example.com;;": looseTLSRPT,
        "mailpiece/mta_sts: v=TLSRPTv1; rua=mailto:not+an@address@at-all,https://":
            "looks at the scheme only: https needs a host",
        "mailpiece/mta_sts: v=TLSRPTv1; rua=mailto:mta-sts@naa.gov.au,"
            + "ruf=mailto:mta-sts@naa.gov.au":
            "drops what is no URI in the list: the list is of URIs only",
        "mailpiece/mta_sts: v=TLSRPTv1; rua=mailto: MTA_STSReport@qualcomm.com": looseTLSRPT,
        "unnamed JS project: v=TLSRPTv1; rua= mailto:tlsrpt@example.test , "
            + "https://example.test/tlsrpt ":
            looseTLSRPT,
    ]

    @Test("every difference is a sender profile's or has a reason")
    func differences() throws {
        var listed: Set<String> = []
        var byProfile = 0
        for row in try SenderCorpusTests.cases() {
            guard let isSound = row.isStrictlySound, isSound != row.isAccepted else { continue }
            if try row.profileAccepts == row.isAccepted {
                byProfile += 1
            } else {
                listed.insert(row.label)
            }
        }
        for label in listed.subtracting(Self.others.keys) { Issue.record("no reason: \(label)") }
        #expect(Set(Self.others.keys).subtracting(listed) == [])
        #expect(byProfile >= 17)
    }

    /// Where both accept, they also read the same: the first of duplicates, the number.
    @Test("what is accepted by both is read alike")
    func values() throws {
        var compared = 0
        for row in try SenderCorpusTests.cases() where row.isAccepted {
            let value = { SenderCorpusTests.value($0, in: row.expected) }
            guard row.isStrictlySound == true else { continue }
            switch (row.kind, row.input) {
            case ("txt-record", .text(let text)):
                guard let id = value("id") else { continue }
                #expect(STSRecord.parse(text.utf8).record?.id == id, "\(row.label)")
            case ("policy", .text(let text)):
                guard let mode = value("mode") else { continue }
                let policy = STSPolicyReading.read(Array(text.utf8)).policy
                #expect(policy?.mode.rawValue == mode, "\(row.label)")
            default: continue
            }
            compared += 1
        }
        #expect(compared >= 25, "\(compared)")
    }

    @Test("what the RFC does not decide has a reason, and ours is the strict reading")
    func undecided() throws {
        for row in try SenderCorpusTests.cases() where row.isStrictlySound == nil {
            guard let reason = row.whyUndecided else {
                Issue.record("no reason: \(row.label)")
                continue
            }
            switch reason {
            case .fieldsOnly, .modeMatters: break
            case .oneLine:
                guard case .text(let text) = row.input else { continue }
                #expect(STSPolicyReading.read(Array(text.utf8)).policy == nil, "\(row.label)")
            case .uLabel:
                guard case .match(let match) = row.input else { continue }
                let host = match.host ?? ""
                let isCovered = (match.patterns ?? [])
                    .contains { (try? MXPattern($0))?.covers(host) == true }
                #expect(!isCovered, "\(row.label)")
            }
        }
    }
}

/// Why RFC 8461 has no answer to what a row asks.
private enum WhyUndecided {
    /// Fields of a policy object: there is no text to read.
    case fieldsOnly
    /// A single line given to one rule of a linter: no whole policy, so strictly invalid.
    case oneLine
    /// Whether mail is delivered in mode testing or none, where every host is let through:
    /// coverage (§4.1), which is what we tell, does not look at the mode.
    case modeMatters
    /// U-labels on one side, which the peer turns into A-labels before it compares. Here they
    /// are not turned: such a pattern is no Domain (§3.2) and makes the policy invalid, and
    /// what DNS answers has A-labels.
    case uLabel
}

extension PeerCaseTests.Case {
    /// The project without what tells where it was found, and the input in one line: line ends
    /// as `|`, records of a set joined by `+`.
    fileprivate var label: String {
        let name = project.drop { $0 == "(" }.prefix { $0 != "," && $0 != "(" }
        let text =
            switch input {
            case .text(let text): text.replacing("\r\n", with: "|").replacing("\n", with: "|")
            case .texts(let texts): texts.joined(separator: " + ")
            case .match(let match):
                match.pattern.map { "pattern \($0)" }
                    ?? "\(match.host ?? "") in \((match.patterns ?? []).joined(separator: ", "))"
            case .other: "fields"
            }
        return "\(name.trimmingCharacters(in: .whitespaces)): \(text)"
    }

    /// What the project asserts. A warning or a note beside it is no refusal.
    fileprivate var isAccepted: Bool {
        let words = ["valid", "match", "ok", "parsed", "warning", "advisory", "finding"]
        return words.contains { expected.hasPrefix($0) } && !expected.contains("invalid here")
    }

    /// Nil when the corpus has no opinion.
    fileprivate var isStrictlySound: Bool? {
        strict.isEmpty ? nil : ["valid", "match", "valid pattern"].contains(strict)
    }

    /// What the profile of this sender makes of the text; nil without a profile or a text.
    fileprivate var profileAccepts: Bool? {
        get throws {
            guard let profile = try sender?.profile() else { return nil }
            switch (kind, input) {
            case ("txt-record", .text(let text)):
                return SenderReader.record([Array(text.utf8)], as: profile).isUsed
            case ("txt-record", .texts(let texts)):
                return SenderReader.record(texts.map { Array($0.utf8) }, as: profile).isUsed
            case ("policy", .text(let text)):
                let reading = SenderReader.policy(
                    Array(text.utf8), contentType: "text/plain", as: profile)
                return reading.outcome != .ignores
            default: return nil
            }
        }
    }

    fileprivate var whyUndecided: WhyUndecided? {
        switch input {
        case .other: return .fieldsOnly
        case .text(let text): return text.contains("\n") ? nil : .oneLine
        case .texts: return nil
        case .match(let match):
            let names = (match.patterns ?? []) + [match.host ?? ""]
            if names.contains(where: { !$0.utf8.allSatisfy { $0 < 0x80 } }) { return .uLabel }
            return ["testing", "none"].contains(match.mode) ? .modeMatters : nil
        }
    }
}
