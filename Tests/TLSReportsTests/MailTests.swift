import Foundation
import MTASTS
import TLSReports
import Testing

@Suite("Report mail: RFC 8460 §5.3")
struct MailTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var mail: String
        /// What is read: ids with their observations, or reasons.
        var expected: [String]
        var why: String

        var testDescription: String { why }
    }

    @Test("what senders send", arguments: rows)
    func shape(row: Row) throws {
        let results = try Reading.file(Array(row.mail.utf8))
        #expect(results.map(Self.line) == row.expected)
    }

    @Test("the same with the line ends of SMTP", arguments: rows)
    func lineEnds(row: Row) throws {
        let mail = row.mail.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try Reading.file(Array(mail.utf8)).map(Self.line) == row.expected)
    }

    @Test("a compressed mail is a mail")
    func compressed() throws {
        let mail = SampleMail.mail([SampleMail.note, SampleMail.report()])
        #expect(try Reading.file(Gzip.stored(Array(mail.utf8))).map(Self.line) == ["r-1"])
    }

    @Test("where it is from, and what the mail says of itself")
    func source() throws {
        let mail = SampleMail.mail([SampleMail.note, SampleMail.report()])
        let result = try #require(Reading.file(Array(mail.utf8)).first)
        let found = try result.get()
        #expect(found.source.attachment == SampleMail.fileName + ".gz")
        #expect(found.source.message == nil)
        let header = try #require(found.source.mail)
        #expect(header.from == "TLS reports <tls@sender.example>")
        #expect(header.reportDomain == "rcpt.example")
        #expect(header.submitter == "sender.example")
        #expect(header.messageID == "<r-1@sender.example>")
    }

    @Test("the report counts, and not what the mail says of it (RFC 8460 §5.6)")
    func authority() throws {
        let mail = SampleMail.mail([
            SampleMail.report(
                Sample.report(["policies": "[\(Sample.policy(fields: ["policy-domain": nil]))]"]),
                name: "other.example!elsewhere.example!1!2.json.gz")
        ])
        let result = try #require(Reading.file(Array(mail.utf8)).first)
        let report = try result.get().report
        // Neither the header fields nor the file name fill in what is missing.
        #expect(report.policies.map(\.domain) == [nil])
        #expect(report.organization == "Sender Ltd")
        #expect(report.start == 1_772_323_200)
    }

    static func line(_ result: Result<FoundReport, TLSReportFailure>) -> String {
        switch result {
        case .success(let found):
            let observed = found.observations.items.map { " " + $0.observation.rawValue }
            return found.report.id + observed.joined()
        case .failure(let failure): return "\(failure.reason.withoutDetail)"
        }
    }

    static let rows: [Row] = [
        Row(
            mail: SampleMail.mail([SampleMail.note, SampleMail.report()]), expected: ["r-1"],
            why: "as the RFC has it, compressed"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note,
                SampleMail.report(
                    type: "application/tlsrpt+json", name: SampleMail.fileName, compressed: false),
            ]), expected: ["r-1"], why: "as the RFC has it, not compressed"),
        Row(
            mail: SampleMail.mail([
                SampleMail.report(type: "application/tlsrpt+gzip", compressed: false)
            ]), expected: ["r-1"], why: "said to be compressed, and is not: the content tells"),
        Row(
            mail: SampleMail.mail([
                .init(
                    "Content-Type: application/tlsrpt+json",
                    "Content-Transfer-Encoding: quoted-printable",
                    body: Sample.report().replacingOccurrences(of: "=", with: "=3D")
                        .replacingOccurrences(of: "policies", with: "poli=\ncies"))
            ]), expected: ["r-1"], why: "quoted-printable, with a soft line break in a name"),
        Row(
            mail: SampleMail.mail([
                .init("Content-Type: application/tlsrpt", body: Sample.report())
            ]), expected: ["r-1 other-media-type"], why: "a type that never was registered"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note, SampleMail.report(type: "application/octet-stream"),
            ]), expected: ["r-1 other-media-type"], why: "the name says it"),
        Row(
            mail: SampleMail.mail(
                [SampleMail.note, SampleMail.report(type: "application/gzip")], declared: false,
                type: "multipart/mixed"), expected: ["r-1 other-media-type"],
            why: "nothing but the name of the attachment says it"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note,
                SampleMail.report(type: "application/gzip", name: nil),
            ]), expected: ["r-1 other-media-type"],
            why: "only the mail says it; the content is looked at"),
        Row(
            mail: SampleMail.fields.joined(separator: "\n") + "\n" + SampleMail.report().text,
            expected: ["r-1"], why: "no multipart: the mail is the report"),
        Row(
            mail: SampleMail.fields.joined(separator: "\n") + "\n\n" + Sample.report() + "\n",
            expected: ["r-1 other-media-type"], why: "no MIME: the text is the report"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note, SampleMail.report(),
                SampleMail.report(Sample.report(["report-id": #""r-2""#])),
            ]), expected: ["r-1", "r-2"], why: "two reports in one mail"),
        Row(
            mail: SampleMail.mail([
                SampleMail.report("{"), SampleMail.report(Sample.report(["report-id": #""r-2""#])),
            ]), expected: ["not JSON", "r-2"], why: "one of two is broken"),
        Row(
            mail: SampleMail.mail(
                [
                    SampleMail.note,
                    .init(
                        "Content-Type: message/rfc822",
                        body: SampleMail.mail([SampleMail.note, SampleMail.report()])
                            .replacingOccurrences(of: "b42", with: "inner")),
                ], declared: false, type: "multipart/mixed"), expected: ["r-1"],
            why: "forwarded as an attachment"),
        Row(
            mail: SampleMail.mail(
                [
                    SampleMail.multipart(
                        [
                            SampleMail.note,
                            .init("Content-Type: text/html", body: "<p>A report</p>"),
                        ], type: "multipart/alternative", boundary: "inner"),
                    SampleMail.report(),
                ]), expected: ["r-1"], why: "the text for people in two forms"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note, SampleMail.report(),
                .init("Content-Type: text/plain", body: "-- \nlist footer"),
            ]), expected: ["r-1"], why: "a mailing list added its footer"),
        Row(
            mail: SampleMail.mail([SampleMail.note]), expected: ["a mail without a TLS report"],
            why: "the report was taken off on the way"),
        Row(
            mail: SampleMail.mail([
                SampleMail.note,
                .init(
                    "Content-Type: application/zip", "Content-Transfer-Encoding: base64",
                    "Content-Disposition: attachment; filename=\"\(SampleMail.fileName).zip\"",
                    body: "UEsDBBQAAAAIAA=="),
            ]), expected: ["a ZIP archive; a report is JSON or gzip (RFC 8460 §5.2)"],
            why: "the wrong compression"),
        Row(
            mail: SampleMail.mail(
                [
                    SampleMail.note,
                    .init(
                        "Content-Type: application/gzip", "Content-Transfer-Encoding: base64",
                        "Content-Disposition: attachment; filename=\"dmarc.xml.gz\"",
                        body: Data(Gzip.stored(Array("<feedback/>".utf8))).base64EncodedString()),
                ], declared: false, type: "multipart/mixed"),
            expected: ["a mail without a TLS report"], why: "a DMARC report in the same mailbox"),
        Row(
            mail: "Subject: lunch?\n\nAt noon: {you know where}\n",
            expected: ["a mail without a TLS report"], why: "other mail"),
        Row(
            mail: "Subject: no body\n", expected: ["a mail without a TLS report"],
            why: "header fields alone"),
        Row(
            mail: SampleMail.mail([SampleMail.note, SampleMail.report()])
                .replacingOccurrences(of: "--b42--\n", with: ""),
            expected: ["r-1"], why: "the closing boundary is missing"),
        Row(
            mail: SampleMail.mail([
                .init(
                    "Content-Type: application/tlsrpt+gzip", "Content-Transfer-Encoding: base64",
                    body: String(
                        Data(Gzip.stored(Array(Sample.report().utf8))).base64EncodedString()
                            .dropLast(40)))
            ]), expected: ["a gzip file, but it is cut off"], why: "cut off on the way"),
        Row(
            mail: SampleMail.mail([
                .init("Content-Type: application/tlsrpt+json", body: "Report follows by post.")
            ]), expected: ["not JSON"], why: "said to be a report, and is none"),
    ]
}
