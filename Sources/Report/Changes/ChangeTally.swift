public import Audit
public import Store

/// The changes between two runs in numbers, with the first few domains of each kind.
///
/// Memory does not grow with the portfolio: domains beyond `listed` and accounts beyond
/// `accountLimit` are counted and not kept.
public struct ChangeTally: Sendable {
    public let before: Run
    public let after: Run
    /// Only the domains of this account were counted.
    public let account: String?
    /// Distinct domains.
    public private(set) var kinds: [ChangeKind: Int] = [:]
    public private(set) var causes: [Cause: CauseChange] = [:]
    /// Distinct domains of each account by kind; a domain of two accounts counts at both.
    public private(set) var accounts: [String: [ChangeKind: Int]] = [:]
    /// The changes of accounts that are not in `accounts`.
    public private(set) var otherAccounts: [ChangeKind: Int] = [:]
    /// In the order in which they came.
    public private(set) var examples: [ChangeKind: [DomainChange]] = [:]
    let listed: Int

    static let accountLimit = 10_000

    /// At how many domains that were measured both times a cause came or went.
    public struct CauseChange: Hashable, Sendable {
        public var appeared = 0
        public var cleared = 0
    }

    init(before: Run, after: Run, account: String?, listed: Int) {
        self.before = before
        self.after = after
        self.account = account
        self.listed = listed
    }

    public func count(_ kind: ChangeKind) -> Int { kinds[kind] ?? 0 }

    mutating func add(_ change: DomainChange) {
        let kind = change.kind
        kinds[kind, default: 0] += 1
        if kind.isCompared {
            for cause in change.comparison.appeared {
                causes[cause, default: CauseChange()].appeared += 1
            }
            for cause in change.comparison.cleared {
                causes[cause, default: CauseChange()].cleared += 1
            }
        }
        for account in change.accounts where self.account == nil || account == self.account {
            if accounts[account] != nil || accounts.count < Self.accountLimit {
                accounts[account, default: [:]][kind, default: 0] += 1
            } else {
                otherAccounts[kind, default: 0] += 1
            }
        }
        if examples[kind]?.count ?? 0 < listed { examples[kind, default: []].append(change) }
    }
}
