internal import Evidence
internal import Lab
internal import Report
internal import Store
internal import Survey

/// Audits a lab of stories night after night: one store, one portfolio, and a clock that is moved
/// on by a day between two runs.
struct NightRuns {
    var world: NightWorld
    var store: AuditStore
    /// Path of a portfolio with the stories' domains.
    var portfolio: String
    var options: EngineOptions
    var style = ProgressStyle.none

    /// Header and rows of the portfolio, in the order of the stories, without line ends.
    static func portfolioLines(_ world: NightWorld) -> [String] {
        ["domain,account"] + Story.all.map { "\(world.domain(of: $0)),\($0.name)" }
    }

    /// What a demo's options are changed by: what hangs here hangs on every attempt.
    static let flags = ["--connect-timeout", "1", "--retries", "1"]

    /// One run at the hour of `night`, which the world shows from then on.
    ///
    /// - Parameter outputFolder: where the reports of this night go; nil for none.
    func run(night: Int, outputFolder: String? = nil) async throws -> Sweep.Result {
        world.night = night
        var survey = options.configuration
        // Retries wait in the time of the lab, in which a pause takes no time.
        survey.clock = SurveyClock(now: { Timestamp(seconds: world.now) }, sleep: { _ in })
        return try await Sweep(
            store: store,
            request: RunRequest(
                portfolio: "nights", fingerprint: try Fingerprint.of(.path(portfolio)),
                kind: .demo, options: options.recorded(), toolVersion: Version.current),
            source: .path(portfolio), survey: survey, outputFolder: outputFolder, style: style,
            resumes: false
        ).run()
    }
}
