import MTASTS
import TLSReports
import Testing

@Suite("Report text: RFC 8460 §4.4")
struct ReportTextTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: Expected
        var why: String

        init(_ text: String, _ expected: Expected, why: String) {
            self.text = text
            self.expected = expected
            self.why = why
        }

        var testDescription: String { why }
    }

    enum Expected: Sendable {
        /// These observations, in any order.
        case read([TLSReportObservation])
        case refused(TLSReportFailure.Reason)
    }

    @Test("every field as it should be")
    func whole() throws {
        let (report, observations) = try TLSReportReader.report(Array(Sample.report().utf8))
        #expect(observations.isEmpty)
        let failure = TLSReport.Failure(
            resultType: "certificate-expired", sessions: 3, sendingMTA: "192.0.2.7",
            receivingMX: "mx1.rcpt.example", receivingIP: "2001:db8::25")
        let policy = TLSReport.Policy(
            type: "sts", domain: "rcpt.example", strings: ["version: STSv1", "mode: testing"],
            mxHosts: ["*.rcpt.example"], successfulSessions: 9, failedSessions: 3,
            failures: [failure])
        #expect(
            report
                == TLSReport(
                    organization: "Sender Ltd", id: "r-1", contact: "tls@sender.example",
                    start: 1_772_323_200, end: 1_772_409_599, policies: [policy]))
    }

    @Test("the fields of a row that may be missing (RFC 8460 §4.4)")
    func optionalFields() throws {
        let text = Sample.report(row: [
            "receiving-mx-helo": #""helo.rcpt.example""#,
            "additional-information": #""https://sender.example/why""#,
            "failure-reason-code": #""X509_V_ERR_CERT_HAS_EXPIRED""#,
        ])
        let (report, observations) = try TLSReportReader.report(Array(text.utf8))
        let row = try #require(report.policies.first?.failures.first)
        #expect(row.receivingHELO == "helo.rcpt.example")
        #expect(row.additionalInformation == "https://sender.example/why")
        #expect(row.reasonCode == "X509_V_ERR_CERT_HAS_EXPIRED")
        #expect(observations.isEmpty)
    }

    @Test("shapes that senders make of it", arguments: reportRows + policyRows + countRows)
    func shape(row: Row) {
        let bytes = Array(row.text.utf8)
        do {
            let (_, observations) = try TLSReportReader.report(bytes)
            guard case .read(let expected) = row.expected else {
                Issue.record("read, and not \(row.expected)")
                return
            }
            #expect(Set(observations.items.map(\.observation)) == Set(expected))
        } catch {
            guard case .refused(let expected) = row.expected else {
                Issue.record("refused: \(error)")
                return
            }
            #expect(error.withoutDetail == expected)
        }
    }

    @Test("host names are compared, so they have one form")
    func names() throws {
        let text = Sample.report([
            "policies": "["
                + Sample.policy(
                    [
                        "failure-details":
                            "[\(Sample.row(["receiving-mx-hostname": #""MX1.Rcpt.Example.""#]))]"
                    ],
                    fields: [
                        "policy-domain": #""RCPT.example.""#, "mx-host": #"["mx: MX.A.Example."]"#,
                    ])
                + "]"
        ])
        let policy = try #require(TLSReportReader.report(Array(text.utf8)).0.policies.first)
        #expect(policy.domain == "rcpt.example")
        #expect(policy.mxHosts == ["mx.a.example"])
        #expect(policy.failures.first?.receivingMX == "mx1.rcpt.example")
    }

    @Test("policy lines, however they are packed")
    func policyStrings() throws {
        let packed = [
            #"["a","b"]"#, #""a\nb""#, #""a\r\nb\r\n""#, #""[\"a\",\"b\"]""#, #"["[\"a\",\"b\"]"]"#,
            #"["a","[\"b\"]"]"#,
        ]
        for json in packed {
            let text = Sample.report([
                "policies": "[\(Sample.policy(fields: ["policy-string": json]))]"
            ])
            let report = try TLSReportReader.report(Array(text.utf8)).0
            #expect(report.policies.first?.strings == ["a", "b"], "\(json)")
        }
    }

    @Test("what is counted is kept as given, or made up in one way")
    func counts() throws {
        func failed(_ summary: String, rows: String) throws -> [Int] {
            let text = Sample.report(policy: ["summary": summary, "failure-details": rows])
            let policy = try #require(TLSReportReader.report(Array(text.utf8)).0.policies.first)
            return [policy.successfulSessions, policy.failedSessions]
                + policy.failures.map(\.sessions)
        }
        let rows = "[\(Sample.row()),\(Sample.row(["failed-session-count": nil]))]"
        // Types may overlap: RFC 8460 §4.
        let full = #"{"total-successful-session-count":7,"total-failure-session-count":1}"#
        #expect(try failed(full, rows: rows) == [7, 1, 3, 1])
        #expect(try failed("{}", rows: rows) == [0, 4, 3, 1])
        let huge = #"{"total-successful-session-count":9e300,"total-failure-session-count":-5}"#
        #expect(try failed(huge, rows: "[]") == [1_000_000_000_000, 0])
        let odd = #"{"total-successful-session-count":"12","total-failure-session-count":1.75}"#
        #expect(try failed(odd, rows: "[]") == [12, 1])
    }

    @Test("long texts are cut off, and no character in two")
    func longTexts() throws {
        var limits = TLSReportLimits()
        limits.textBytes = 10
        let text = Sample.report(row: ["failure-reason-code": "\"12345678é\u{1F4E7}\""])
        let (report, observations) = try TLSReportReader.report(Array(text.utf8), limits: limits)
        #expect(report.policies.first?.failures.first?.reasonCode == "12345678é")
        #expect(observations.contains(.textCutOff))
    }
}

extension TLSReportFailure.Reason {
    /// Foundation's words are its own affair.
    var withoutDetail: Self {
        if case .json(.syntax) = self { .json(.syntax(detail: "")) } else { self }
    }
}
