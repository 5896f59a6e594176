internal import CLinux
internal import DNSMessage
internal import Evidence
internal import Loop

/// One query on its way: the box that c-ares carries.
///
/// @unchecked Sendable: every field is touched on the loop's thread only. Cancellation handlers,
/// which run anywhere, do no more than carry the reference back to the loop.
final class PendingQuery: @unchecked Sendable {
    enum Answer {
        /// The reply as it came.
        case message([UInt8])
        case failed(LookupFailure)
    }

    let question: Message.Question
    /// The channel that carries it; nil while it waits for one.
    var channel: Channel?
    /// When a channel took it, by the loop's clock in nanoseconds.
    var sentAt: UInt64 = 0
    private(set) var answer: Answer?
    /// When that came: the others of the gathering may take much longer.
    private(set) var finishedAt: UInt64 = 0
    private let gathering: Gathering

    init(_ question: Message.Question, in gathering: Gathering) {
        self.question = question
        self.gathering = gathering
        gathering.expectOneMore()
    }

    var isFinished: Bool { answer != nil }

    /// The first answer counts; a later one (of a query given up) is dropped.
    func finish(_ answer: Answer) {
        guard self.answer == nil else { return }
        self.answer = answer
        if sentAt > 0 { finishedAt = clinux_monotonic_ns() }
        gathering.oneIsThere()
    }
}

/// The queries that one task waits for, so that it is woken once and not for each.
///
/// @unchecked Sendable: as `PendingQuery`.
final class Gathering: @unchecked Sendable {
    private var missing = 0
    private var continuation: CheckedContinuation<Void, Never>?

    func expectOneMore() { missing += 1 }

    func oneIsThere() {
        missing -= 1
        guard missing == 0 else { return }
        continuation?.resume()
        continuation = nil
    }

    /// Suspends the one task that asked until every answer is there. To be called on the loop.
    func wait(isolation: isolated Resolver) async {
        await withCheckedContinuation { continuation in
            // Looked at here and not before the await: a task that does not prefer the loop gives
            // way there, and the answers may come meanwhile.
            if missing == 0 {
                continuation.resume()
            } else {
                self.continuation = continuation
            }
        }
    }
}
