/// Why stores of shards are not merged. Files are named as they were given.
public enum MergeRefusal: Error, Hashable, Sendable {
    /// The store has no finished run of the portfolio.
    case noRun(path: String, portfolio: String)
    /// Its run is of the whole portfolio.
    case notAShard(path: String, run: Int64)
    /// Its latest run did not come to its end.
    case unfinished(path: String, run: Int64, state: Run.State)
    /// Its portfolio was divided into another number of shards.
    case otherCount(path: String, shard: Shard, than: String, its: Shard)
    /// Two different stores are of the same shard.
    case overlapping(path: String, other: String, shard: Shard)
    /// Two stores of different shards began as copies of one file.
    case copies(path: String, other: String)
    case missing([Shard])
    /// The portfolios differ in content.
    case otherPortfolio(path: String, than: String)
    /// The runs were not judged by the same rules, or were asked other things.
    case otherRules(path: String, than: String, detail: String)
    /// Its run is merged already, and others have a later one.
    case notRunAgain(path: String, shard: Shard)
    /// A shard that was merged before is not among those given now.
    case notGivenAgain(into: String, shard: Shard, path: String)
    /// A shard that was merged before is given, and has no finished run any more.
    case begunAnew(path: String, shard: Shard, into: String)
    /// What was merged before as this shard was another store.
    case replaced(path: String, shard: Shard, into: String)
    /// The store is older than what was merged from it.
    case older(path: String, shard: Shard, into: String)
    /// The file that is to be merged into has runs that were not merged.
    case ownRuns(into: String, run: Int64)
    /// The file that is to be merged into was merged from another portfolio.
    case otherName(into: String, portfolio: String)
    /// The file that is to be merged into is one of those to be merged.
    case intoItself(path: String)
    /// It has had more rows than a merged store has keys for.
    case tooManyRows(path: String)
}

extension MergeRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noRun(let path, let portfolio):
            "\(path) has no finished run of portfolio '\(portfolio)'; give --name, or audit first."
        case .notAShard(let path, let run):
            "\(path): run \(run) is of the whole portfolio, so there is nothing to merge it with; "
                + "shards are audited with --shard."
        case .unfinished(let path, let run, let state):
            "\(path): run \(run) is \(state.rawValue); \(Self.cure(state)), then merge."
        case .otherCount(let path, let shard, let than, let its):
            "\(path) is shard \(shard) and \(than) is shard \(its): parts of different divisions "
                + "overlap."
        case .overlapping(let path, let other, let shard):
            "\(path) and \(other) are both shard \(shard); give one of them."
        case .copies(let path, let other):
            "\(path) and \(other) are of different shards and began as copies of one file, so "
                + "their rows cannot be told apart; begin each shard's store by itself: audit one "
                + "of them again into a new file."
        case .missing(let shards):
            "Missing: shard \(Self.list(shards)). Give all, or --allow-missing to merge without."
        case .otherPortfolio(let path, let than):
            "\(path) and \(than) are of different portfolios, or of different versions of one; "
                + "audit the shards again with the same file."
        case .otherRules(let path, let than, let detail):
            "\(path) and \(than) were not audited alike (\(detail)); run one of them again."
        case .notRunAgain(let path, let shard):
            "\(path) (shard \(shard)) has no run since it was merged, and others have; audit it "
                + "again, or --allow-missing leaves its domains unexamined."
        case .notGivenAgain(let into, let shard, let path):
            "\(into) has shard \(shard) from \(path), which is not given now: a merge makes the "
                + "store anew from all shards. Give it again, or merge into another file."
        case .begunAnew(let path, let shard, let into):
            "\(into) has shard \(shard), of which \(path) has no finished run: a merge makes the "
                + "store anew from all shards. Finish the audit of \(path), or merge into another "
                + "file."
        case .replaced(let path, let shard, let into):
            "\(path) is not the store that \(into) has shard \(shard) from. Merge into another "
                + "file, or --allow-missing: the runs that it has not seen are then left out."
        case .older(let path, let shard, let into):
            "\(path) (shard \(shard)) is older than what \(into) has of it; restore the newer one, "
                + "or merge into another file."
        case .ownRuns(let into, let run):
            "\(into): run \(run) was not merged from shards, and a merge would lose it; merge into "
                + "another file."
        case .otherName(let into, let portfolio):
            "\(into) is merged from portfolio '\(portfolio)'; merge into another file."
        case .intoItself(let path):
            "\(path) is to be merged into itself; --store names the merged store."
        case .tooManyRows(let path):
            "\(path) has used up more row numbers than a merged store has for each shard; "
                + "begin a new store for it."
        }
    }

    private static func cure(_ state: Run.State) -> String {
        switch state {
        case .running, .interrupted: "go on with it (stsaudit audit ... --resume)"
        case .failed, .finished: "audit it again"
        }
    }

    private static func list(_ shards: [Shard]) -> String {
        let shown = shards.prefix(10).map(\.description).joined(separator: ", ")
        return shards.count > 10 ? "\(shown) and \(shards.count - 10) more" : shown
    }
}
