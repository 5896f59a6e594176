/// Tells which of a domain's earlier standings a comparison may still ask for (see `Baseline`):
/// the rest may be forgotten without any comparison's noticing.
public struct Recollection: Sendable {
    private var hasStanding = false
    private var unknown = Set(Cause.allCases)

    public init() {}

    /// Takes the standings of one domain, the latest first, final ones only.
    ///
    /// - Returns: whether this one tells something that no later one does.
    public mutating func asks(for earlier: Standing) -> Bool {
        guard earlier.verdict != .unmeasured else { return false }
        let isFirst = !hasStanding
        hasStanding = true
        // Where a domain took no mail, nothing of it was judged.
        guard earlier.verdict.protection != nil else { return isFirst }
        let hidden = earlier.hidden
        let isTelling = !unknown.isSubset(of: hidden)
        unknown.formIntersection(hidden)
        return isFirst || isTelling
    }
}
