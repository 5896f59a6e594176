internal import Audit
internal import Evidence
internal import Store

/// The names under which the portfolio's other columns are carried into the reports.
enum CarriedColumns {
    /// A name that is one of `own` gets the prefix `input_`; one that comes again, a number.
    /// Case counts for nothing, as in spreadsheets.
    static func names(_ carried: [String], besides own: [String]) -> [String] {
        var used = Set(own.map { $0.lowercased() })
        return carried.map { column in
            let base =
                used.contains(column.lowercased()) && own.contains(column.lowercased())
                ? "input_" + column : column
            var name = base
            var number = 2
            while !used.insert(name.lowercased()).inserted {
                name = "\(base)_\(number)"
                number += 1
            }
            return name
        }
    }
}

/// Moments as text; rows of one second follow one another, so the last text is kept.
struct MomentText {
    private var last: (moment: Timestamp, text: String)?

    mutating func callAsFunction(_ moment: Timestamp) -> String {
        if let last, last.moment == moment { return last.text }
        let text = moment.description
        last = (moment, text)
        return text
    }
}

extension Recheck {
    /// What the moment is worth, in the reports' words.
    var bound: String { isAtLeast ? "at-least" : "exact" }
}

/// The catalogue's words, looked up once.
enum Catalogue {
    static let explanations: [Cause: Explanation] = Dictionary(
        uniqueKeysWithValues: Cause.allCases.map { ($0, $0.explanation) })

    static func remedy(_ cause: Cause) -> String { explanations[cause]?.remedy ?? "" }
}

extension ReportRow {
    /// What is reported of the row: its state, or why there can be none.
    var findings: [Finding] {
        if let problem {
            let cause = Cause.inputInvalidDomain
            return [
                Finding(
                    cause: cause, severity: cause.defaultSeverity, detail: problem.explanation)
            ]
        }
        return status?.findings ?? []
    }

    /// Nil while the run has not come to the row.
    var verdict: Verdict? { problem == nil ? status?.verdict : .invalidInput }
}
