internal import Evidence

/// A store of a shard, as far as it matters to what is merged with what.
struct ShardFile: Hashable {
    var path: String
    /// The store's own name, which a copy of the file shares.
    var source: String
    /// Those of the portfolio, the latest first.
    var runs: [Run]
}

/// A row of `merged_run`.
struct MergedRun: Hashable {
    var run: Int64
    var shard: Shard
    var source: String
    var sourceRun: Int64
    /// Nil when it was merged by a version that did not note it.
    var sourceStartedAt: Timestamp?
    var path: String
    /// The store had no run of that night: its rows went on into it, from `sourceRun`.
    var isStale: Bool
}

/// What a merge is to make: which run of which store becomes part of which run.
///
/// The merged store is made anew of all that the shards have and of the record of what was merged
/// before, so that nothing in it depends on the way it came about. Each night's runs become one
/// run; the runs of earlier nights are those that the record says. A run is kept as long as every
/// store still has its part of it: one that lacks a shard is there only as long as it is the latest.
struct MergePlan: Hashable {
    /// A store and what is taken from it.
    struct Part: Hashable {
        /// Where it was given.
        var file: Int
        var shard: Shard
        /// Its runs, and the runs they become parts of, oldest first.
        var nights: [Night]
        /// It has no run of the latest night: its rows go on into that, and are not examined yet.
        var isStale: Bool
        /// The latest finished run of the store.
        var latest: Int64
    }

    struct Night: Hashable {
        var sourceRun: Int64
        var run: Int64
    }

    var parts: [Part]
    /// The runs there will be, oldest first; the last is the night that is merged now.
    var runs: [Int64]
    /// Shards of which no store was given, or none with a finished run.
    var missing: [Shard]
    /// There is a store that is not in the last run yet.
    var hasNews: Bool

    /// - Parameters:
    ///   - recorded: of the store that is merged into; empty for a new one.
    ///   - allowsMissing: shards that are not there, or have not been run, are left out.
    ///   - difference: what was not the same for two runs and may change what is found.
    init(
        _ files: [ShardFile], of portfolio: String, recorded: [MergedRun], into: String,
        allowsMissing: Bool, difference: (Run, Run) -> String?
    ) throws(MergeRefusal) {
        var present = try Self.present(files, of: portfolio, allowsMissing)
        guard let first = present.first else {
            throw .noRun(path: files.first?.path ?? "", portfolio: portfolio)
        }
        let count = first.shard.count
        missing = (1...count).compactMap { index in
            present.contains { $0.shard.index == index } ? nil : Shard(index: index, count: count)
        }
        if !missing.isEmpty, !allowsMissing { throw .missing(missing) }

        let last = recorded.map(\.run).max()
        try Self.compare(present, among: files, with: recorded, of: last, into: into, allowsMissing)
        // Does a store that is part of the last run have another one by now?
        let isNewNight = present.contains { part in
            part.isCurrent && recorded.contains { $0.run == last && $0.isReplaced(by: part) }
        }
        let night = (last ?? 0) + (isNewNight || last == nil ? 1 : 0)
        hasNews = isNewNight
        for index in present.indices {
            let part = present[index]
            guard let known = recorded.first(where: { $0.run == last && $0.isPart(part) }) else {
                if part.isCurrent { hasNews = true }
                continue
            }
            // It has examined the last run, whatever it is at now.
            present[index].isCurrent = !isNewNight && !known.isStale
            if !present[index].isCurrent, !allowsMissing {
                throw .notRunAgain(path: part.path, shard: part.shard)
            }
        }
        let current = present.filter(\.isCurrent)
        if current.isEmpty, last == nil {
            throw .unfinished(path: first.path, run: first.latest.id, state: first.latest.state)
        }
        try Self.compare(current, difference)

        let kept = Self.whole(recorded.filter { $0.run != night }, present)
        runs = kept.sorted() + [night]
        parts = present.map { part in
            var nights = recorded.filter { $0.shard == part.shard && kept.contains($0.run) }
                .map { Night(sourceRun: $0.sourceRun, run: $0.run) }
            if part.isCurrent { nights.append(Night(sourceRun: part.run.id, run: night)) }
            return Part(
                file: part.file, shard: part.shard, nights: nights.sorted { $0.run < $1.run },
                isStale: !part.isCurrent, latest: part.run.id)
        }
    }
}

// MARK: - What has to fit together

/// A store with a finished run.
private struct Present {
    var file: Int
    var path: String
    var source: String
    var shard: Shard
    var runs: [Run]
    /// The latest finished one.
    var run: Run
    var latest: Run
    /// It is part of the run that is merged now.
    var isCurrent: Bool
}

extension MergedRun {
    /// Whether this is `run` of the store `source`. A number comes again when a store was restored
    /// from a backup and audited; a moment does not.
    fileprivate func isFrom(_ source: String, _ run: Run) -> Bool {
        self.source == source && sourceRun == run.id
            && (sourceStartedAt ?? run.startedAt) == run.startedAt
    }

    fileprivate func isPart(_ part: Present) -> Bool {
        shard == part.shard && isFrom(part.source, part.run)
    }

    fileprivate func isReplaced(by part: Present) -> Bool {
        shard == part.shard && !isStale && !isFrom(part.source, part.run)
    }
}

extension MergePlan {
    /// The stores that have a finished run, each once, by shard.
    private static func present(
        _ files: [ShardFile], of portfolio: String, _ allowsMissing: Bool
    ) throws(MergeRefusal) -> [Present] {
        var present: [Present] = []
        var paths: [String: String] = [:]
        for (index, file) in files.enumerated() {
            // A run that failed has read nothing, so nothing of it is in the store.
            guard let latest = file.runs.first,
                let run = file.runs.first(where: { $0.state == .finished })
            else {
                if allowsMissing { continue }
                if let latest = file.runs.first {
                    throw .unfinished(path: file.path, run: latest.id, state: latest.state)
                }
                throw .noRun(path: file.path, portfolio: portfolio)
            }
            guard let shard = run.shard else { throw .notAShard(path: file.path, run: run.id) }
            if latest.id != run.id, !allowsMissing {
                throw .unfinished(path: file.path, run: latest.id, state: latest.state)
            }
            if let first = present.first, first.shard.count != shard.count {
                throw .otherCount(
                    path: file.path, shard: shard, than: first.path, its: first.shard)
            }
            if let other = present.first(where: { $0.shard == shard }) {
                // The same store twice, be it by another name or a copy, is one store.
                guard other.source == file.source, other.latest.id == latest.id,
                    other.latest.startedAt == latest.startedAt
                else {
                    throw .overlapping(path: file.path, other: other.path, shard: shard)
                }
                continue
            }
            // Copies have one digest key, so they give the same evidence the same digest, which is
            // unique in a store.
            if let other = paths.updateValue(file.path, forKey: file.source) {
                throw .copies(path: file.path, other: other)
            }
            present.append(
                Present(
                    file: index, path: file.path, source: file.source, shard: shard,
                    runs: file.runs, run: run, latest: latest, isCurrent: latest.id == run.id))
        }
        return present.sorted { $0.shard.index < $1.shard.index }
    }

    /// The runs of which every store still has its part.
    private static func whole(_ recorded: [MergedRun], _ present: [Present]) -> Set<Int64> {
        let parts = Dictionary(uniqueKeysWithValues: present.map { ($0.shard, $0) })
        let pieces = recorded.filter { merged in
            guard let part = parts[merged.shard], !merged.isStale else { return false }
            return part.runs.contains { merged.isFrom(part.source, $0) }
        }
        return Set(
            Dictionary(grouping: pieces, by: \.run).filter { $0.value.count == present.count }.keys)
    }

    /// What was merged before goes on from the same stores.
    private static func compare(
        _ present: [Present], among files: [ShardFile], with recorded: [MergedRun],
        of last: Int64?, into: String, _ allowsMissing: Bool
    ) throws(MergeRefusal) {
        for merged in recorded where merged.run == last {
            guard let first = present.first, merged.shard.count == first.shard.count else {
                throw .otherCount(
                    path: into, shard: merged.shard, than: present.first?.path ?? "",
                    its: present.first?.shard ?? merged.shard)
            }
            guard let part = present.first(where: { $0.shard == merged.shard }) else {
                // One without a finished run was given, and left out.
                let given = files.first { file in
                    !file.runs.contains { $0.state == .finished }
                        && (file.source == merged.source || file.path == merged.path
                            || file.runs.contains { $0.shard == merged.shard })
                }
                if let given {
                    throw .begunAnew(path: given.path, shard: merged.shard, into: into)
                }
                throw .notGivenAgain(into: into, shard: merged.shard, path: merged.path)
            }
            if part.source != merged.source {
                if allowsMissing { continue }
                throw .replaced(path: part.path, shard: part.shard, into: into)
            }
            if part.run.id < merged.sourceRun {
                throw .older(path: part.path, shard: part.shard, into: into)
            }
        }
    }

    /// The parts of one run are of one portfolio, and were judged by the same rules.
    private static func compare(
        _ parts: [Present], _ difference: (Run, Run) -> String?
    ) throws(MergeRefusal) {
        guard let first = parts.first else { return }
        for part in parts.dropFirst() {
            guard part.run.fingerprint == first.run.fingerprint,
                part.run.header == first.run.header
            else { throw .otherPortfolio(path: part.path, than: first.path) }
            if part.run.kind != first.run.kind {
                let kinds = "\(first.run.kind.rawValue) and \(part.run.kind.rawValue)"
                throw .otherRules(path: part.path, than: first.path, detail: kinds)
            }
            if part.run.toolVersion != first.run.toolVersion {
                let versions = "versions \(first.run.toolVersion) and \(part.run.toolVersion)"
                throw .otherRules(path: part.path, than: first.path, detail: versions)
            }
            if let detail = difference(first.run, part.run) {
                throw .otherRules(path: part.path, than: first.path, detail: detail)
            }
        }
    }
}
