public import Evidence
internal import Glibc

/// Where a survey gets its time from.
public struct SurveyClock: Sendable {
    /// The wall clock: when something was seen and at what moment it is judged.
    public var now: @Sendable () -> Timestamp
    /// Waits, or throws when the task is cancelled. Nil: the loop of the task.
    public var sleep: (@Sendable (Duration) async throws -> Void)?

    public init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: (@Sendable (Duration) async throws -> Void)? = nil
    ) {
        self.now = now
        self.sleep = sleep
    }

    public static let system = SurveyClock(now: { Timestamp(seconds: Int64(time(nil))) })
}
