internal import Audit
internal import Evidence
public import Store

/// A run as a Prometheus text file, for the node exporter's textfile collector.
///
/// All are gauges about the run, so a file that is not renewed says so by its age
/// (`stsaudit_last_success_timestamp_seconds`). Every verdict and every severity has a sample in
/// every file, zero or not: a series that comes and goes breaks alerts.
public enum PrometheusText {
    /// Writes the file of a run, with the moment at which its portfolio was last seen whole.
    public static func write(
        _ store: AuditStore, _ run: Run, to file: OutputFile
    ) async throws(ReportError) {
        let runs: [Run]
        do throws(StoreError) {
            runs = try await store.runs()
        } catch {
            throw .store(error)
        }
        let finished = runs.filter {
            $0.portfolio == run.portfolio && $0.state == .finished && $0.kind != .rejudge
        }
        let last = finished.max { $0.id < $1.id }
        let summary = try await Summary(store, run)
        try file.write { $0 += text(summary, lastSuccess: last).utf8 }
        try file.commit()
    }

    /// - Parameters:
    ///   - summary: of the run the file is about.
    ///   - lastSuccess: the last finished run of the portfolio; nil when none has finished yet.
    public static func text(_ summary: Summary, lastSuccess: Run?) -> String {
        var text = MetricText(portfolio: summary.run.portfolio)
        let run = summary.run
        text.gauge("stsaudit_build_info", "The program that made the run.")
        text.sample("stsaudit_build_info", [("version", run.toolVersion)], 1)
        text.gauge("stsaudit_run_id", "The number of the run in its store.")
        text.sample("stsaudit_run_id", [], Int(run.id))
        text.gauge("stsaudit_run_finished", "Whether the run came to its end.")
        text.sample("stsaudit_run_finished", [], run.state == .finished ? 1 : 0)
        text.gauge("stsaudit_run_start_timestamp_seconds", "When the run began.")
        text.sample("stsaudit_run_start_timestamp_seconds", [], Int(run.startedAt.seconds))
        if let end = run.finishedAt {
            text.gauge("stsaudit_run_duration_seconds", "How long the run took.")
            text.sample(
                "stsaudit_run_duration_seconds", [], Int(end.seconds - run.startedAt.seconds))
        }
        if let end = lastSuccess?.finishedAt {
            let name = "stsaudit_last_success_timestamp_seconds"
            text.gauge(name, "When a run of this portfolio last came to its end.")
            text.sample(name, [], Int(end.seconds))
        }
        counts(summary, &text)
        return text.text
    }

    private static func counts(_ summary: Summary, _ text: inout MetricText) {
        text.gauge("stsaudit_portfolio_rows", "Rows of the portfolio.")
        text.sample("stsaudit_portfolio_rows", [], summary.run.rowCount)
        text.gauge("stsaudit_portfolio_invalid_rows", "Rows that name no domain.")
        text.sample("stsaudit_portfolio_invalid_rows", [], summary.run.invalidCount)
        text.gauge("stsaudit_domains", "Distinct domains by verdict.")
        for verdict in Verdict.allCases where verdict != .invalidInput {
            let count = summary.verdicts.domains[verdict] ?? 0
            text.sample("stsaudit_domains", [("verdict", verdict.rawValue)], count)
        }
        text.gauge("stsaudit_domains_outstanding", "Distinct domains without a result.")
        text.sample("stsaudit_domains_outstanding", [], summary.verdicts.outstanding)
        text.gauge(
            "stsaudit_unmeasured_ratio", "Share of the examined domains that were not measured.")
        let unmeasured = summary.verdicts.domains[.unmeasured] ?? 0
        text.ratio("stsaudit_unmeasured_ratio", unmeasured, of: summary.verdicts.examined)
        text.gauge("stsaudit_cause_domains", "Distinct domains by cause.")
        for count in summary.causes.sorted(by: { $0.cause.code < $1.cause.code }) {
            text.sample(
                "stsaudit_cause_domains",
                [("cause", count.cause.code), ("severity", count.severity.rawValue)],
                count.domains)
        }
    }
}

/// Builds the text exposition format, version 0.0.4.
private struct MetricText {
    private let portfolio: String
    private(set) var text = ""

    init(portfolio: String) { self.portfolio = portfolio }

    mutating func gauge(_ name: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) {
        text += name + Self.labels([("portfolio", portfolio)] + labels) + " \(value)\n"
    }

    /// Six digits; zero when there is nothing to share.
    mutating func ratio(_ name: String, _ part: Int, of whole: Int) {
        text += name + Self.labels([("portfolio", portfolio)])
        text += " \(Share.fraction(part, of: whole, digits: 6))\n"
    }

    private static func labels(_ labels: [(String, String)]) -> String {
        "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
    }

    /// The format's own three escapes; whatever else a terminal would act on is shown instead.
    private static func escaped(_ value: String) -> String {
        InertText.line(value).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
