public import Evidence

/// Which runs are kept; the older ones go with everything that only they saw.
///
/// Of each portfolio the latest finished runs are kept, `runs` of them, with all that came after
/// the oldest of these; so are the runs since a moment. A portfolio without a finished run is
/// left as it is.
public struct Retention: Hashable, Sendable {
    /// At least 1: what the domains are now is never removed.
    public let runs: Int
    /// Nil: only the number counts.
    public let since: Timestamp?

    /// - Parameter runs: finished runs of each portfolio; below 1 counts as 1.
    public init(runs: Int = 1, since: Timestamp? = nil) {
        self.runs = max(1, runs)
        self.since = since
    }
}

/// What was removed, or would be.
public struct PruneSummary: Hashable, Sendable {
    public var runs = 0
    public var states = 0
    public var findings = 0
    public var entries = 0
    public var domains = 0
    public var evidence = 0
    public var policyBodies = 0
    public var certificates = 0
    public var publications = 0
    /// Size of the database before, in bytes.
    public var bytesBefore = 0
    /// And after; the same as before for a dry run.
    public var bytesAfter = 0
    /// Of the size after, what is free for the next runs: removing rows does not make the file
    /// smaller, compacting it does.
    public var freeBytes = 0

    public init() {}

    /// There was nothing to remove.
    public var isEmpty: Bool {
        [
            runs, states, findings, entries, domains, evidence, policyBodies, certificates,
            publications,
        ].allSatisfy { $0 == 0 }
    }
}
