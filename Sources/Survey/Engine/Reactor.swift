internal import Audit
internal import Evidence
internal import Fetch
internal import Loop
internal import Resolve
internal import Synchronization

/// One thread with its own DNS and HTTPS, and the domains it has in flight.
struct Reactor: Sendable {
    let loop: Loop
    let names: any NameService
    let policies: any PolicyService
    /// Nil: MX hosts cannot be probed.
    var mail: (any MailProbeService)?
    /// Closes all of them, on the loop, before it stops.
    let close: @Sendable () async -> Void

    static func start(
        _ number: Int, _ configuration: SurveyConfiguration
    ) async throws(SurveyFailure) -> Reactor {
        let loop: Loop
        do {
            loop = try Loop.start(name: "reactor-\(number)")
        } catch {
            throw .loop(code: error.code, call: error.call)
        }
        let resolver: Resolver
        do {
            resolver = try Resolver(loop: loop, configuration: configuration.resolver)
        } catch {
            await loop.stop()
            throw .resolver(error)
        }
        var fetch = configuration.fetch
        // The gates count; a second limit below them would only hide who waits for what.
        fetch.maximumInFlight =
            configuration.fetchesInFlight + max(1, configuration.probes.inFlight)
        do {
            let fetcher = try PolicyFetcher(loop: loop, configuration: fetch)
            return Reactor(loop: loop, names: resolver, policies: fetcher, mail: fetcher) {
                await resolver.close()
                await fetcher.close()
            }
        } catch {
            await resolver.close()
            await loop.stop()
            throw .fetcher(error)
        }
    }

    func stop() async {
        await close()
        await loop.stop()
    }
}

/// What the reactors of one run share.
struct Pass: Sendable {
    let intake: Intake
    let outbox: Outbox
    let gate: FetchGate
    let desk: ProbeDesk
    let counters: SurveyCounters
    let isStopping: StopFlag
    let isLast: Bool
    let configuration: SurveyConfiguration
}

final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    func raise() { flag.store(true, ordering: .relaxed) }
    var isRaised: Bool { flag.load(ordering: .relaxed) }
}

extension Reactor {
    /// Examines candidates until there are no more, at most `limit` at a time.
    ///
    /// Call it in a task that prefers this reactor's loop.
    ///
    /// - Throws: what the source throws, and `SurveyFailure.resolverUnavailable`.
    func work(_ pass: Pass, limit: Int) async throws {
        let window = Window(loop: loop, limit: limit)
        let examiner = Examiner(
            names: names, policies: policies, options: pass.configuration.examiner,
            clock: pass.configuration.clock, gate: pass.gate, aliases: AliasCache(loop: loop),
            mail: mail.map { MailProbing(service: $0, desk: pass.desk, loop: loop) },
            counters: pass.counters, sleep: { [loop] in try await loop.sleep(for: $0) })
        // Enough to make the hops to intake and outbox rare, and so few that all reactors get some.
        let share = max(1, min(64, limit / 8))
        let results = ReactorOutbox(
            loop: loop, outbox: pass.outbox, share: min(share, pass.configuration.batchSize),
            interval: pass.configuration.batchInterval / 2)
        do {
            try await examineAll(pass, examiner, window, share, results)
        } catch {
            await results.finish()
            throw error
        }
        await results.finish()
    }

    private func examineAll(
        _ pass: Pass, _ examiner: Examiner, _ window: Window, _ share: Int,
        _ results: ReactorOutbox
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let candidates = try await pass.intake.take(upTo: share)
                if candidates.isEmpty { return }
                for candidate in candidates {
                    await window.enter()
                    if pass.isStopping.isRaised || Task.isCancelled { return }
                    group.addTask(executorPreference: loop) {
                        await examine(candidate, with: examiner, pass, results)
                        await window.leave()
                    }
                }
                try await checkResolver(pass, after: pass.configuration.silentLookupsBeforeProbe)
            }
        }
    }

    private func examine(
        _ candidate: Candidate, with examiner: Examiner, _ pass: Pass, _ results: ReactorOutbox
    ) async {
        pass.counters.inFlight.add(1)
        defer { pass.counters.inFlight.add(-1) }
        // Only cancellation is thrown: then the domain is as if it had not been started.
        guard let observation = try? await examiner.examine(candidate.domain) else { return }
        let assessment = Judge(profile: pass.configuration.profile).assess(
            observation.evidence, of: candidate.domain, expecting: candidate.expectations,
            history: candidate.history, now: observation.measurement.at)
        let result = Examined(
            candidate: candidate, evidence: observation.evidence,
            measurement: observation.measurement, assessment: assessment,
            isProvisional: !pass.isLast && (assessment.isIncomplete || observation.isPartial))
        pass.counters.count(result, isLastPass: pass.isLast)
        await results.put(result)
    }

    /// Asks the resolver whether it is there when so many lookups in a row saw no reply at all.
    ///
    /// One that was there is waited for, `resolverPatience` long, with no domain begun meanwhile:
    /// resolvers are restarted, and networks come back. Those in flight come out as not measured
    /// and are asked again in the last pass.
    ///
    /// - Parameter silentLookups: 0 asks in any case.
    func checkResolver(_ pass: Pass, after silentLookups: Int) async throws {
        let counters = pass.counters
        guard counters.silentInRow.current >= silentLookups else { return }
        let patience =
            counters.hasResolverAnswered.isRaised ? pass.configuration.resolverPatience : .zero
        let deadline = ContinuousClock.now + patience
        var attempts = 0
        while true {
            for _ in 0..<3 {
                attempts += 1
                if await names.isAnswering() {
                    counters.silentInRow.reset()
                    counters.hasResolverAnswered.raise()
                    if counters.resolverSilence.set(0) == 1 {
                        pass.configuration.onResolverSilence?(false)
                    }
                    return
                }
                if pass.isStopping.isRaised { return }
                try Task.checkCancellation()
            }
            let left = deadline - .now
            guard left > .zero else {
                throw SurveyFailure.resolverUnavailable(attempts: attempts)
            }
            if counters.resolverSilence.set(1) == 0 {
                pass.configuration.onResolverSilence?(true)
            }
            do {
                try await loop.sleep(for: min(left, .milliseconds(500)))
            } catch {
                if pass.isStopping.isRaised { return }
                throw error
            }
        }
    }
}
