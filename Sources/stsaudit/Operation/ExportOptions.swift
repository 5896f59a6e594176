internal import ArgumentParser
internal import Audit
internal import Glibc
internal import Report
internal import Store

/// Files for machines that are written beside the reports.
struct ExportOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write metrics of the run into this file for Prometheus' textfile collector.",
            valueName: "file"))
    var prometheus: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the run into this file as JUnit XML: a test case for each row.",
            valueName: "file"))
    var junit: String?

    var isEmpty: Bool { prometheus == nil && junit == nil }

    /// Writes what was asked for. A file is replaced when its successor is whole.
    func write(_ store: AuditStore, _ run: Run, failingAt threshold: Severity) async throws {
        if let prometheus {
            let file = try OutputFile(path: prometheus, .whenDone)
            try await PrometheusText.write(store, run, to: file)
        }
        if let junit {
            let file = try OutputFile(path: junit, .whenDone)
            try await JUnitReport.write(store, run, failingAt: threshold, to: file)
        }
    }

    /// The same for a run that failed, so that whoever watches the files learns of it. What fails
    /// here is said; the run's own failure stays the one that is told.
    func writeAfterFailure(
        _ store: AuditStore, portfolio: String, failingAt threshold: Severity
    ) async {
        guard !isEmpty else { return }
        do {
            guard let run = try await store.runs().first(where: { $0.portfolio == portfolio })
            else {
                return
            }
            try await write(store, run, failingAt: threshold)
        } catch {
            Console.note("The files for machines could not be written: \(error)", .error)
        }
    }
}
