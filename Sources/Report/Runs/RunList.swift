internal import Audit
internal import Evidence
public import Store

public enum RunListFormat: String, Hashable, Sendable, CaseIterable {
    case text
    case csv
    /// JSON Lines: an object for each run.
    case json
}

/// The runs of a store as a list.
public enum RunList {
    /// - Parameters:
    ///   - options: how a run was started, for people.
    ///   - hint: the command that goes on with a run; nil where there is none.
    public static func text(
        _ runs: [ListedRun], _ format: RunListFormat, options: (ListedRun) -> String,
        hint: (ListedRun) -> String?
    ) -> String {
        switch format {
        case .text: page(runs, options, hint)
        case .csv: String(decoding: table(runs), as: UTF8.self)
        case .json: String(decoding: lines(runs), as: UTF8.self)
        }
    }

    // MARK: - Text

    private static func page(
        _ runs: [ListedRun], _ options: (ListedRun) -> String, _ hint: (ListedRun) -> String?
    ) -> String {
        if runs.isEmpty { return "There are no runs.\n" }
        let width = runs.map { "\($0.run.id)".count }.max() ?? 1
        let indent = String(repeating: " ", count: width + 6)
        var lines: [String] = []
        for listed in runs {
            let run = listed.run
            var first =
                "run \("\(run.id)".aligned(to: width))  \(run.kind.rawValue.padded(to: 7)) "
                + "\(run.state.rawValue.padded(to: 11)) \(run.startedAt)"
            if let seconds = seconds(run) { first += "  \(duration(seconds))" }
            first += "  \(run.domainCount) domains in \(run.rowCount) rows"
            if let shard = run.shard { first += " of shard \(shard)" }
            if run.invalidCount > 0 { first += ", \(run.invalidCount) of them invalid" }
            lines.append(first + "  [\(InertText.line(run.portfolio).clipped(to: 40))]")
            let shares = shares(listed)
            if !shares.isEmpty { lines.append(indent + shares) }
            let options = InertText.line(options(listed))
            if !options.isEmpty { lines.append(indent + options) }
            for note in listed.notes {
                lines.append("\(indent)\(InertText.line("\(note.code): \(note.detail)"))")
            }
            if let hint = hint(listed) {
                lines.append("\(indent)go on with: \(InertText.line(hint))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func shares(_ listed: ListedRun) -> String {
        let all = listed.verdicts.values.reduce(0, +)
        guard all > 0 else { return "" }
        return Verdict.allCases.compactMap { verdict -> String? in
            guard let count = listed.verdicts[verdict], count > 0 else { return nil }
            return "\(verdict.rawValue) \(Share.percent(count, of: all))"
        }.joined(separator: ", ")
    }

    /// From start to end, pauses of a resumed run included; nil while there is no end.
    private static func seconds(_ run: Run) -> Int64? {
        run.finishedAt.map { max(0, $0.seconds - run.startedAt.seconds) }
    }

    private static func duration(_ seconds: Int64) -> String {
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return seconds < 60
            ? "\(seconds) s"
            : seconds < 3600
                ? "\(seconds / 60):\(two(seconds % 60)) min"
                : "\(seconds / 3600):\(two(seconds / 60 % 60)) h"
    }

    // MARK: - CSV and JSON Lines

    private static func table(_ runs: [ListedRun]) -> [UInt8] {
        var row = CSVRow()
        for column in [
            "run", "portfolio", "kind", "state", "resumable", "previous_run", "started_at",
            "finished_at", "seconds", "rows", "invalid_rows", "domains",
        ] { row.word(column) }
        for verdict in Verdict.allCases { row.word(verdict.rawValue) }
        for column in ["tool_version", "options", "notes", "shard"] { row.word(column) }
        row.end()
        for listed in runs {
            let run = listed.run
            row.number(Int(run.id))
            row.carried(run.portfolio)
            row.word(run.kind.rawValue)
            row.word(run.state.rawValue)
            row.word(listed.isResumable ? "yes" : "no")
            row.number(run.previous.map(Int.init))
            row.word(run.startedAt.description)
            row.word(run.finishedAt?.description ?? "")
            row.number(seconds(run).map(Int.init))
            row.number(run.rowCount)
            row.number(run.invalidCount)
            row.number(run.domainCount)
            for verdict in Verdict.allCases { row.number(counted(listed, verdict)) }
            row.text(run.toolVersion)
            row.text(run.options)
            row.text(listed.notes.map { "\($0.code): \($0.detail)" }.joined(separator: "; "))
            row.word(run.shard?.description ?? "")
            row.end()
        }
        return row.bytes
    }

    /// Rows that name no domain are counted with the run, not with its domains.
    private static func counted(_ listed: ListedRun, _ verdict: Verdict) -> Int? {
        if listed.verdicts.isEmpty { return nil }
        return verdict == .invalidInput ? listed.run.invalidCount : listed.verdicts[verdict] ?? 0
    }

    private static func lines(_ runs: [ListedRun]) -> [UInt8] {
        var json = JSONWriter(escaping: InertText.isActive)
        for listed in runs {
            let run = listed.run
            json.object { json in
                json.key("run")
                json.number(run.id)
                json.key("portfolio")
                json.string(run.portfolio)
                json.key("kind")
                json.string(run.kind.rawValue)
                json.key("state")
                json.string(run.state.rawValue)
                json.key("resumable")
                json.bool(listed.isResumable)
                json.key("previous_run")
                json.optional(run.previous.map(Int.init))
                json.key("started_at")
                json.string(run.startedAt.description)
                json.key("finished_at")
                json.optional(run.finishedAt?.description)
                json.key("seconds")
                json.optional(seconds(run).map(Int.init))
                json.key("rows")
                json.number(run.rowCount)
                json.key("invalid_rows")
                json.number(run.invalidCount)
                json.key("domains")
                json.number(run.domainCount)
                json.key("shard")
                json.optional(run.shard?.description)
                json.key("verdicts")
                json.object { json in
                    for verdict in Verdict.allCases {
                        json.key(escaping: verdict.rawValue)
                        json.optional(counted(listed, verdict))
                    }
                }
                json.key("tool_version")
                json.string(run.toolVersion)
                json.key("options")
                json.string(run.options)
                json.key("notes")
                json.object { json in
                    for note in listed.notes {
                        json.key(escaping: note.code)
                        json.string(note.detail)
                    }
                }
            }
            json.newline()
        }
        return json.bytes
    }
}
