internal import DNSMessage
internal import Evidence

/// One query on its way: the box that c-ares carries, and what its asker waits for.
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

    private var answer: Answer?
    private var continuation: CheckedContinuation<Answer, Never>?

    init(_ question: Message.Question) { self.question = question }

    var isFinished: Bool { answer != nil }

    /// The first answer counts; a later one (of a query given up) is dropped.
    func finish(_ answer: Answer) {
        guard self.answer == nil else { return }
        self.answer = answer
        continuation?.resume(returning: answer)
        continuation = nil
    }

    /// Suspends the one task that asked until `finish`. To be called on the loop.
    func wait(isolation: isolated Resolver) async -> Answer {
        await withCheckedContinuation { continuation in
            // Looked at here and not before the await: a task that does not prefer the loop gives
            // way there, and the answer may come meanwhile.
            if let answer {
                continuation.resume(returning: answer)
            } else {
                self.continuation = continuation
            }
        }
    }
}
