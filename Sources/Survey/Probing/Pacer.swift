internal import Evidence

/// Spreads new connections to one address evenly over time.
struct Pacer {
    private let interval: Duration
    private var next: [IPAddress: ContinuousClock.Instant] = [:]

    /// Above this many addresses, those whose turn is over are forgotten.
    private static let addressesKept = 4096

    init(perSecond: Int) { interval = .seconds(1) / max(1, perSecond) }

    /// How long to wait before connecting; the place is taken with the call.
    mutating func delay(
        before address: IPAddress, at now: ContinuousClock.Instant
    ) -> Duration {
        let start = max(now, next[address] ?? now)
        next[address] = start + interval
        if next.count > Self.addressesKept { next = next.filter { $0.value > now } }
        return start - now
    }
}
