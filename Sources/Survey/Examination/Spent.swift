internal import Evidence

/// What a part of an examination cost and missed; parts run side by side and are added up.
struct Spent: Hashable, Sendable {
    /// DNS queries sent, retries included.
    var queries = 0
    /// HTTPS requests made, retries included.
    var requests = 0
    /// What it would have shown is missing.
    var unanswered: Set<SideQuestion> = []

    static func += (total: inout Spent, part: Spent) {
        total.queries += part.queries
        total.requests += part.requests
        total.unanswered.formUnion(part.unanswered)
    }
}
