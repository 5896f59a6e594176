internal import Evidence
internal import Loop

/// Where all reactors of a survey have MX hosts probed: each host once in the run, however many
/// domains name it and however many of them ask at the same time.
///
/// There is one desk for all reactors and all passes, for the reasons `FetchGate` has. A probe is
/// a task of its own, on the loop of whoever asked first, and not a part of any domain's: a domain
/// that is cancelled leaves the others their probe, and one that nobody waits for any more is
/// cancelled with its last domain. `settle()` leaves no such task behind.
///
/// What was measured stays known for the run, within `ProbeLimits.hostsKept`. What was not (a
/// timeout, a 4xx greeting) stays known for the pass: the last pass asks such a host once more.
actor ProbeDesk {
    /// A finished look at a host.
    struct Look: Sendable {
        var probe: MailProbe
        /// DNS queries it took; 0 for all but the one who asked first.
        var queries: Int
    }

    /// What a look is for.
    struct Turn: Sendable {
        /// It finds out whether the port is blocked; for `enter`.
        var isTrial = false
        /// An earlier pass looked at the host in vain.
        var isRepeat = false
    }

    /// Who asks, and how a host is looked at: by its own DNS and connections, on its own loop.
    struct Asker: Sendable {
        var loop: Loop
        var sleep: @Sendable (Duration) async throws -> Void
        /// Throws `CancellationError` and nothing else.
        var look: @Sendable (_ host: String, Turn) async throws -> Look
    }

    private struct Flight {
        var id: UInt64
        var waiting: [UInt64: CheckedContinuation<Look, any Error>] = [:]
    }

    private let limits: ProbeLimits
    private var gate: FetchGate
    private let now: @Sendable () -> ContinuousClock.Instant
    private var memory: ProbeMemory
    private var pacer: Pacer
    private var watch = PortWatch()
    private var pass = 0
    private var flights: [String: Flight] = [:]
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var lastID: UInt64 = 0
    private var looking = 0
    /// Hosts that were not probed because the port is blocked.
    private(set) var blockedHosts = 0

    init(
        _ limits: ProbeLimits,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.limits = limits
        gate = FetchGate(limit: limits.inFlight, perAddress: limits.perAddress, now: now)
        memory = ProbeMemory(capacity: limits.hostsKept)
        pacer = Pacer(perSecond: limits.perSecond)
        self.now = now
    }

    /// Call it before the first probe of each pass, when none is under way.
    func beginPass(isLast: Bool) {
        pass += 1
        // An address that was silent in one pass is tried again in the next.
        gate = FetchGate(limit: limits.inFlight, perAddress: limits.perAddress, now: now)
        watch.beginPass(isLast: isLast)
    }

    /// What a probe of `host` finds, or has found.
    ///
    /// - Throws: `CancellationError` when the calling task is cancelled.
    func probe(_ host: String, by asker: Asker) async throws -> Look {
        try Task.checkCancellation()
        if let known = memory.probe(of: host, in: pass) { return Look(probe: known, queries: 0) }
        lastID += 1
        let ticket = lastID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    // The handler has run before there was anything to withdraw.
                    continuation.resume(throwing: CancellationError())
                } else {
                    join(host, ticket, continuation, asker)
                }
            }
        } onCancel: {
            Task { await self.withdraw(ticket, from: host) }
        }
    }

    /// Cancels what is under way and waits for it. Call it when no domain is being examined.
    func settle() async {
        let unfinished = Array(tasks.values)
        for task in unfinished { task.cancel() }
        for task in unfinished { await task.value }
    }

    // MARK: - Flights

    private func join(
        _ host: String, _ ticket: UInt64, _ continuation: CheckedContinuation<Look, any Error>,
        _ asker: Asker
    ) {
        if flights[host] == nil {
            lastID += 1
            let id = lastID
            flights[host] = Flight(id: id)
            tasks[id] = Task(executorPreference: asker.loop) {
                let result: Result<Look, any Error>
                do {
                    result = .success(try await self.look(at: host, by: asker))
                } catch {
                    result = .failure(error)
                }
                await self.land(host, id, result)
            }
        }
        flights[host]?.waiting[ticket] = continuation
    }

    private func withdraw(_ ticket: UInt64, from host: String) {
        guard let continuation = flights[host]?.waiting.removeValue(forKey: ticket) else { return }
        continuation.resume(throwing: CancellationError())
        guard let flight = flights[host], flight.waiting.isEmpty else { return }
        // Who asks from now on gets a probe of its own: this one is as good as gone.
        flights[host] = nil
        tasks[flight.id]?.cancel()
    }

    private func land(_ host: String, _ id: UInt64, _ result: Result<Look, any Error>) {
        tasks[id] = nil
        guard let flight = flights[host], flight.id == id else { return }
        flights[host] = nil
        let first = flight.waiting.keys.min()
        switch result {
        case .success(var look):
            look.probe = memory.keep(look.probe, in: pass)
            if look.probe.outcome == .failed(.portBlocked) { blockedHosts += 1 }
            for (ticket, continuation) in flight.waiting {
                let queries = ticket == first ? look.queries : 0
                continuation.resume(returning: Look(probe: look.probe, queries: queries))
            }
        case .failure(let error):
            for continuation in flight.waiting.values { continuation.resume(throwing: error) }
        }
    }

    private nonisolated func look(at host: String, by asker: Asker) async throws -> Look {
        while true {
            switch await begin(host) {
            case .blocked: return Self.notProbed(host, .portBlocked)
            case .skip: return Self.notProbed(host, .connectTimeout)
            case .wait: try await decision(asker.sleep)
            case .probe: return try await look(at: host, by: asker, isTrial: false)
            case .trial: return try await look(at: host, by: asker, isTrial: true)
            }
        }
    }

    private nonisolated func look(
        at host: String, by asker: Asker, isTrial: Bool
    ) async throws -> Look {
        let turn = Turn(isTrial: isTrial, isRepeat: await hasSeen(host))
        let look: Look
        do {
            look = try await asker.look(host, turn)
        } catch {
            await end(isTrial: isTrial)
            throw error
        }
        await end(isTrial: isTrial)
        guard look.probe.outcome.hasConnected == false else { return look }
        try await decision(asker.sleep)
        return await watch.isBlocked ? Self.notProbed(host, .portBlocked) : look
    }

    private func hasSeen(_ host: String) -> Bool { memory.hasSeen(host) }

    private static func notProbed(_ host: String, _ failure: MailProbeFailure) -> Look {
        Look(probe: MailProbe(host: host, outcome: .failed(failure)), queries: 0)
    }

    // MARK: - Blocked port

    private func begin(_ host: String) -> PortWatch.Permit {
        let permit = watch.permit(for: host)
        switch permit {
        case .probe, .trial: looking += 1
        case .skip, .wait, .blocked: break
        }
        return permit
    }

    private func end(isTrial: Bool) {
        looking -= 1
        if isTrial { watch.endTrial() }
    }

    /// Waits until it is known whether the port is blocked, where that is in doubt.
    private nonisolated func decision(
        _ sleep: @Sendable (Duration) async throws -> Void
    ) async throws {
        var idle = 0
        while await watch.isUndecided {
            try await sleep(.milliseconds(500))
            idle = await looking > 0 ? 0 : idle + 1
            // For five seconds nobody has asked for a host that could tell.
            if idle >= 10 { await giveUp() }
        }
    }

    private func giveUp() { watch.giveUp() }

    // MARK: - Connections

    enum Permit: Sendable, Equatable {
        /// Connect after this pause, then call `leave`.
        case granted(after: Duration)
        /// Connections to this address time out at present, or to all: do not connect.
        case silent
    }

    /// Waits for a place among the connections to `address`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before it got one.
    func enter(_ address: IPAddress, _ turn: Turn) async throws -> Permit {
        switch try await gate.enter(address) {
        case .silent: return .silent
        case .granted: break
        }
        if watch.isBlocked || (watch.isPointless && !turn.isTrial) {
            gate.leave(address, hasConnected: nil)
            return .silent
        }
        return .granted(after: pacer.delay(before: address, at: now()))
    }

    /// Gives the place back.
    ///
    /// - Parameter hasConnected: whether TCP connected; nil when nothing was tried.
    func leave(_ address: IPAddress, of host: String, hasConnected: Bool?) async {
        if let hasConnected { watch.note(host, at: address, hasConnected: hasConnected) }
        gate.leave(address, hasConnected: hasConnected)
    }
}

extension ProbeDesk {
    /// Tasks that wait for a result.
    var waitingCount: Int { flights.values.reduce(0) { $0 + $1.waiting.count } }
}
