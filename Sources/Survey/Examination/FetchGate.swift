internal import Evidence

/// Limits how many fetches are in flight, in all and to each address.
///
/// There is one gate for all reactors: many policy hosts share a few provider addresses, the
/// promise not to hammer one holds for the run, and a share per reactor would leave ten slots
/// idle on one while another queues. Only domains with something to fetch come here, so the hop
/// to this actor (some microseconds) is small beside the handshake (a millisecond of CPU).
///
/// Waiting fetches go in turn from address to address, and in order of arrival within one: a
/// provider with a thousand waiting does not hold up a host of its own.
///
/// **Silent addresses.** Whether TCP connects depends on the address and not on the domain. When
/// connects to an address timed out `silentAfter` times with no success between, the others that
/// wait for it get the same outcome at once, and one fetch per `probeInterval` finds out whether
/// it still holds. Without this, one dead provider with many customers takes a connect timeout
/// per customer and ten at a time.
actor FetchGate {
    enum Permit: Sendable {
        /// Fetch, then call `leave`.
        case granted
        /// Connects to this address time out at present; do not fetch and do not call `leave`.
        case silent
    }

    private struct Lane {
        var inFlight = 0
        var waiting = Fifo<UInt64>()
        var isInTurn = false
        var timeoutsInRow = 0
        /// When the next probe of a silent address may start.
        var probeAt: ContinuousClock.Instant?

        /// Nobody waits, and fewer than `limit` are in flight.
        func hasRoom(_ limit: Int) -> Bool { inFlight < limit && waiting.isEmpty }
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let silentAfter: Int
    private let probeInterval: Duration
    private let now: @Sendable () -> ContinuousClock.Instant

    private var inFlight = 0
    private var lanes: [IPAddress: Lane] = [:]
    /// Addresses with somebody waiting and room for one more, each once.
    private var turns = Fifo<IPAddress>()
    private var waiting: [UInt64: CheckedContinuation<Permit, any Error>] = [:]
    private var lastTicket: UInt64 = 0

    /// Above this many addresses, those that are idle are forgotten.
    private static let lanesKept = 4096

    init(
        limit: Int, perAddress: Int, silentAfter: Int = 3, probeInterval: Duration = .seconds(30),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.limit = max(1, limit)
        limitPerAddress = max(1, perAddress)
        self.silentAfter = max(1, silentAfter)
        self.probeInterval = probeInterval
        self.now = now
    }

    /// Waits for a slot.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before it got one.
    func enter(_ address: IPAddress) async throws -> Permit {
        try Task.checkCancellation()
        // Changed in place throughout: a lane taken out would copy its queue with every arrival.
        if isSilent(&lanes[address, default: Lane()]) { return .silent }
        if inFlight < limit, lanes[address]?.hasRoom(limitPerAddress) == true {
            inFlight += 1
            lanes[address]?.inFlight += 1
            return .granted
        }
        lastTicket += 1
        let ticket = lastTicket
        lanes[address]?.waiting.append(ticket)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting[ticket] = continuation
                    // Those before it may all have been withdrawn, and nobody is in flight.
                    takeTurn(address)
                    admit()
                }
            }
        } onCancel: {
            Task { await self.withdraw(ticket) }
        }
    }

    /// Gives the slot back.
    ///
    /// - Parameter hasConnected: whether TCP connected; nil when the outcome does not tell.
    func leave(_ address: IPAddress, hasConnected: Bool?) {
        inFlight -= 1
        guard var lane = lanes[address] else { return }
        lane.inFlight -= 1
        switch hasConnected {
        case true?:
            lane.timeoutsInRow = 0
            lane.probeAt = nil
        case false?:
            lane.timeoutsInRow += 1
            if lane.timeoutsInRow >= silentAfter { silence(&lane) }
        case nil: break
        }
        lanes[address] = lane
        takeTurn(address)
        admit()
        forgetIdleLanes()
    }

    /// Tasks that wait for a slot.
    var waitingCount: Int { waiting.count }

    // MARK: - Silence

    /// True when the address is silent; when a probe is due, the caller becomes the probe.
    private func isSilent(_ lane: inout Lane) -> Bool {
        guard let probeAt = lane.probeAt else { return false }
        let current = now()
        guard current >= probeAt else { return true }
        lane.probeAt = current + probeInterval
        return false
    }

    private func silence(_ lane: inout Lane) {
        lane.probeAt = now() + probeInterval
        while let ticket = lane.waiting.popFirst() {
            waiting.removeValue(forKey: ticket)?.resume(returning: .silent)
        }
    }

    // MARK: - Turns

    private func takeTurn(_ address: IPAddress) {
        guard let lane = lanes[address], !lane.isInTurn, !lane.waiting.isEmpty,
            lane.inFlight < limitPerAddress
        else { return }
        lanes[address]?.isInTurn = true
        turns.append(address)
    }

    private func admit() {
        while inFlight < limit, let address = turns.popFirst() {
            lanes[address]?.isInTurn = false
            guard let ticket = lanes[address]?.waiting.popFirst() else { continue }
            if let continuation = waiting.removeValue(forKey: ticket) {
                inFlight += 1
                lanes[address]?.inFlight += 1
                continuation.resume(returning: .granted)
            }
            takeTurn(address)
        }
    }

    private func withdraw(_ ticket: UInt64) {
        // The number stays in its lane and is passed over when its turn comes.
        waiting.removeValue(forKey: ticket)?.resume(throwing: CancellationError())
    }

    private func forgetIdleLanes() {
        guard lanes.count > Self.lanesKept else { return }
        lanes = lanes.filter { $0.value.inFlight > 0 || !$0.value.waiting.isEmpty }
    }
}
