/// One domain over thirty nights: what it publishes each night, and what an audit of that night,
/// with the nights before it in memory, must find.
///
/// The truth is reasoned by hand from the RFC: senders hold a policy until `max_age` after they
/// fetched it (RFC 8461 §3.2), and a policy may have been fetched until the night on which
/// something else was seen first. A class for the same reason as `Scenario`.
public final class Story: Sendable {
    /// Kebab-case, unique, and a valid DNS label.
    public let name: String
    /// What it shows, in one sentence.
    public let why: String
    /// How many nights are told.
    public static let nights = 30

    private let published: [DomainSpecification]
    private let changes: Set<Int>
    private let truths: [Truth]

    /// What an audit of one night must find.
    public struct Truth: Hashable, Sendable {
        /// The verdict's code.
        public var verdict: String
        /// The code of the most urgent finding's severity; nil when nothing is found.
        public var severity: String?
        /// Exactly the causes' codes, advice included, sorted and without repeats.
        public var causes: [String]
        /// When to test again, in seconds from the start clock; nil when no sender is known to
        /// hold a policy that matters.
        public var recheckAfter: Int?

        public init(
            verdict: String, severity: String? = nil, causes: [String], recheckAfter: Int? = nil
        ) {
            self.verdict = verdict
            self.severity = severity
            self.causes = causes
            self.recheckAfter = recheckAfter
        }
    }

    typealias Change = @Sendable (inout DomainSpecification) -> Void

    /// - Parameters:
    ///   - published: what changes from a night on, oldest first; the first is night 0. Changes
    ///     add up, beginning with the default specification.
    ///   - disturbed: nights on which something else lies over what is published then.
    ///   - truth: ranges of nights without gap or overlap. Tests hold the tables to that.
    init(
        _ name: String, why: String, published: [Chapter], disturbed nights: [Int] = [],
        by disturb: Change = { _ in }, truth: [Expectation]
    ) {
        self.name = name
        self.why = why
        var current = DomainSpecification()
        var specifications: [DomainSpecification] = []
        for night in 0..<Self.nights {
            for chapter in published where chapter.first == night { chapter.change(&current) }
            var tonight = current
            if nights.contains(night) { disturb(&tonight) }
            specifications.append(tonight)
        }
        self.published = specifications
        let first = Set(published.map(\.first))
        changes = Set(
            (1..<Self.nights).filter { night in
                first.contains(night) || nights.contains(night) != nights.contains(night - 1)
            })
        chapters = published
        expectations = truth
        truths = (0..<Self.nights).map { night in
            truth.first { $0.nights.contains(night) }?.truth ?? Truth(verdict: "", causes: [])
        }
    }

    // As written, for the tests.
    let chapters: [Chapter]
    let expectations: [Expectation]

    /// Night by number from 0; beyond the last, everything stays as it is.
    public func specification(on night: Int) -> DomainSpecification {
        published[Self.clamped(night)]
    }

    /// Beyond the last night, its truth: every story ends with its caches empty.
    public func truth(on night: Int) -> Truth { truths[Self.clamped(night)] }

    /// Whether an audit sees or finds something else than on the night before. A night on which
    /// this is false must add nothing to a store.
    public func isEventful(_ night: Int) -> Bool {
        night == 0 || changes.contains(night) || truth(on: night) != truth(on: night - 1)
    }

    private static func clamped(_ night: Int) -> Int { min(max(night, 0), nights - 1) }

    /// Every story, in a fixed order.
    public static let all: [Story] =
        ids + migrations + removals + modes + disturbances

    /// The story of this name. O(1).
    public static func named(_ name: String) -> Story? { byName[name] }

    private static let byName = Dictionary(
        all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Story: CustomStringConvertible {
    public var description: String { name }
}

extension Story {
    /// What changes on one night and stays.
    struct Chapter: Sendable {
        var first: Int
        var change: Change

        static func from(_ night: Int, _ change: @escaping Change) -> Chapter {
            Chapter(first: night, change: change)
        }
    }

    /// The truth of several nights in a row.
    struct Expectation: Sendable {
        var nights: ClosedRange<Int>
        var truth: Truth

        /// Nothing to be found.
        init(_ nights: ClosedRange<Int>, _ verdict: Scenario.Outcome) {
            self.nights = nights
            truth = Truth(verdict: verdict.rawValue, causes: [])
        }

        /// - Parameter until: the night at whose hour the last sender has let go.
        init(
            _ nights: ClosedRange<Int>, _ verdict: Scenario.Outcome, _ urgency: Urgency,
            _ causes: Set<String>, until night: Int? = nil
        ) {
            self.nights = nights
            truth = Truth(
                verdict: verdict.rawValue, severity: urgency.rawValue, causes: causes.sorted(),
                recheckAfter: night.map { $0 * NightWorld.secondsPerNight })
        }

        init(
            _ night: Int, _ verdict: Scenario.Outcome, _ urgency: Urgency, _ causes: Set<String>,
            until: Int? = nil
        ) {
            self.init(night...night, verdict, urgency, causes, until: until)
        }
    }

    /// The severity codes of the audit.
    enum Urgency: String { case error, warning, advice, unmeasured }
}
