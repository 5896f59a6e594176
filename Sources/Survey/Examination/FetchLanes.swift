internal import Evidence

/// The state of a `FetchGate`: who is inside, and who waits for which address.
///
/// It resumes nobody: what is to be resumed is handed to the gate, which does it outside its lock.
struct FetchLanes {
    typealias Continuation = CheckedContinuation<FetchGate.Permit, any Error>

    /// Somebody whose wait is over.
    struct Waking {
        private let continuation: Continuation
        private let result: Result<FetchGate.Permit, any Error>

        init(_ continuation: Continuation, _ result: Result<FetchGate.Permit, any Error>) {
            self.continuation = continuation
            self.result = result
        }

        func resume() { continuation.resume(with: result) }
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

        /// True when the address is silent; when a probe is due, the caller becomes the probe.
        mutating func isSilent(at now: ContinuousClock.Instant, next interval: Duration) -> Bool {
            guard let probeAt else { return false }
            guard now >= probeAt else { return true }
            self.probeAt = now + interval
            return false
        }
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let silentAfter: Int
    private let probeInterval: Duration

    private var inFlight = 0
    private var lanes: [IPAddress: Lane] = [:]
    /// Addresses with somebody waiting and room for one more, each once.
    private var turns = Fifo<IPAddress>()
    private var waiting: [UInt64: Continuation] = [:]
    private var lastTicket: UInt64 = 0

    /// Above this many addresses, those that are idle are forgotten; of the idle ones those that
    /// are silent stay, as what is known of them spares others a timeout.
    private static let lanesKept = 4096
    /// Above this many, those are forgotten too.
    private static let silentLanesKept = 65_536
    /// How many there may be before idle ones are looked for again: twice as many as were left, as
    /// each search goes through all of them with the gate locked.
    private var lanesAllowed = Self.lanesKept

    init(limit: Int, perAddress: Int, silentAfter: Int, probeInterval: Duration) {
        self.limit = max(1, limit)
        limitPerAddress = max(1, perAddress)
        self.silentAfter = max(1, silentAfter)
        self.probeInterval = probeInterval
    }

    var waitingCount: Int { waiting.count }

    /// Nil where one has to wait.
    mutating func enter(
        _ address: IPAddress, at now: ContinuousClock.Instant
    ) -> FetchGate.Permit? {
        // Changed in place throughout: a lane taken out would copy its queue with every arrival.
        if lanes[address, default: Lane()].isSilent(at: now, next: probeInterval) { return .silent }
        guard inFlight < limit, lanes[address]?.hasRoom(limitPerAddress) == true else { return nil }
        inFlight += 1
        lanes[address]?.inFlight += 1
        return .granted
    }

    mutating func nextTicket() -> UInt64 {
        lastTicket += 1
        return lastTicket
    }

    /// Puts somebody in the line for an address.
    ///
    /// - Returns: those whose wait is over by that: it may be the one who came.
    mutating func wait(
        _ continuation: Continuation, _ ticket: UInt64, for address: IPAddress
    ) -> [Waking] {
        lanes[address, default: Lane()].waiting.append(ticket)
        waiting[ticket] = continuation
        // Those before it may all have been withdrawn, and nobody is in flight.
        takeTurn(address)
        return admit()
    }

    mutating func withdraw(_ ticket: UInt64) -> Continuation? {
        waiting.removeValue(forKey: ticket)
    }

    /// - Returns: those whose wait is over by that.
    mutating func leave(
        _ address: IPAddress, hasConnected: Bool?, at now: ContinuousClock.Instant
    ) -> [Waking] {
        inFlight -= 1
        guard var lane = lanes[address] else { return [] }
        lane.inFlight -= 1
        var woken: [Waking] = []
        switch hasConnected {
        case true?:
            lane.timeoutsInRow = 0
            lane.probeAt = nil
        case false?:
            lane.timeoutsInRow += 1
            if lane.timeoutsInRow >= silentAfter { woken = silence(&lane, at: now) }
        case nil: break
        }
        lanes[address] = lane
        takeTurn(address)
        woken += admit()
        forgetIdleLanes()
        return woken
    }

    // MARK: - Silence

    private mutating func silence(
        _ lane: inout Lane, at now: ContinuousClock.Instant
    ) -> [Waking] {
        lane.probeAt = now + probeInterval
        var woken: [Waking] = []
        while let ticket = lane.waiting.popFirst() {
            guard let continuation = waiting.removeValue(forKey: ticket) else { continue }
            woken.append(Waking(continuation, .success(.silent)))
        }
        return woken
    }

    // MARK: - Turns

    private mutating func takeTurn(_ address: IPAddress) {
        guard let lane = lanes[address], !lane.isInTurn, !lane.waiting.isEmpty,
            lane.inFlight < limitPerAddress
        else { return }
        lanes[address]?.isInTurn = true
        turns.append(address)
    }

    private mutating func admit() -> [Waking] {
        var woken: [Waking] = []
        while inFlight < limit, let address = turns.popFirst() {
            lanes[address]?.isInTurn = false
            guard let ticket = lanes[address]?.waiting.popFirst() else { continue }
            if let continuation = waiting.removeValue(forKey: ticket) {
                inFlight += 1
                lanes[address]?.inFlight += 1
                woken.append(Waking(continuation, .success(.granted)))
            }
            takeTurn(address)
        }
        return woken
    }

    private mutating func forgetIdleLanes() {
        guard lanes.count > lanesAllowed else { return }
        let keepsSilent = lanes.count <= Self.silentLanesKept
        lanes = lanes.filter { _, lane in
            lane.inFlight > 0 || !lane.waiting.isEmpty || keepsSilent && lane.probeAt != nil
        }
        lanesAllowed = max(Self.lanesKept, 2 * lanes.count)
    }
}
