import Audit
import Evidence
import Foundation
import MTASTS
import Report
import Store
import Testing

/// What strangers and customers can write must stay text on the page.
@Suite(
    "HTML report: hostile text", .serialized, .timeLimit(.minutes(6)),
    .enabled(if: Browser.isUsable, "\(Browser.missing)"))
struct HTMLHostileTests {
    static let texts = [
        "<script>alert(1)</script>", "</script><script>alert(2)</script>",
        "\"><img src=x onerror=alert(3)>", "' onmouseover='alert(4)", "<!--", "]]>", "-->",
        "</textarea></title></style><svg onload=alert(5)>", "&lt;b&gt;", "${alert(6)}",
        "javascript:alert(7)", "\u{202E}gnitrevni\u{2066}", "nul\u{0}nul", "\u{2028}line\u{2029}",
        "../../escape", "/etc/passwd", "..", ".", "CON", "a/b\\c",
    ]

    @Test("nothing of it is run, injected or loaded")
    func page() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path("audit.sqlite"))
        let run = try await fill(store)
        let file = scratch.path("report.html")
        try await HTMLReport.write(store, run, to: OutputFile(path: file, .whenDone))
        try await Browser.session(in: scratch) { browser in
            _ = try browser.open(file: file)
            try browser.run(
                "document.querySelectorAll('.open').forEach((button) => button.click())")
            #expect(try browser.texts(".detail").count == Self.texts.count * 2)
            try Self.checkInert(browser)
            let details = try browser.texts(".detail dd").joined()
            #expect(details.contains("\"v=STSv1; id=<script>alert(1)</script>;\""))
            #expect(!details.contains("\u{202E}") && !details.contains("\u{0}"))
            #expect(
                try browser.texts("td:nth-child(2)").contains("</script><script>alert(2)</script>"))
        }
    }

    @Test("a folder for each account, whatever it is called")
    func split() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path("audit.sqlite"))
        let run = try await fill(store)
        // Deep enough that what escapes is still in `scratch`, and seen.
        let place = "a/b/accounts"
        try FileManager.default.createDirectory(
            atPath: scratch.path(place), withIntermediateDirectories: true)
        let count = try await AccountReports.write(store, run, folder: scratch.path(place))
        #expect(count == Self.texts.count)
        let folders = try FileManager.default.contentsOfDirectory(atPath: scratch.path(place))
            .filter { $0 != "index.html" && $0 != "accounts.csv" }
        #expect(folders.count == count)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
        #expect(folders.allSatisfy { $0.allSatisfy(letters.contains) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("a")) == ["b"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path("a/b"))
                == ["accounts"])
        for folder in folders {
            let rows = try scratch.text("\(place)/\(folder)/domains.csv").split(separator: "\r\n")
            #expect(rows.count >= 3, "a header and two rows")
        }
        let folder = folders.sorted()[0]
        try await Browser.session(in: scratch) { browser in
            _ = try browser.open(file: scratch.path("\(place)/index.html"))
            #expect(try browser.texts("#account-rows tr").count == count)
            try Self.checkInert(browser)
            _ = try browser.open(file: scratch.path("\(place)/\(folder)/report.html"))
            try Self.checkInert(browser)
        }
    }

    private static func checkInert(_ browser: Browser) throws {
        #expect(browser.dialogs == [])
        #expect(browser.troubles == [])
        #expect(try browser.texts("img, iframe, object, embed, svg[onload]") == [])
        // The packed rows and the page's own script, or the script alone.
        #expect(try browser.texts("script").count <= 2)
        #expect(
            try browser.evaluate(
                "[...document.querySelectorAll('*')].every((node) => "
                    + "[...node.attributes].every((a) => !a.name.startsWith('on')))",
                as: Bool.self))
        #expect(browser.requests.allSatisfy { $0.hasPrefix("file:") || $0.hasPrefix("data:") })
    }

    /// Two rows for each text: a domain that publishes it, and one that is no domain.
    private func fill(_ store: AuditStore) async throws -> Run {
        let start = PageWorld.start
        let run = try await store.beginRun(
            RunRequest(portfolio: Self.texts[0], fingerprint: "f", toolVersion: Self.texts[1]),
            at: start)
        var rows: [PortfolioRow] = []
        for (number, text) in Self.texts.enumerated() {
            let name = "d\(number).hostile.example"
            rows.append(
                PortfolioRow(
                    line: 2 * number + 2, input: text, domain: try DomainName(name), account: text))
            rows.append(
                PortfolioRow(
                    line: 2 * number + 3, input: text, domain: nil, problem: .hyphenAtEdge,
                    account: text))
        }
        try await run.ingest(rows)
        try await run.finishIngest(
            header: PortfolioHeader(carried: [], hasAccount: true, hasExpectedMode: false),
            at: start)
        try await run.record(try await run.candidates(limit: 1000).map(Self.examined))
        try await run.finish(.finished, at: start)
        return try await store.run(run.id)
    }

    private static func examined(_ candidate: Candidate) -> Examined {
        let number = Int(candidate.domain.description.dropFirst().prefix { $0 != "." }) ?? 0
        let text = texts[number]
        let body = Array("version: STSv1\nmode: \(text)\nmx: \(text)\n".utf8)
        let leaf = Certificate(
            digest: PageWorld.digest(of: body), subject: "CN=\(text)", issuer: text,
            dnsNames: [text], dnsNameCount: 1, notBefore: PageWorld.start,
            notAfter: PageWorld.start.adding(seconds: 864_000), key: text)
        let evidence = Evidence(
            mx: Lookup(.found([MXRecord(preference: 10, host: text)])),
            record: Lookup(.found([TXTRecord("v=STSv1; id=\(text);")]), aliases: [text]),
            tlsrpt: Lookup(.found([TXTRecord("v=TLSRPTv1; rua=\(text)")])),
            policyHost: HostAddresses(
                v4: Lookup(.found([IPAddress(bytes: [203, 0, 113, 1])].compactMap(\.self))),
                v6: Lookup(.noData)),
            fetches: [IPAddress(bytes: [203, 0, 113, 1])].compactMap(\.self).map { address in
                Fetch(
                    address: address,
                    outcome: .response(
                        HTTPResponse(
                            status: 200, contentType: text,
                            body: .init(digest: PageWorld.digest(of: body), bytes: body))),
                    chain: [leaf])
            })
        return Examined(
            candidate: candidate, evidence: evidence,
            measurement: Measurement(at: PageWorld.start),
            assessment: Judge().assess(
                evidence, of: candidate.domain, expecting: Expectations(), now: PageWorld.start),
            isProvisional: false)
    }
}
