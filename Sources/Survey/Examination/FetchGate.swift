internal import Evidence
internal import Loop

/// Limits how many fetches are in flight, in all and to each address.
///
/// There is one gate for all reactors: many policy hosts share a few provider addresses, the
/// promise not to hammer one holds for the run, and a share per reactor would leave ten slots
/// idle on one while another queues. It is a lock and no actor, the one exception to the rule that
/// there are none: an actor would be two hops to another thread for each fetch, and each costs a
/// waking and the caches; here somebody waits for another thread for a microsecond at the most.
///
/// Waiting fetches go in turn from address to address, and in order of arrival within one: a
/// provider with a thousand waiting does not hold up a host of its own.
///
/// **Silent addresses.** Whether TCP connects depends on the address and not on the domain. When
/// connects to an address timed out `silentAfter` times with no success between, the others that
/// wait for it get the same outcome at once, and one fetch per `probeInterval` finds out whether
/// it still holds. Without this, one dead provider with many customers takes a connect timeout
/// per customer and ten at a time.
final class FetchGate: Sendable {
    enum Permit: Sendable {
        /// Fetch, then call `leave`.
        case granted
        /// Connects to this address time out at present; do not fetch and do not call `leave`.
        case silent
    }

    private let state: Lock<FetchLanes>
    private let now: @Sendable () -> ContinuousClock.Instant

    init(
        limit: Int, perAddress: Int, silentAfter: Int = 3, probeInterval: Duration = .seconds(30),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        state = Lock(
            FetchLanes(
                limit: limit, perAddress: perAddress, silentAfter: silentAfter,
                probeInterval: probeInterval))
        self.now = now
    }

    /// Waits for a slot.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before it got one.
    func enter(_ address: IPAddress) async throws -> Permit {
        try Task.checkCancellation()
        let moment = now()
        let (permit, ticket) = state.withLock { lanes in
            let permit = lanes.enter(address, at: moment)
            return (permit, permit == nil ? lanes.nextTicket() : 0)
        }
        if let permit { return permit }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let woken = state.withLock { lanes in
                    // Within the lock: a cancellation that comes later finds the ticket.
                    if Task.isCancelled {
                        return [FetchLanes.Waking(continuation, .failure(CancellationError()))]
                    }
                    return lanes.wait(continuation, ticket, for: address)
                }
                for waking in woken { waking.resume() }
            }
        } onCancel: {
            // The number stays in its lane and is passed over when its turn comes.
            let continuation = state.withLock { $0.withdraw(ticket) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Gives the slot back.
    ///
    /// - Parameter hasConnected: whether TCP connected; nil when the outcome does not tell.
    func leave(_ address: IPAddress, hasConnected: Bool?) {
        let moment = now()
        let woken = state.withLock { $0.leave(address, hasConnected: hasConnected, at: moment) }
        for waking in woken { waking.resume() }
    }

    /// Tasks that wait for a slot.
    var waitingCount: Int { state.withLock { $0.waitingCount } }
}
