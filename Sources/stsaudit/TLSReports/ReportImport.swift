internal import MTASTS
internal import Report
internal import Store
internal import Survey
internal import TLSReports

/// One import: reports from files into the store, a batch at a time.
///
/// What is committed stays, whatever comes after it: interrupted, the same command goes on by
/// counting what it finds as known.
struct ReportImport {
    struct Outcome {
        var summary = ReportImportSummary()
        /// Files, messages and attachments that could not be read.
        var failures = 0
        /// Mails that hold no report, as most of a mailbox may.
        var otherMail = 0
    }

    private let paths: [String]
    private let storePath: String
    private let clock: SurveyClock
    private var line: ImportLine
    private var store: AuditStore?
    private var outcome = Outcome()
    private var batch: [ReceivedReport] = []
    private var batchRows = 0
    private var batchBytes = 0

    /// Whichever is reached first: a report may have 100,000 failure rows, or 20 MiB of policy.
    private static let batchReports = 500
    private static let batchRows = 20_000
    private static let batchBytes = 32 << 20

    init(_ paths: [String], store: String, clock: SurveyClock, style: ProgressStyle) {
        self.paths = paths
        storePath = store
        self.clock = clock
        line = ImportLine(style: style.resolved)
    }

    mutating func run() async throws -> Outcome {
        var reader = TLSReportReader(paths)
        while let next = reader.next() {
            switch next {
            case .success(let found): take(found)
            case .failure(let failure): note(failure)
            }
            if batch.count >= Self.batchReports || batchRows >= Self.batchRows
                || batchBytes >= Self.batchBytes
            {
                try await commit()
            }
        }
        try await commit()
        line.finish()
        try store?.close()
        return outcome
    }

    private mutating func take(_ found: FoundReport) {
        batch.append(
            ReceivedReport(
                found.report, source: found.source.description,
                submitter: found.source.mail?.submitter ?? found.source.mail?.from,
                observations: found.observations.description))
        for policy in found.report.policies {
            batchRows += policy.failures.count
            batchBytes += policy.textBytes
        }
    }

    private mutating func note(_ failure: TLSReportFailure) {
        if failure.reason == .noReport {
            outcome.otherMail += 1
            // In a mailbox it is no news.
            guard failure.source.message == nil, paths.contains(failure.source.path) else { return }
        } else {
            outcome.failures += 1
        }
        line.note("stsaudit: \(InertText.line(failure.description))")
    }

    private mutating func commit() async throws {
        guard !batch.isEmpty else { return }
        // Not before there is something to keep: a mistyped path leaves no empty store behind.
        let store = try store ?? AuditStore(path: storePath)
        self.store = store
        let summary = try await store.add(batch, at: clock.now())
        for source in summary.contradicting {
            line.note(
                "stsaudit: \(InertText.line(source)): not the report that was imported before "
                    + "under the same organization and id; the first is kept")
        }
        outcome.summary += summary
        batch.removeAll(keepingCapacity: true)
        batchRows = 0
        batchBytes = 0
        line.show(outcome)
    }
}

extension TLSReport.Policy {
    /// UTF-8 bytes of what may be long in it.
    fileprivate var textBytes: Int {
        let texts = (strings + mxHosts).reduce(0) { $0 + $1.utf8.count }
        return failures.reduce(texts) { sum, failure in
            sum + (failure.additionalInformation?.utf8.count ?? 0)
                + (failure.reasonCode?.utf8.count ?? 0) + (failure.receivingMX?.utf8.count ?? 0)
                + (failure.receivingHELO?.utf8.count ?? 0)
        }
    }
}

extension ReportImport.Outcome {
    var read: Int { summary.added + summary.known + summary.contradicting.count }

    var text: String {
        func grouped(_ number: Int) -> String { ProgressLine.grouped(number) }
        func reports(_ number: Int) -> String {
            "\(grouped(number)) \(number == 1 ? "report" : "reports")"
        }
        var text = "\(reports(read)) read: \(grouped(summary.added)) new"
        if summary.added > 0 { text += " (\(grouped(summary.failureRows)) failure rows)" }
        text += ", \(grouped(summary.known)) known\n"
        if !summary.contradicting.isEmpty {
            text +=
                "\(reports(summary.contradicting.count)) under an id that is known with other "
                + "content: left out\n"
        }
        if otherMail > 0 {
            text += "\(grouped(otherMail)) \(otherMail == 1 ? "mail" : "mails") without a report\n"
        }
        if failures > 0 { text += "\(grouped(failures)) could not be read\n" }
        return text
    }
}

/// How far an import is, on standard error.
private struct ImportLine {
    let style: ProgressStyle
    private let start = ContinuousClock.now
    private var next: ContinuousClock.Instant
    private var isShown = false

    init(style: ProgressStyle) {
        self.style = style
        next = start
        // Small imports are over before anybody asks.
        next += interval
    }

    private var interval: Duration {
        switch style {
        case .ansi: .milliseconds(250)
        case .plain, .none, .auto: .seconds(5)
        }
    }

    mutating func show(_ outcome: ReportImport.Outcome) {
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now + interval
        let rate = Int(Double(outcome.read) / max(0.001, (now - start) / .seconds(1)))
        let text =
            "\(ProgressLine.grouped(outcome.read)) reports  \(ProgressLine.grouped(rate))/s"
            + (outcome.failures > 0
                ? "  \(ProgressLine.grouped(outcome.failures)) could not be read" : "")
        switch style {
        case .none, .auto: break
        case .plain: Console.note(text)
        case .ansi:
            Console.raw("\r\u{1B}[K" + text)
            isShown = true
        }
    }

    mutating func note(_ text: String) {
        finish()
        Console.note(text)
    }

    /// Leaves the terminal's line clean.
    mutating func finish() {
        if isShown { Console.raw("\r\u{1B}[K") }
        isShown = false
    }
}
