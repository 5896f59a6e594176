internal import DNSMessage
internal import Evidence

/// How many queries may be in flight at once, so that a weak resolver is not drowned: slow increase,
/// halving when some are lost, as TCP does it (RFC 5681 §3.1).
///
/// What counts as a loss is a question that failed in passing and was answered when it was asked
/// again. A name whose servers are dead fails every time: however many of them a portfolio has,
/// they say nothing about the resolver, and the window stays open.
///
/// A value, and pure: moments are given to it, in monotonic nanoseconds.
struct QueryWindow {
    /// Never more in flight.
    let most: Int
    /// Losses among so many answers are the resolver's own trouble with some name.
    private static let answersPerLoss = 50.0
    /// Losses in a row that are no reason yet.
    private static let patience = 8.0
    /// After the first loss. One that is too wide is halved every four seconds at most, so it must
    /// grow more slowly than that.
    private static let growthPerSecond = 0.05
    private static let first = 256.0
    private static let least = 16.0

    private var size: Double
    /// Doubles with each round of answers until the first loss (RFC 5681 §3.1: slow start).
    private var isStarting = true
    private var credit = Self.patience
    private var lastCut: UInt64 = 0
    private var lastGrowth: UInt64 = 0
    private var failed = FailedQuestions()

    init(most: Int) {
        self.most = max(1, most)
        size = min(Self.first, Double(self.most))
    }

    var limit: Int { max(1, Int(size)) }

    /// The resolver answered, for good or ill.
    ///
    /// - Parameter isFull: as many were in flight as may be: only then is there reason to grow.
    mutating func answered(
        _ question: Message.Question, with failure: LookupFailure?, sentAt: UInt64, now: UInt64,
        isFull: Bool
    ) {
        switch failure {
        // What a resolver with too much to do shows, and asking again may mend.
        case .timeout, .serverFailure, .refused:
            failed.note(question, sentAt)
            return
        // Of our own making.
        case .transport, .unaskableName: return
        case nil, .formatError, .notImplemented, .responseCode, .malformedReply, .aliasLoop: break
        }
        if let first = failed.forget(question) {
            lost(sentAt: first, now: now)
            return
        }
        credit = min(Self.patience, credit + 1 / Self.answersPerLoss)
        guard isFull, size < Double(most) else { return }
        if isStarting {
            size = min(Double(most), size + 1)
            return
        }
        // By the clock and not by answers: a loss is known only when the question has timed out and
        // been asked again, four seconds later, whatever the resolver's pace is.
        let seconds = Double(now - min(now, max(lastCut, lastGrowth))) / 1e9
        lastGrowth = now
        size = min(Double(most), size + max(1, size * Self.growthPerSecond) * min(seconds, 1))
    }

    private mutating func lost(sentAt: UInt64, now: UInt64) {
        // Sent before the window was cut: it was one of those that were too many then.
        guard sentAt > lastCut else { return }
        credit -= 1
        guard credit < 0 else { return }
        credit = Self.patience
        isStarting = false
        lastCut = now
        size = max(min(Self.least, Double(most)), size / 2)
    }
}

/// The latest questions that failed in passing, with when each was first sent.
private struct FailedQuestions {
    private static let most = 4096

    private var sent: [Message.Question: UInt64] = [:]
    /// In the order they came; some are forgotten already.
    private var order: [Message.Question] = []
    private var oldest = 0

    mutating func note(_ question: Message.Question, _ moment: UInt64) {
        guard sent[question] == nil else { return }
        sent[question] = moment
        order.append(question)
        guard order.count - oldest > Self.most else { return }
        sent[order[oldest]] = nil
        oldest += 1
        if oldest == Self.most {
            order.removeFirst(oldest)
            oldest = 0
        }
    }

    mutating func forget(_ question: Message.Question) -> UInt64? {
        if sent.isEmpty { return nil }
        return sent.removeValue(forKey: question)
    }
}
