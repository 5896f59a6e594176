/// What a part of an examination cost; parts run side by side and are added up.
struct Spent: Hashable, Sendable {
    /// DNS queries sent, retries included.
    var queries = 0
    /// HTTPS requests made, retries included.
    var requests = 0
    /// What was asked beside the first three questions and got no answer, an orphaned policy host
    /// included: what it would have shown is missing.
    var unanswered = 0

    static func += (total: inout Spent, part: Spent) {
        total.queries += part.queries
        total.requests += part.requests
        total.unanswered += part.unanswered
    }
}
