/// How a domain stands in one run compared with an earlier one of the same portfolio.
///
/// Codes are stable: never reworded, never reused. In the order in which a reader wants them.
public enum ChangeKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Less protection than before (see `Verdict.protection`), or errors where there were none.
    case regressed
    /// More protection than before, or no errors where there were some.
    case fixed
    /// Took mail and does not any more: gone from DNS, or without a mail server. Its own kind:
    /// nobody broke MTA-STS, and in a large portfolio some names lapse every night.
    case lapsed
    /// Takes mail again, or for the first time.
    case revived
    /// Neither better nor worse: other findings, or other evidence behind the same ones.
    case changed
    /// In the portfolio now, and not then.
    case new
    /// In the portfolio then, and not any more.
    case gone
    /// Could not be measured now, wholly or in part: nothing is known, so nothing is concluded.
    case notMeasured = "not-measured"
    /// Could not be measured then, and is measured now: as it was the last time it was measured,
    /// or for the first time.
    case measuredAgain = "measured-again"
}

extension ChangeKind {
    /// Of a domain that stayed in the portfolio and was measured both times.
    public var isCompared: Bool {
        switch self {
        case .regressed, .fixed, .lapsed, .revived, .changed: true
        case .new, .gone, .notMeasured, .measuredAgain: false
        }
    }

    /// What it says of a domain, for a line of its own.
    public var meaning: String {
        switch self {
        case .regressed: "less protection, or errors where there were none"
        case .fixed: "more protection, or no errors where there were some"
        case .lapsed: "gone from DNS, or without mail"
        case .revived: "takes mail again"
        case .changed: "other findings or evidence, neither better nor worse"
        case .new: "added to the portfolio"
        case .gone: "taken out of the portfolio"
        case .notMeasured: "could not be told now; never counted as regressed or fixed"
        case .measuredAgain: "could not be told then; as it was before that, or seen first"
        }
    }
}

extension Verdict {
    /// How well mail is protected, greater is better; nil where there is nothing to compare: the
    /// domain takes no mail, or nothing is known. Bouncing is worse than no protection at all.
    public var protection: Int? {
        switch self {
        case .enforced: 6
        case .degraded: 5
        case .testing: 4
        // The last step of a removal by the book (RFC 8461 §8.3) loses nothing.
        case .disabled, .absent: 2
        case .ineffective: 1
        case .bouncing: 0
        case .noMail, .noDomain, .unmeasured, .invalidInput: nil
        }
    }
}
