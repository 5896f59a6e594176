/// What changed of a domain between two runs.
public struct Comparison: Hashable, Sendable {
    public var kind: ChangeKind
    /// Causes found now and not before, most urgent first.
    public var appeared: [Cause]
    /// Causes found before and not now, most urgent first. Not those that only cannot be seen now.
    public var cleared: [Cause]

    public init(kind: ChangeKind, appeared: [Cause] = [], cleared: [Cause] = []) {
        self.kind = kind
        self.appeared = appeared
        self.cleared = cleared
    }
}

/// What is known of a domain from the earlier run and, where that did not measure something, from
/// the runs before it.
///
/// A resolver that failed for a night hides what broke in that night, and what broke in it must
/// still be told in the next: so each cause is compared with the last time it could be told.
public struct Baseline: Sendable {
    /// The last measured standing; nil when there is none.
    public private(set) var standing: Standing?
    private let after: Standing
    private var known: [Cause: Severity] = [:]
    private var unknown = Set(Cause.allCases)

    /// - Parameter after: what is to be compared with it.
    public init(for after: Standing) { self.after = after }

    /// Nothing further back is of use.
    public var isComplete: Bool {
        guard let standing else { return false }
        return standing.verdict.protection == nil
            || unknown.isSubset(of: after.probesMail ? [] : Cause.ofTransport)
    }

    /// Takes what was found before, the latest first; what was not measured adds nothing.
    ///
    /// - Returns: whether it is the one whose verdict is compared.
    @discardableResult
    public mutating func add(_ earlier: Standing) -> Bool {
        guard earlier.verdict != .unmeasured, !isComplete else { return false }
        let isFirst = standing == nil
        if isFirst { standing = earlier }
        // Where a domain took no mail, nothing of it was judged.
        guard earlier.verdict.protection != nil else { return isFirst }
        known.merge(earlier.causes.filter { unknown.contains($0.key) }) { first, _ in first }
        unknown.formIntersection(earlier.hidden)
        return isFirst
    }

    /// What changed since; nil when nothing did.
    ///
    /// - Parameters:
    ///   - wasMeasured: the earlier run itself measured the domain, so `standing` is of that run.
    ///   - isSame: evidence and judgement equal those of `standing`.
    public func comparison(wasMeasured: Bool, isSame: Bool) -> Comparison? {
        guard after.verdict != .unmeasured else { return Comparison(kind: .notMeasured) }
        guard let before = standing else { return Comparison(kind: .measuredAgain) }
        if isSame { return wasMeasured ? nil : Comparison(kind: .measuredAgain) }
        switch (before.verdict.protection, after.verdict.protection) {
        case (let old?, let new?): return compared(old, new, before, wasMeasured: wasMeasured)
        case (_?, nil): return Comparison(kind: .lapsed, appeared: Self.ordered(after.causes))
        case (nil, _?): return Comparison(kind: .revived, cleared: Self.ordered(before.causes))
        case (nil, nil):
            let (old, new) = (before.causes, after.causes)
            return Comparison(
                kind: .changed, appeared: Self.ordered(new.filter { old[$0.key] == nil }),
                cleared: Self.ordered(old.filter { new[$0.key] == nil }))
        }
    }

    private func compared(
        _ old: Int, _ new: Int, _ before: Standing, wasMeasured: Bool
    ) -> Comparison {
        let (causes, hidden) = (after.causes, after.hidden)
        let appeared = causes.filter { known[$0.key] == nil && !unknown.contains($0.key) }
        let cleared = known.filter { causes[$0.key] == nil && !hidden.contains($0.key) }
        let hadErrors = known.values.contains(.error)
        let hasNewErrors =
            !hadErrors
            && causes.contains { $0.value == .error && !unknown.contains($0.key) }
        let lostErrors =
            hadErrors && !after.hasErrors
            && !known.contains { $0.value == .error && hidden.contains($0.key) }
        // A run that probes MX hosts may find less protection than one that does not, or gets no
        // answer, where nothing but the question has changed.
        let isOnlyProbedThen = before.hasTransportErrors && after.couldBeLowerIfProbed
        let isOnlyProbedNow = after.hasTransportErrors && before.couldBeLowerIfProbed
        let kind: ChangeKind =
            if hasNewErrors || new < old && !isOnlyProbedNow {
                .regressed
            } else if lostErrors || new > old && !isOnlyProbedThen {
                .fixed
            } else if isOnlyProbedNow {
                .measuredAgain
            } else if isOnlyProbedThen {
                .notMeasured
            } else if !appeared.isEmpty || !cleared.isEmpty {
                .changed
            } else if after.isIncomplete {
                before.isIncomplete && wasMeasured ? .changed : .notMeasured
            } else if before.isIncomplete || !wasMeasured {
                .measuredAgain
            } else {
                .changed
            }
        return Comparison(
            kind: kind, appeared: Self.ordered(appeared), cleared: Self.ordered(cleared))
    }

    private static func ordered(_ causes: [Cause: Severity]) -> [Cause] {
        causes.sorted { a, b in
            (b.value, a.key.stage, a.key.rawValue) < (a.value, b.key.stage, b.key.rawValue)
        }.map(\.key)
    }
}
