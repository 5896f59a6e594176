/// Findings of one cause at many domains, brought down to the roots they share.
///
/// Each finding is counted for one root only: the root that explains the most findings is taken
/// first, then the one that explains the most of the rest. So the numbers of the groups add up, and
/// say what fixing one thing clears. Memory: a few words for each finding with a root, and two for
/// each root of each domain at which anything is published.
public struct RootGrouping: Sendable {
    /// A root and the findings it explains.
    public struct Group: Hashable, Sendable {
        public var cause: Cause
        public var severity: Severity
        public var root: SharedRoot
        /// Distinct domains that fixing it clears of this cause.
        public var domains: Int
        public var accounts: Int
        /// Domains that share the root, with the cause or without.
        public var sharing: Int
        /// The first few of the domains, in portfolio order.
        public var examples: [String]
    }

    private struct Member {
        var domain: String
        var accounts: [Int]
        var severity: Severity
        var roots: [Int]
    }

    private var members: [Cause: [Member]] = [:]
    /// How many domains have each root, by its hash (64 bits, keyed with a secret of the process):
    /// nearly all roots are one sound domain's own, and not worth keeping whole.
    private var uses: [Int: Int] = [:]
    private var rootNumbers: [SharedRoot: Int] = [:]
    private var roots: [SharedRoot] = []
    private var accountNumbers: [String: Int] = [:]

    static let exampleLimit = 5
    /// Fewer domains share nothing.
    static let leastDomains = 2

    public init() {}

    /// Call it once for each domain at which anything is published, sound or not: what sound
    /// domains share as well is no reason of a fault.
    ///
    /// - Parameter roots: what `SharedRoots.all` gives.
    public mutating func note(_ roots: [SharedRoot]) {
        for root in roots { uses[root.hashValue, default: 0] += 1 }
    }

    /// - Parameter found: what `SharedRoots` gives for the cause at this domain; a domain is added
    ///   once for each of its causes.
    public mutating func add(
        _ cause: Cause, _ severity: Severity, of domain: String, accounts: [String],
        sharing found: [SharedRoot]
    ) {
        guard !found.isEmpty else { return }
        let member = Member(
            domain: domain, accounts: accounts.map { number(ofAccount: $0) }, severity: severity,
            roots: found.map { number(of: $0) })
        members[cause, default: []].append(member)
    }

    private mutating func number(of root: SharedRoot) -> Int {
        if let number = rootNumbers[root] { return number }
        rootNumbers[root] = roots.count
        roots.append(root)
        return roots.count - 1
    }

    private func uses(of root: Int) -> Int { uses[roots[root].hashValue] ?? 0 }

    private mutating func number(ofAccount account: String) -> Int {
        if let number = accountNumbers[account] { return number }
        accountNumbers[account] = accountNumbers.count
        return accountNumbers.count - 1
    }

    /// The groups, those that clear the most domains first.
    ///
    /// Cost: O(findings x roots of each) for each pick, of which there are few.
    public func groups() -> [Group] {
        var groups: [Group] = []
        for cause in Cause.allCases {
            guard let members = members[cause] else { continue }
            groups += self.groups(of: cause, members)
        }
        return groups.sorted { a, b in
            if a.domains != b.domains { return a.domains > b.domains }
            if a.severity != b.severity { return a.severity > b.severity }
            return (a.cause.code, a.root.value) < (b.cause.code, b.root.value)
        }
    }

    private func groups(of cause: Cause, _ members: [Member]) -> [Group] {
        var byRoot: [Int: [Int]] = [:]
        for (index, member) in members.enumerated() {
            for root in member.roots { byRoot[root, default: []].append(index) }
        }
        byRoot = byRoot.filter { root, found in
            // Most domains that share it are broken in this way.
            found.count >= Self.leastDomains && found.count * 2 > uses(of: root)
        }
        var isExplained = [Bool](repeating: false, count: members.count)
        var groups: [Group] = []
        // Greatest first; a count only ever falls, so a stale one is counted anew before use.
        var waiting = byRoot.map { Waiting(root: $0.key, count: $0.value.count) }
        waiting.sort { precedes($1, $0) }
        while let candidate = waiting.popLast() {
            let open = byRoot[candidate.root, default: []].filter { !isExplained[$0] }
            if open.count < candidate.count {
                if open.count >= Self.leastDomains {
                    insert(Waiting(root: candidate.root, count: open.count), into: &waiting)
                }
                continue
            }
            for index in open { isExplained[index] = true }
            groups.append(group(cause, candidate.root, open.map { members[$0] }))
        }
        return groups
    }

    private struct Waiting {
        var root: Int
        var count: Int
    }

    /// Keeps the best last.
    private func insert(_ new: Waiting, into waiting: inout [Waiting]) {
        var low = 0
        var high = waiting.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(new, waiting[middle]) { low = middle + 1 } else { high = middle }
        }
        waiting.insert(new, at: low)
    }

    /// More domains first, then the kind closest to the fault, then by name.
    private func precedes(_ a: Waiting, _ b: Waiting) -> Bool {
        if a.count != b.count { return a.count > b.count }
        let (first, second) = (roots[a.root], roots[b.root])
        if first.kind != second.kind { return first.kind.rank < second.kind.rank }
        return first.value < second.value
    }

    private func group(_ cause: Cause, _ root: Int, _ members: [Member]) -> Group {
        Group(
            cause: cause, severity: members.map(\.severity).max() ?? .advice,
            root: roots[root],
            domains: members.count, accounts: Set(members.flatMap(\.accounts)).count,
            sharing: max(uses(of: root), members.count),
            examples: members.prefix(Self.exampleLimit).map(\.domain))
    }
}

extension SharedRoot.Kind {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
