internal import Foundation
internal import Lab
@testable internal import Report

extension Seeds {
    private static var generator: ReportGenerator {
        ReportGenerator(
            seed: 1, domains: ["example.com", "xn--bcher-kva.example"], firstDay: 20_000, days: 2,
            rows: 3)
    }

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        guard var writer = GzipText() else { fail("no memory") }
        var out: [UInt8] = []
        writer.append(bytes, to: &out)
        writer.finish(to: &out)
        return out
    }

    /// Reports as senders write them, and each field in the ways that are known to differ.
    static var reports: [[UInt8]] {
        let plain = (0..<6).map { generator.report($0) }
        let odd = oddReports.map { Array($0.utf8) }
        return plain + odd + [gzip(plain[0]), gzip(odd[0]), gzip(plain[1]) + [0, 1, 2]]
    }

    private static var oddReports: [String] {
        func report(_ range: String, _ policies: String) -> String {
            #"{"organization-name":"O","date-range":\#(range),"contact-info":null,"#
                + #""report-id":"r-1","policies":\#(policies)}"#
        }
        let range =
            #"{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"}"#
        let policy =
            #"{"policy":{"policy-type":"sts","policy-string":["version: STSv1","mode: testing"],"#
            + #""policy-domain":"example.com","mx-host":["*.example.com"]},"#
            + #""summary":{"total-successful-session-count":5,"total-failure-session-count":1},"#
            + #""failure-details":[{"result-type":"certificate-expired","failed-session-count":1}]}"#
        return [
            report(range, "[\(policy)]"), report(range, policy), report(range, "[]"),
            report(#"{"start-datetime":1772323200,"end-datetime":"2026-03-01"}"#, "[\(policy)]"),
            report(#"{"start-datetime":"2026-03-01 01:02:03.5+0130","end-datetime":"x"}"#, "[]"),
            report(range, #"[{"policy-type":"no-policy-found","policy-string":"[\"a\",\"b\"]"}]"#),
            report(range, #"[{"policy":{"mx-host":"mx: a.example","policy-domain":1}}]"#),
            report(range, #"[{"summary":{"total-failure-session-count":"1e3"}},7,null]"#),
            "\u{FEFF}" + report(range, "[\(policy),\(policy)]"),
        ]
    }

    static var mails: [[UInt8]] {
        let json = generator.report(0)
        let base64 = Data(gzip(json)).base64EncodedString(
            options: [.lineLength76Characters, .endLineWithLineFeed])
        let head = """
            From: TLS <tls@sender.example>
            Subject: Report Domain: example.com Submitter: sender.example Report-ID: <r>
            Message-ID: <r@sender.example>
            MIME-Version: 1.0

            """
        func part(_ type: String, _ name: String, _ body: String) -> String {
            """
            --b
            Content-Type: \(type)
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="\(name)"

            \(body)

            """
        }
        let name = "s!example.com!1!2!r.json.gz"
        let single = head + "TLS-Report-Domain: example.com\n"
        let multipart =
            head + "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n"
            + "--b\nContent-Type: text/plain\n\nA report.\n"
            + part("application/tlsrpt+gzip", name, base64) + "--b--\n"
        let nested =
            head + "Content-Type: multipart/mixed; boundary=a\n\n--a\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n"
            + part("application/octet-stream", name, base64) + "--b--\n--a\n"
            + "Content-Type: message/rfc822\n\n" + multipart + "--a--\n"
        let encoded =
            "Subject: =?UTF-8?B?w6k=?=\n" + single
            + "Content-Type: application/tlsrpt+json; name*=UTF-8''r%C3%A9.json\n"
            + "Content-Transfer-Encoding: quoted-printable\n\n{=22a=22:1}\n"
        let texts = [single + "\nhello\n", multipart, nested, encoded]
        let mbox = texts.map { "From s@example.com Sun Mar  1 00:00:00 2026\n\($0)\n" }.joined()
        return texts.map { Array($0.utf8) } + [generator.mail(0), Array(mbox.utf8)]
            + [gzip(Array(mbox.utf8)), json]
    }
}
