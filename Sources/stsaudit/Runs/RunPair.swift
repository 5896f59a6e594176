internal import Store

/// Two runs of one portfolio, to be compared.
struct RunPair: Equatable {
    var before: Run
    var after: Run

    /// Why there is no pair.
    enum Refusal: Error, Equatable {
        /// Nothing is wrong; there is no earlier run yet.
        case onlyOne(Run)
        case failure(String)
    }

    /// - Parameters:
    ///   - numbers: two runs in any order, one to be compared with the finished run before it, or
    ///     none for the last two finished ones.
    ///   - portfolio: needed where the store holds several and no run is given.
    ///   - runs: all of the store, the latest first.
    static func choose(
        _ numbers: [Int64], portfolio: String?, among runs: [Run]
    ) throws(Refusal) -> RunPair {
        var chosen: [Run] = []
        for number in numbers {
            guard let run = runs.first(where: { $0.id == number }) else {
                throw .failure("there is no run \(number); stsaudit runs lists them")
            }
            guard run.ingestedAt != nil else {
                throw .failure("run \(number) failed before it had seen anything")
            }
            if let portfolio, run.portfolio != portfolio {
                throw .failure("run \(number) is of portfolio '\(run.portfolio)'")
            }
            chosen.append(run)
        }
        chosen.sort { $0.id < $1.id }
        switch (chosen.first, chosen.dropFirst().first) {
        case (let first?, let second?):
            guard first.id != second.id else { throw .failure("two different runs are needed") }
            guard first.portfolio == second.portfolio else {
                throw .failure(
                    "run \(first.id) is of portfolio '\(first.portfolio)' and run \(second.id) of "
                        + "'\(second.portfolio)': only runs of one portfolio can be compared")
            }
            return RunPair(before: first, after: second)
        case (let run?, nil): return try pair(endingWith: run, among: runs)
        case (nil, _):
            let latest = try latestFinished(of: portfolio, among: runs)
            return try pair(endingWith: latest, among: runs)
        }
    }

    private static func pair(
        endingWith run: Run, among runs: [Run]
    ) throws(Refusal) -> RunPair {
        let earlier = runs.first {
            $0.portfolio == run.portfolio && $0.id < run.id && $0.state == .finished
        }
        guard let earlier else { throw .onlyOne(run) }
        return RunPair(before: earlier, after: run)
    }

    /// The latest finished run of a portfolio.
    ///
    /// - Parameter portfolio: nil for the only one there is.
    static func latestFinished(of portfolio: String?, among runs: [Run]) throws(Refusal) -> Run {
        let finished = runs.filter { $0.state == .finished }
        guard let portfolio else {
            let names = Set(finished.map(\.portfolio)).sorted()
            if names.count > 1 {
                let list = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
                throw .failure("the store holds several portfolios (\(list)); add --portfolio")
            }
            guard let latest = finished.first else {
                throw .failure("there is no finished run yet; start one with stsaudit audit")
            }
            return latest
        }
        guard let latest = finished.first(where: { $0.portfolio == portfolio }) else {
            throw .failure("there is no finished run of portfolio '\(portfolio)'")
        }
        return latest
    }
}
