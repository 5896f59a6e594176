import Audit
import Testing

@Suite("Catalogue: an entry for every cause")
struct CatalogueTests {
    @Test("codes are kebab-case and unique")
    func codes() throws {
        let codes = Cause.allCases.map(\.code)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.wholeMatch(of: /[a-z]+(-[a-z]+)+/) != nil, "\(code)") }
    }

    @Test("each entry is complete", arguments: Cause.allCases)
    func entry(_ cause: Cause) throws {
        let entry = cause.explanation
        #expect(entry.cause == cause, "the entry of another cause")
        #expect(entry.stage == cause.stage)
        #expect(!entry.title.isEmpty && entry.title.count <= 64 && !entry.title.hasSuffix("."))
        for sentence in [entry.meaning, entry.senderView, entry.remedy] {
            #expect(sentence.count > 20 && sentence.hasSuffix("."))
            #expect(!sentence.contains("\n") && !sentence.contains("  "))
            #expect(sentence.utf8.allSatisfy { $0 < 0x80 })
        }
        #expect(entry.rfcSection.wholeMatch(of: /RFC \d{4} §\d+(\.\d+)*/) != nil)
        #expect(!entry.verify.isEmpty)
        for command in entry.verify {
            #expect(command.wholeMatch(of: /(dig|curl|openssl|stsaudit) [^\n]+/) != nil)
        }
    }

    @Test("a remedy is one imperative sentence without a placeholder", arguments: Cause.allCases)
    func remedy(_ cause: Cause) {
        let remedy = cause.explanation.remedy
        #expect(remedy.matches(of: /[.!?] [A-Z]/).isEmpty, "more than one sentence")
        #expect(remedy.first?.isUppercase == true)
        #expect(!remedy.contains("DOMAIN"))
        let verb = remedy.prefix { $0 != " " }
        #expect(Self.verbs.contains(String(verb)), "\(verb) is no verb of the list")
    }

    /// What a remedy may begin with.
    static let verbs: Set<String> = [
        "Add", "Begin", "Change", "Configure", "Correct", "Delete", "Install", "Lower", "Make",
        "Merge", "Move", "Name", "Obtain", "Point", "Publish", "Put", "Raise", "Remove", "Renew",
        "Repair", "Replace", "Rewrite", "Run", "Save", "Serve", "Set", "Start", "Test", "Write",
    ]

    @Test("result types are of the stage where RFC 8460 §4.3 has them", arguments: Cause.allCases)
    func resultType(_ cause: Cause) {
        let entry = cause.explanation
        guard let result = entry.resultType else { return }
        if cause.code.hasPrefix("reported-") {
            #expect(cause.code == "reported-\(result.rawValue)")
            #expect(entry.stage == .reporting)
            return
        }
        #expect(cause.defaultSeverity == .error, "senders report failures only")
        switch result {
        case .policyFetchError, .webPKIInvalid: #expect(entry.stage == .policyHost)
        case .policyInvalid: #expect(entry.stage == .policy)
        case .validationFailure, .startTLSNotSupported, .certificateHostMismatch,
            .certificateExpired, .certificateNotTrusted:
            #expect(entry.stage == .mx)
        case .tlsaInvalid, .dnssecInvalid, .daneRequired:
            Issue.record("no cause of a policy audit is reported as \(result.rawValue)")
        }
    }

    @Test("every error of host and text has a result type, as a sender would report it")
    func everyFailureIsReported() {
        for cause in Cause.allCases
        where [.policyHost, .policy].contains(cause.stage) && cause.defaultSeverity == .error {
            #expect(cause.explanation.resultType != nil, "\(cause.code)")
        }
    }

    @Test("the guide's steps are numbered and titled")
    func steps() {
        #expect(GuideStep.allCases.map(\.rawValue) == (1...9).map { "S\($0)" })
        #expect(CommonCause.allCases.map(\.rawValue) == (1...5).map { "C\($0)" })
        #expect(Set(GuideStep.allCases.map(\.title)).count == 9)
    }

    @Test("commands name the domain")
    func commands() throws {
        #expect(
            Cause.recordMissing.explanation.commands(for: try Sound.domain)
                == ["dig +noall +answer TXT _mta-sts.example.com"])
    }
}
