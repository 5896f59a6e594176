import Audit
import Foundation
import Report
import Store
import Testing

/// One at a time: a browser wants the machine for itself.
@Suite(
    "HTML report in Chromium", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: Browser.isUsable, "\(Browser.missing)"))
struct HTMLPageTests {
    /// Seconds from opening the file to the list standing there. A page must need no more than a
    /// third of it on a machine that does nothing else.
    static let loadLimit = 9.0

    @Test("it opens, searches, sorts, filters and shows a domain", arguments: [1000, 100_000])
    func page(count: Int) async throws {
        let scratch = try Scratch()
        let file = try await write(count, in: scratch)
        let report = try await Browser.session(in: scratch) { browser in
            try browser.prefer("light")
            let milliseconds = try browser.open(file: file)
            let all = Self.number(count)
            #expect(try browser.text("#count") == "1 to 100 of \(all)")
            #expect(
                try browser.evaluate("document.getElementById('loading') === null", as: Bool.self))

            try Self.checkSearch(browser, count)
            try Self.checkSorting(browser, count)
            try Self.checkCauseButton(browser, count)
            try Self.checkDetail(browser)
            try Self.checkThemes(browser)

            #expect(browser.troubles == [])
            #expect(browser.requests.filter { !$0.hasPrefix("data:") }.count == 1)
            #expect(browser.requests.allSatisfy { $0.hasPrefix("file:") || $0.hasPrefix("data:") })
            #expect(browser.dialogs == [])
            return milliseconds
        }
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        print("html report, \(count) domains: \(size) bytes, ready after \(Int(report)) ms")
        #expect(report < Self.loadLimit * 1000)
    }

    private func write(_ count: Int, in scratch: Scratch) async throws -> String {
        let store = try AuditStore(path: scratch.path("audit.sqlite"))
        let run = try await PageWorld(count: count).fill(store)
        let file = scratch.path("report.html")
        try await HTMLReport.write(store, run, to: OutputFile(path: file, .whenDone))
        return file
    }

    private static func number(_ value: Int) -> String {
        value < 1000 ? "\(value)" : "\(value / 1000)," + "\(value)".suffix(3)
    }

    private static let names = "#domain-rows tr td:first-child"

    private static func checkSearch(_ browser: Browser, _ count: Int) throws {
        try browser.search("d123.page", expecting: " of 1")
        #expect(try browser.texts(names) == ["d123.page.example"])
        try browser.search("no such domain", expecting: "No domain fits.")
        #expect(try browser.texts(names) == [])
        try browser.search("", expecting: " of \(number(count))")
    }

    private static func checkSorting(_ browser: Browser, _ count: Int) throws {
        let first = "#domain-rows tr:first-child td"
        try browser.click("th[data-sort=severity] button")
        let sort = "document.querySelector('th[data-sort=severity]').ariaSort"
        #expect(try browser.evaluate(sort, as: String.self) == "descending")
        #expect(try browser.texts(first)[3] == "error")
        // By keyboard: the button has the focus.
        try browser.run("document.querySelector('th[data-sort=severity] button').focus()")
        try browser.press("Enter", code: 13)
        #expect(try browser.evaluate(sort, as: String.self) == "ascending")
        #expect(try browser.texts(first)[3] != "error")

        try browser.click("th[data-sort=expiry] button")
        let ascending = try browser.texts("#domain-rows tr td:nth-child(6)")
        #expect(ascending == ascending.sorted() && ascending.first?.isEmpty == false)
        try browser.click("th[data-sort=expiry] button")
        let descending = try browser.texts("#domain-rows tr td:nth-child(6)")
        #expect(descending == descending.sorted(by: >) && descending.first?.isEmpty == false)
        #expect(descending.first != ascending.first)
    }

    private static func checkCauseButton(_ browser: Browser, _ count: Int) throws {
        try browser.click("button[data-cause=record-id-invalid]")
        try browser.wait(
            "document.getElementById('count').textContent.endsWith(' of \(number(count / 10))')")
        #expect(
            try browser.texts("#domain-rows tr td:nth-child(5)").allSatisfy {
                $0.contains("record-id-invalid")
            })
        try browser.run(
            "const menu = document.getElementById('by-cause'); menu.value = '-1'; "
                + "menu.dispatchEvent(new Event('change'))")
    }

    private static func checkDetail(_ browser: Browser) throws {
        try browser.search("d3.page.example", expecting: " of 1")
        try browser.run("document.querySelector('#domain-rows button').focus()")
        try browser.press("Enter", code: 13)
        #expect(
            try browser.texts(".detail h3") == [
                "Domain", "Record", "Policy host", "Policy", "MX hosts", "Certificate",
                "TLS reports",
            ])
        let detail = try browser.text(".detail")
        #expect(detail.contains("mx1.mail3.example, covered by mx1.mail3.example"))
        #expect(detail.contains("mx2.mail3.example, not covered"))
        #expect(detail.contains(Cause.mxUncovered.explanation.remedy))
        #expect(
            try browser.evaluate(
                "document.querySelector('#domain-rows button').ariaExpanded", as: String.self)
                == "true")
        try browser.press("Enter", code: 13)
        #expect(try browser.texts(".detail") == [])
        try browser.search("", expecting: "")
    }

    private static func checkThemes(_ browser: Browser) throws {
        let background = "getComputedStyle(document.body).backgroundColor"
        let light = try browser.evaluate(background, as: String.self)
        try browser.prefer("dark")
        let dark = try browser.evaluate(background, as: String.self)
        #expect(light != dark)
        try browser.click("#theme")
        #expect(try browser.evaluate(background, as: String.self) == light)
    }
}
