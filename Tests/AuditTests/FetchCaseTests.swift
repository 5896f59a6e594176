import Audit
import Evidence
import Foundation
import Testing

/// Fetch and lookup outcomes as other projects' test suites have them, turned into evidence and
/// judged. Where the project asserts something else than RFC 8461 says, the reason is in `others`.
@Suite(
    "Corpus: fetch outcomes, RFC 8461 §3.3",
    .enabled(if: CorpusFiles.folder != nil, "STSAUDIT_CORPUS is not set"))
struct FetchCaseTests {
    /// What becomes of the policy, in the words all projects share.
    enum Outcome: String { case accepted, refused, unmeasured }

    /// Our reading of one input, whoever asserts it.
    struct Ruling {
        var verdict: Verdict
        var causes: Set<Cause>
        var why: String

        init(_ verdict: Verdict, _ causes: Set<Cause>, _ why: String) {
            self.verdict = verdict
            self.causes = causes
            self.why = why
        }

        var outcome: Outcome {
            switch verdict {
            case .ineffective: .refused
            case .unmeasured: .unmeasured
            case .enforced, .degraded, .bouncing, .testing, .disabled, .absent, .noMail,
                .noDomain, .invalidInput:
                .accepted
            }
        }
    }

    private static let plain = Ruling(.enforced, [], "text/plain in any case, with any parameter")
    private static let otherType = Ruling(
        .enforced, [.policyContentType], "§3.2: the media type is a SHOULD: a warning")
    private static let otherStatus = Ruling(
        .ineffective, [.policyStatus], "§3.3: only valid if the response code is 200")
    private static let redirect = Ruling(
        .ineffective, [.policyRedirected], "§3.3: redirects MUST NOT be followed")
    private static let tooLarge = Ruling(
        .ineffective, [.policyTooLarge], "§3.3: a limit is allowed; 64 KiB is suggested")

    /// By the input in one line, as `Case.input` writes it.
    static let rulings: [String: Ruling] = [
        "body=bogus status=200": Ruling(
            .ineffective, [.policyNotAPolicy], "no line is a field of a policy"),
        "body= status=200": Ruling(.ineffective, [.policyEmpty], "§3.2: a field is required"),
        "body=version:STSv1|mode:none|max_age:1 status=200": Ruling(
            .disabled, [.modeNone], "§3.2: in mode none no mx is required"),
        "policy=mode enforce without mx": Ruling(
            .ineffective, [.policyMXMissing], "§3.2: mx is required unless the mode is none"),

        "body=bogus status=404": otherStatus, "body=bogus status=500": otherStatus,
        "body=(valid policy) status=404": otherStatus, "status=404": otherStatus,
        "status=201": otherStatus, "status=202": otherStatus, "status=502": otherStatus,
        "body=bogus status=301": redirect, "status=301": redirect, "status=302": redirect,
        "body_size=65538 status=200": tooLarge, "body_size=131193 status=200": tooLarge,
        "body_size=66560": tooLarge,
        "body_size=64016 status=200": Ruling(.enforced, [], "below 64 KiB"),

        "cert=expired": Ruling(
            .ineffective, [.policyCertificateExpired], "§3.3: non-expired"),
        "cert=other name": Ruling(
            .ineffective, [.policyCertificateNameMismatch], "§3.3: valid for the policy host"),
        "cert=self-signed": Ruling(
            .ineffective, [.policyCertificateSelfSigned], "§3.3: chain to a trusted root"),
        "cert=CN only, no SAN": Ruling(
            .ineffective, [.policyCertificateNoSAN], "§3.3: only against the DNS-ID"),
        "cert=partial-label wildcard": Ruling(
            .ineffective, [.policyCertificateNameMismatch], "§3.3: * is the whole left label"),
        "cert=wildcard, whole left label": Ruling(.enforced, [], "§3.3: allowed"),

        "content_type=text/plain": plain, "content_type=TEXT/PLAIN": plain,
        "content_type=TeXT/PlAiN": plain, "content_type=text/plain;charset=utf-8": plain,
        "content_type=text/plain; charset=UTF-8": plain,
        "content_type=text/plain ; charset=UTF-8": plain,
        "content_type=text/plain; charset=utf-8": plain,
        "content_type=TEXT/PLAIN; charset=US-ASCII; x-extra=ignored": plain,
        "content_type=text/plain; charset=iso-8859-1": plain,
        "content_type=application/octet-stream": otherType,
        "content_type=application/octet-stream+text/plain": otherType,
        "content_type=text/plain+": otherType, "content_type=text/html": otherType,
        "content_type=not a media type": otherType, "content_type=": otherType,
        "content_type=null": otherType,
        "body=(valid policy) content_type=text/html status=200": otherType,
        "content_type=null requireTextPlain=true status=200": otherType,

        "dns=timeout": Ruling(
            .unmeasured, [.recordLookupFailed], "not absent: nobody answered"),
        "dns=servfail": Ruling(
            .unmeasured, [.recordLookupFailed], "not absent: the answer is a failure"),
    ]

    private static let refusesType =
        "refuses what §3.2 only says SHOULD be validated: the policy counts, with a warning"

    /// Where a project decides otherwise: by project and input, and why we do not follow.
    static let others: [String: String] = [
        "Snawoot/postfix-mta-sts-resolver: content_type=application/octet-stream": refusesType,
        "Snawoot/postfix-mta-sts-resolver: content_type=application/octet-stream+text/plain":
            refusesType,
        "Snawoot/postfix-mta-sts-resolver: content_type=text/plain+": refusesType,
        "Snawoot/postfix-mta-sts-resolver: body=(valid policy) content_type=text/html status=200":
            refusesType,
        "Zuplu/postfix-tlspol: content_type=": refusesType,
        "Zuplu/postfix-tlspol: content_type=text/html": refusesType,
        "Zuplu/postfix-tlspol: content_type=not a media type": refusesType,
        "mimecast/mta-sts: content_type=null requireTextPlain=true status=200":
            "an option of that library: " + refusesType,
        "mimecast/mta-sts: body_size=64016 status=200":
            "its limit is 64,000 bytes; §3.3 suggests 64 kilobytes, which we read as 65,536",
    ]

    @Test("every case is decided by the RFC, and every difference has a reason")
    func cases() throws {
        let cases = try Self.cases()
        #expect(cases.count == 52)
        var differing: Set<String> = []
        for one in cases {
            guard let ruling = Self.rulings[one.input] else {
                Issue.record("no ruling for \(one.input)")
                continue
            }
            let assessment = Judge().assess(
                one.evidence(), of: try Sound.domain, expecting: Expectations(),
                now: Sound.now)
            let causes = Set(assessment.findings.filter(\.isOfTheRFC).map(\.cause))
            #expect(assessment.verdict == ruling.verdict, "\(one.input): \(ruling.why)")
            #expect(causes == ruling.causes, "\(one.input): \(ruling.why)")
            if one.outcome != ruling.outcome { differing.insert("\(one.project): \(one.input)") }
        }
        #expect(differing == Set(Self.others.keys))
    }

    @Test("every ruling is of a case")
    func rulingsAreUsed() throws {
        #expect(Set(try Self.cases().map(\.input)) == Set(Self.rulings.keys))
    }

    private static func cases() throws -> [Case] {
        try CorpusFiles.read("fetch-cases.jsonl").split(separator: 0x0A).map { line in
            let row = try #require(
                try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            return Case(
                project: try #require(row["source_repo"] as? String),
                fields: try #require(row["input"] as? [String: Any]),
                expected: try #require(row["expected"] as? String))
        }
    }
}

/// One row of the corpus.
private struct Case {
    var project: String
    var fields: [String: Any]
    var expected: String

    /// The input in one line, fields by name, line ends as `|`.
    var input: String {
        fields.keys.sorted().map { "\($0)=\(value($0))" }.joined(separator: " ")
    }

    private func value(_ key: String) -> String {
        switch fields[key] {
        case let text as String: text.replacing("\n", with: "|")
        case let flag as Bool where key == "requireTextPlain": String(flag)
        case let number as Int: String(number)
        default: "null"
        }
    }

    /// What the project asserts. Those with a lax and a strict mode are taken by the strict one
    /// where that is the RFC's MUST, and by the lax one where it is a SHOULD.
    var outcome: FetchCaseTests.Outcome {
        if expected.hasPrefix("temperror") { return .unmeasured }
        if expected.hasPrefix("lax") { return fields["content_type"] == nil ? .refused : .accepted }
        let accepted = ["accepted", "valid", "found", "warning"]
        return accepted.contains { expected.hasPrefix($0) } ? .accepted : .refused
    }

    func evidence() -> Evidence {
        var evidence = Sound.evidence
        if let dns = fields["dns"] as? String {
            evidence.record = Lookup(.failed(dns == "timeout" ? .timeout : .serverFailure))
        } else if fields["policy"] != nil {
            evidence.serve(Sound.policy(mx: []))
        } else if let certificate = fields["cert"] as? String {
            evidence.fetches = [fetch(presenting: certificate)]
        } else {
            evidence.fetches = [fetch()]
        }
        return evidence
    }

    private func fetch() -> Fetch {
        let size = fields["body_size"] as? Int ?? 0
        let limit = Lint.policyLimitBytes
        if size > limit { return Sound.failure(.tooLarge(limitBytes: limit)) }
        var body = fields["body"] as? String ?? Sound.policy
        if body == "(valid policy)" { body = Sound.policy }
        if size > 0 {
            body += "padding: "
            body += String(repeating: "x", count: size - body.utf8.count)
        }
        let type = fields["content_type"]
        return Sound.fetch(
            status: fields["status"] as? Int ?? 200,
            contentType: type == nil ? "text/plain" : type as? String,
            body: Array(body.utf8))
    }

    /// What the fetcher makes of each is a test of its own: here its outcome is given.
    private func fetch(presenting certificate: String) -> Fetch {
        switch certificate {
        case "expired":
            let chain = [Sound.certificate(from: -90, until: -1)]
            return Sound.failure(.certificate([.expired]), chain: chain)
        case "other name":
            let chain = [Sound.certificate(names: ["www.example.org"])]
            return Sound.failure(.certificate([.nameMismatch]), chain: chain)
        case "partial-label wildcard":
            let chain = [Sound.certificate(names: ["mta-*.example.com"])]
            return Sound.failure(.certificate([.nameMismatch]), chain: chain)
        case "self-signed":
            let problems: [CertificateProblem] = [.selfSigned, .untrusted]
            return Sound.failure(.certificate(problems), chain: [Sound.certificate()])
        case "CN only, no SAN":
            let problems: [CertificateProblem] = [.nameMismatch, .noSubjectAlternativeName]
            return Sound.failure(
                .certificate(problems), chain: [Sound.certificate(names: [])])
        case "wildcard, whole left label":
            var fetch = Sound.fetch(Sound.policy)
            fetch.chain = [Sound.certificate(names: ["*.example.com"])]
            return fetch
        default:
            Issue.record("no evidence for a certificate: \(certificate)")
            return Sound.fetch(Sound.policy)
        }
    }
}
