internal import ArgumentParser
internal import Audit
internal import Glibc
internal import Report
internal import Store

/// From what on changes turn the exit status to 1.
enum ChangeThreshold: String, CaseIterable, ExpressibleByArgument {
    case never
    case regression
}

/// How changes are written, for the commands that compare runs.
struct ChangeOptions: ParsableArguments {
    @Option(name: .long, help: "Only the domains of this account.")
    var account: String?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json

        var written: ChangeFormat {
            switch self {
            case .text: .text
            case .csv: .csv
            case .json: .json
            }
        }
    }

    @Option(name: .long, help: "text, csv or json (JSON Lines: an object for each domain).")
    var format = Format.text

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(name: .long, help: "How many domains of each kind the text names.")
    var limit = 20

    @Option(name: .long, help: "Exit with status 1 when a domain regressed: never or regression.")
    var failOn = ChangeThreshold.never

    mutating func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more, not \(limit).") }
    }
}

extension ChangeOptions {
    /// Writes the changes; throws the exit code that `--fail-on` asks for.
    func write(_ pair: RunPair, of store: AuditStore) async throws {
        for note in Self.notes(pair) { Console.note(note) }
        let file =
            try output.map { try OutputFile(path: $0, .whenDone) }
            ?? OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
        let tally = try await ChangeReport.write(
            store, from: pair.before, to: pair.after, account: account,
            format: format.written,
            listed: limit, to: file)
        switch failOn {
        case .never: break
        case .regression:
            if tally.count(.regressed) > 0 { throw ExitStatus.findings.code }
        }
    }

    /// What makes two runs less than comparable.
    static func notes(_ pair: RunPair) -> [String] {
        var notes: [String] = []
        for run in [pair.before, pair.after] where run.state != .finished {
            notes.append(
                "Run \(run.id) is \(run.state.rawValue): what it has not come to counts as not "
                    + "measured.")
        }
        let differing = RunOptions(pair.after.options).differences(
            from: RunOptions(pair.before.options))
        if !differing.isEmpty {
            notes.append(
                "Runs \(pair.before.id) and \(pair.after.id) were made with other options "
                    + "(\(differing.joined(separator: ", "))); some changes may come from that.")
        }
        if pair.before.toolVersion != pair.after.toolVersion {
            notes.append(
                "Runs \(pair.before.id) and \(pair.after.id) were judged by versions "
                    + "\(pair.before.toolVersion) and \(pair.after.toolVersion); stsaudit rejudge "
                    + "tells what comes from the rules.")
        }
        return notes
    }
}
