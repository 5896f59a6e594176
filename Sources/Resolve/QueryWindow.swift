internal import DNSMessage
internal import Evidence

/// How many queries may be in flight at once, so that a weak resolver is not drowned: slow start,
/// then slow increase, and less when some are lost, as TCP does it (RFC 5681 §3.1).
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
    /// Losses in a row that are no reason yet, at least.
    private static let leastPatience = 8.0
    /// After the first cut, in the time that it takes to learn of a loss.
    private static let growth = 0.2
    private static let first = 256.0
    private static let least = 16.0

    private var size: Double
    /// Doubles with each round of answers until the first loss (RFC 5681 §3.1: slow start).
    private var isStarting = true
    private var credit = Self.leastPatience
    private var lastCut: UInt64 = 0
    private var lastGrowth: UInt64 = 0
    /// The latest moment given: answers may be told of out of order.
    private var latest: UInt64 = 0
    /// Nanoseconds from sending a question that is lost to the answer when it was asked again: a
    /// timeout, a pause, and the wait for its turn.
    private var lag = 4e9
    /// Nanoseconds for which the questions answered since the last cut were in flight, and when the
    /// first of these was sent.
    private var (carried, carriedSince) = (0.0, UInt64.max)
    private var failed = FailedQuestions()

    init(most: Int) {
        self.most = max(1, most)
        size = min(Self.first, Double(self.most))
    }

    var limit: Int { max(1, Int(size)) }

    /// One full receive buffer may lose dozens of answers at once where thousands are in flight.
    private var patience: Double { max(Self.leastPatience, size / Self.answersPerLoss) }

    /// Whether the question failed in passing not long ago: its answer tells most, and the sooner
    /// the better.
    func isAskedAgain(_ question: Message.Question) -> Bool { failed.contains(question) }

    /// The resolver answered, for good or ill.
    ///
    /// - Parameters:
    ///   - now: when the answer came; it may be told of later.
    ///   - isFull: as many were in flight as may be: only then is there reason to grow.
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
        latest = max(latest, now)
        if sentAt >= lastCut {
            carried += Double(now - min(now, sentAt))
            carriedSince = min(carriedSince, sentAt)
        }
        if let first = failed.forget(question) {
            lost(sentAt: first, now: now)
            return
        }
        credit = min(patience, credit + 1 / Self.answersPerLoss)
        guard isFull, size < Double(most) else { return }
        if isStarting {
            size = min(Double(most), size + 1)
            return
        }
        // By the clock and not by answers: it must not outgrow what is known of losses, whatever
        // the resolver's pace is.
        let passed = Double(latest - max(lastCut, lastGrowth))
        lastGrowth = latest
        size = min(Double(most), size + max(1, size * Self.growth) * min(passed / lag, 1))
    }

    private mutating func lost(sentAt: UInt64, now: UInt64) {
        // Sent before the window was cut: it was one of those that were too many then.
        guard sentAt > lastCut else { return }
        lag += (Double(now - min(now, sentAt)) - lag) / 8
        credit -= 1
        guard credit < 0 else { return }
        // Little's law: so many of those in flight were carried, on average, and the others lost.
        let carried = carried / Double(max(1, latest - min(latest, carriedSince)))
        // Slow start has gone far beyond. Later on, some of the others are dead names, which need
        // their room too.
        let least = max(min(Self.least, Double(most)), isStarting ? size / 8 : size / 2)
        size = max(least, min(carried, size * 0.8))
        credit = patience
        isStarting = false
        lastCut = latest
        (self.carried, carriedSince) = (0, .max)
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

    func contains(_ question: Message.Question) -> Bool {
        !sent.isEmpty && sent[question] != nil
    }

    mutating func forget(_ question: Message.Question) -> UInt64? {
        if sent.isEmpty { return nil }
        return sent.removeValue(forKey: question)
    }
}
