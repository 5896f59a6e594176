import Audit
import Evidence
import Glibc
import MTASTS
import Store

/// A portfolio audited night after night into a store, without a network and with its own clock.
struct Simulation {
    let domains: [SimulatedDomain]
    /// How often each domain has changed so far.
    private var versions: [Int]
    private let numbers: [DomainName: Int]
    private let judge = Judge()

    init(domains count: Int) throws {
        domains = try (0..<count).map { try SimulatedDomain($0) }
        versions = Array(repeating: 0, count: count)
        numbers = Dictionary(uniqueKeysWithValues: domains.map { ($0.name, $0.number) })
    }

    /// One domain in two hundred is another than the night before; of these one in ten has
    /// MTA-STS, which is ten times its share: policies, ids and certificates change the most.
    mutating func change(night: Int) {
        for place in 0..<domains.count / 200 {
            var number = Numbers(night, place).below(domains.count)
            if place.isMultiple(of: 10) { number -= number % SimulatedDomain.adopterShare }
            versions[number] += 1
        }
    }

    /// - Parameters:
    ///   - mark: see `SimulatedDomain.evidence`.
    ///   - shard: only this part of the domains.
    /// - Returns: how long the store and the judge took for each step; making up the evidence,
    ///   which stands for the network, is not counted.
    func audit(
        into store: AuditStore, night: Int, mark: Int = 0, shard: Shard? = nil
    ) async throws -> NightTimes {
        var times = NightTimes()
        let start = Timestamp(seconds: 1_790_000_000 + Int64(night) * Timestamp.secondsPerDay)
        let run = try await store.beginRun(
            RunRequest(
                portfolio: "simulated", fingerprint: "simulated", toolVersion: "benchmark",
                shard: shard), at: start)
        for chunk in stride(from: 0, to: domains.count, by: 5000) {
            let rows = domains[chunk..<min(chunk + 5000, domains.count)].map { domain in
                PortfolioRow(
                    line: domain.number + 2, input: domain.name.description, domain: domain.name,
                    account: "account-\(domain.number % 300)")
            }.filter { shard?.contains($0) ?? true }
            try await times.measure(\.ingest) { try await run.ingest(rows) }
        }
        try await times.measure(\.ingest) {
            try await run.finishIngest(header: PortfolioHeader(hasAccount: true), at: start)
        }
        var last: Int64 = 0
        while true {
            let page = try await times.measure(\.candidates) {
                try await run.candidates(after: last, limit: 1000)
            }
            guard let end = page.last else { break }
            let seen = page.map { candidate in
                let number = numbers[candidate.domain] ?? 0
                return domains[number].evidence(version: versions[number], mark: mark)
            }
            let results = times.measure(\.judge) {
                zip(page, seen).map { candidate, evidence in
                    Examined(
                        candidate: candidate, evidence: evidence,
                        measurement: Measurement(
                            at: start, elapsedMilliseconds: 40, queries: 6, requests: 1,
                            recordTTL: 300, mxTTL: 3600),
                        assessment: judge.assess(
                            evidence, of: candidate.domain, expecting: candidate.expectations,
                            history: candidate.history, now: start))
                }
            }
            let summary = try await times.measure(\.record) { try await run.record(results) }
            times.changed += summary.changed
            last = end.id
        }
        try await times.measure(\.finish) { try await run.finish(.finished, at: start) }
        return times
    }
}

/// What the steps of one night took.
struct NightTimes {
    var ingest = StepTime()
    var candidates = StepTime()
    var judge = StepTime()
    var record = StepTime()
    var finish = StepTime()
    /// States that are new.
    var changed = 0

    var steps: [StepTime] { [ingest, candidates, judge, record, finish] }

    mutating func measure<Value>(
        _ step: WritableKeyPath<NightTimes, StepTime>, _ body: () throws -> Value
    ) rethrows -> Value {
        let start = StepTime.now
        defer { self[keyPath: step].add(from: start) }
        return try body()
    }

    mutating func measure<Value>(
        _ step: WritableKeyPath<NightTimes, StepTime>, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let start = StepTime.now
        defer { self[keyPath: step].add(from: start) }
        return try await body()
    }
}

/// In milliseconds.
struct StepTime {
    var wall = 0.0
    /// Of all threads of the process: does not depend on what else the machine does.
    var processor = 0.0

    /// Since some moment in the past.
    static var now: StepTime {
        func read(_ clock: clockid_t) -> Double {
            var time = timespec()
            guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
            return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
        }
        return StepTime(wall: read(CLOCK_MONOTONIC), processor: read(CLOCK_PROCESS_CPUTIME_ID))
    }

    mutating func add(from start: StepTime) {
        let end = Self.now
        wall += end.wall - start.wall
        processor += end.processor - start.processor
    }
}
