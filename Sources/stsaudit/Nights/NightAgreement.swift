internal import Audit
internal import Evidence
internal import Lab
internal import Report
internal import Store

/// How one night's run compares with the stories' truth of that night.
struct NightAgreement {
    let night: Int
    private(set) var equal = 0
    /// Stories with a finding of what senders hold from earlier.
    private(set) var withDate = 0
    /// One line for each story that was found otherwise.
    private(set) var differences: [String] = []

    var isComplete: Bool { equal == Story.all.count && differences.isEmpty }

    static func of(
        _ store: AuditStore, _ run: Run, with world: NightWorld
    ) async throws -> NightAgreement {
        var agreement = NightAgreement(night: world.night)
        // A page holds all of them: there are some dozens of stories.
        for row in try await store.rows(of: run, limit: Story.all.count + 1) {
            agreement.count(row, world)
        }
        return agreement
    }

    private init(night: Int) { self.night = night }

    private mutating func count(_ row: ReportRow, _ world: NightWorld) {
        guard let story = row.domain.flatMap(world.story) else {
            differences.append("\(row.input): no story")
            return
        }
        let truth = story.truth(on: night)
        let found = Self.found(row, world)
        if found?.recheckAfter != nil { withDate += 1 }
        if found == truth {
            equal += 1
        } else {
            differences.append(
                "\(story.name): \(Self.text(found, world)), truth \(Self.text(truth, world))")
        }
    }

    private static func found(_ row: ReportRow, _ world: NightWorld) -> Story.Truth? {
        row.status.map { status in
            Story.Truth(
                verdict: status.verdict.rawValue, severity: status.severity?.rawValue,
                causes: Set(status.findings.map(\.cause.code)).sorted(),
                recheckAfter: status.recheck.map { Int($0.after.seconds - world.start) })
        }
    }

    private static func text(_ truth: Story.Truth?, _ world: NightWorld) -> String {
        guard let truth else { return "nothing" }
        var text = "\(truth.verdict) \(truth.severity ?? "-") \(truth.causes)"
        if let after = truth.recheckAfter {
            text += " until \(Timestamp(seconds: world.start + Int64(after)))"
        }
        return text
    }

    /// `at` is the hour of the night.
    func text(at moment: Timestamp) -> String {
        let number = night < 10 ? " \(night)" : "\(night)"
        var text =
            "night \(number)  \(moment.day)  \(equal) of \(Story.all.count) equal the truth, "
            + "\(withDate) with copies that matter\n"
        for difference in differences { text += "  \(InertText.line(difference))\n" }
        return text
    }
}
