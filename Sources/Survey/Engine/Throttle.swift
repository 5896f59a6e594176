/// Turns for a limited number of candidates in a second, first come, first served.
///
/// A bucket of `burst` tokens: over any time *t* no more than *t* × rate + `burst` are begun. Turns
/// are given in the order in which they are asked for, so that reactors that ask as often get as
/// many.
struct Throttle {
    /// How many may begin at once: a twentieth of a second's worth, and at least one.
    let burst: Int
    private let interval: Duration
    private var next: ContinuousClock.Instant?

    /// - Parameter perSecond: at least 1.
    init(perSecond: Int) {
        burst = max(1, perSecond / 20)
        interval = .seconds(1) / max(1, perSecond)
    }

    /// How long the next `count` have to wait; their turn is taken with the call.
    mutating func delay(before count: Int, at now: ContinuousClock.Instant) -> Duration {
        let start = max(now, next ?? now)
        next = start + interval * count
        return start - now
    }
}

/// Where an intake gets its time from.
struct IntakeTime: Sendable {
    var now: @Sendable () -> ContinuousClock.Instant
    /// Throws when the task is cancelled.
    var sleep: @Sendable (Duration) async throws -> Void

    static let system = IntakeTime(
        now: { ContinuousClock.now }, sleep: { try await Task.sleep(for: $0) })
}
