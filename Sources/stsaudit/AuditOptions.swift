internal import ArgumentParser
internal import Audit
internal import Report
internal import Store
internal import Survey

/// Every option of `audit`. `ConfigKey.all` has a key for each.
struct AuditOptions: ParsableArguments {
    @OptionGroup var files: StoreOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the CSV and JSON Lines files into this folder.", valueName: "folder"))
    var output: String?

    @OptionGroup var exports: ExportOptions

    @Option(
        name: .long,
        help: "The name under which the runs of this portfolio follow one another in the store.")
    var name = "default"

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Go on with the interrupted run of this portfolio; a finished one is not begun again."
    )
    var resume = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this part of the portfolio, such as 2/4: the domains whose hash says so.",
            valueName: "i/n"),
        transform: AuditOptions.shard)
    var shard: Shard?

    @Option(
        name: .long,
        help: "Exit with status 1 when a finding is at least this: never, error, warning, advice.")
    var failOn = FailOn.never

    @Option(name: .long, help: "auto, none, plain or ansi.")
    var progress = ProgressStyle.auto

    @Option(
        name: .long,
        help: "Standard error: plain, journald (a priority before each line), or auto to tell.")
    var log = LogStyle.auto

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Begin at most this many domains in a second, 1 to 100000. Default: no limit.",
            valueName: "count"))
    var limitRate: Int?

    @OptionGroup var severities: ProfileOption

    @OptionGroup(title: "Network") var engine: EngineOptions

    mutating func validate() throws {
        if let limitRate, !(1...100_000).contains(limitRate) {
            throw ValidationError("--limit-rate is 1 to 100000, not \(limitRate).")
        }
    }

    private static func shard(_ text: String) throws -> Shard {
        guard let shard = Shard(text) else {
            throw ValidationError(
                "'\(text)' is no part i/n with i from 1 to n and n up to \(Shard.maximumCount).")
        }
        return shard
    }

    func surveyConfiguration(judgingBy profile: SeverityProfile) -> SurveyConfiguration {
        var configuration = engine.configuration(judgingBy: profile)
        configuration.domainsPerSecond = limitRate
        return configuration
    }
}
