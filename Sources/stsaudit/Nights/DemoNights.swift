internal import ArgumentParser
internal import Evidence
internal import Glibc
internal import Lab
internal import Report
internal import Store
internal import Survey

/// `stsaudit demo --nights`: stories of domains that change, with what senders hold from earlier.
struct DemoNights {
    var folder: String
    /// 1 to `Story.nights`.
    var count: Int

    private var files: DemoFiles { DemoFiles(folder: folder) }

    /// - Parameter flags: of a demo's engine, for its lab.
    func run(_ flags: (Lab) -> [String]) async throws {
        try Folder.make(folder)
        // Stories begin with a domain that nobody has looked at: an earlier demo's copies would
        // count as held.
        guard unsafe access(files.store, F_OK) != 0 else {
            throw CommandFailure(
                "'\(files.store)' is there already; give another --output or remove it")
        }
        let world = NightWorld(start: SurveyClock.system.now().seconds)
        try files.writePortfolio(NightRuns.portfolioLines(world))
        try await Lab.withLab(world: world) { lab in
            let store = try AuditStore(path: files.store)
            let nights = NightRuns(
                world: world, store: store, portfolio: files.portfolio,
                options: try EngineOptions.parse(flags(lab) + NightRuns.flags))
            let isComplete = try await audit(nights)
            // For whoever opens the file next: without a journal beside it.
            try store.close()
            if !isComplete { throw ExitStatus.failed.code }
        }
    }

    /// - Returns: whether all that was found is the truth.
    private func audit(_ nights: NightRuns) async throws -> Bool {
        var isComplete = true
        for night in 0..<count {
            // The reports are those of the last night; a file for each would say little more.
            let result = try await nights.run(
                night: night, outputFolder: night == count - 1 ? folder : nil)
            if result.isInterrupted {
                throw CommandFailure("interrupted in night \(night)", status: .interrupted)
            }
            let agreement = try await NightAgreement.of(
                nights.store, result.run, with: nights.world)
            try Console.out(agreement.text(at: Timestamp(seconds: nights.world.now)))
            isComplete = isComplete && agreement.isComplete
        }
        try Console.out(
            "Files: \(folder)/ (portfolio.csv, stsaudit.sqlite; CSV and JSON Lines of the last "
                + "night)\n")
        return isComplete
    }
}
