import Audit
import Evidence
import Testing

/// One change of the sound domain and what the judge has to say of it.
struct JudgeRow: CustomTestStringConvertible, Sendable {
    /// The cause the row is there for.
    var cause: Cause
    var verdict: Verdict
    /// Exactly the causes found.
    var causes: Set<Cause>
    var expecting: Set<ExpectedMode>
    var history: History
    var why: String
    var change: @Sendable (inout Evidence) -> Void

    init(
        _ cause: Cause, _ why: String, _ verdict: Verdict = .ineffective,
        with others: Set<Cause> = [], expecting: Set<ExpectedMode> = [],
        history: History = .none,
        _ change: @escaping @Sendable (inout Evidence) -> Void
    ) {
        self.cause = cause
        self.verdict = verdict
        self.causes = others.union([cause])
        self.expecting = expecting
        self.history = history
        self.why = why
        self.change = change
    }

    var testDescription: String { "\(cause.code): \(why)" }

    func assess() throws -> Assessment {
        var evidence = Sound.evidence
        change(&evidence)
        return Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(modes: expecting),
            history: history, now: Sound.now)
    }

    static let all =
        record + policyHost + certificate + response + policy + mode + mx + transport + reporting
        + cache + reported

    /// Rows for a text served in place of the sound policy.
    ///
    /// - Parameter disputed: some senders decide otherwise than the RFC, which is advice as well.
    static func text(
        _ cause: Cause, _ why: String, _ verdict: Verdict = .ineffective, disputed: Bool = false,
        serving text: String
    ) -> JudgeRow {
        JudgeRow(cause, why, verdict, with: disputed ? [.policySenderDisagreement] : []) {
            $0.serve(text)
        }
    }
}
