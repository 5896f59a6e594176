import DNSMessage
import Evidence
import Testing

@testable import Resolve

@Suite("How many queries are in flight: as TCP's window, RFC 5681 §3.1")
struct QueryWindowTests {
    static func question(_ number: Int) throws -> Message.Question {
        Message.Question(name: try DNSName("d\(number).example"), type: .txt)
    }

    /// A resolver that holds so many questions, answers each after 200 ms and drops what is
    /// beyond, and askers who do what the engine does: three seconds of patience, a pause, up to
    /// two repetitions, and those before anything new. In steps of 50 ms.
    struct Simulation {
        var window: QueryWindow
        let capacity: Int
        /// Of a hundred names, so many fail however often they are asked.
        let deadPercent: Int
        private(set) var lost = 0
        private(set) var answered = 0
        private var step = 0
        private var next = 0
        private var waiting: [Asked] = []
        /// By the step in which something happens to them.
        private var answers: [Int: [Asked]] = [:]
        private var timeouts: [Int: [Asked]] = [:]
        private var repetitions: [Int: [Asked]] = [:]
        private var held = 0
        private var inFlight = 0

        private struct Asked {
            var number: Int
            var attempt = 0
            var sentAt: UInt64 = 0
        }

        init(most: Int, capacity: Int, deadPercent: Int = 0) {
            window = QueryWindow(most: most)
            self.capacity = capacity
            self.deadPercent = deadPercent
        }

        private var now: UInt64 { UInt64(step) * 50_000_000 + 1 }

        mutating func run(seconds: Int) throws {
            for _ in 0..<seconds * 20 { try runStep() }
        }

        private mutating func runStep() throws {
            step += 1
            for asked in answers.removeValue(forKey: step) ?? [] {
                held -= 1
                inFlight -= 1
                answered += 1
                try learn(nil, asked)
            }
            for var asked in timeouts.removeValue(forKey: step) ?? [] {
                inFlight -= 1
                try learn(.timeout, asked)
                asked.attempt += 1
                if asked.attempt < 3 { repetitions[step + 10, default: []].append(asked) }
            }
            waiting += repetitions.removeValue(forKey: step) ?? []
            while inFlight < window.limit {
                send(waiting.isEmpty ? Asked(number: nextNumber()) : waiting.removeFirst())
            }
        }

        private mutating func nextNumber() -> Int {
            next += 1
            return next
        }

        private mutating func send(_ asked: Asked) {
            var asked = asked
            asked.sentAt = now
            inFlight += 1
            let isDead = asked.number % 100 < deadPercent
            if !isDead, held < capacity {
                held += 1
                answers[step + 4, default: []].append(asked)
            } else {
                if !isDead { lost += 1 }
                timeouts[step + 60, default: []].append(asked)
            }
        }

        private mutating func learn(_ failure: LookupFailure?, _ asked: Asked) throws {
            window.answered(
                try QueryWindowTests.question(asked.number), with: failure, sentAt: asked.sentAt,
                now: now, isFull: true)
        }
    }

    @Test("it opens within a few rounds where nothing is lost, and never beyond the most")
    func opens() throws {
        var simulation = Simulation(most: 5000, capacity: .max)
        try simulation.run(seconds: 2)
        #expect(simulation.window.limit == 5000)
        try simulation.run(seconds: 1)
        #expect(simulation.window.limit == 5000)
    }

    @Test("it does not open for those who do not use it")
    func unused() throws {
        var window = QueryWindow(most: 5000)
        for number in 0..<1000 {
            window.answered(
                try Self.question(number), with: nil, sentAt: 1, now: 2, isFull: false)
        }
        #expect(window.limit == 256)
    }

    @Test(
        "names whose servers are dead do not close it, however many they are",
        arguments: [(5, 1000), (30, 1000), (90, 500)])
    func dead(percent: Int, opens: Int) throws {
        var simulation = Simulation(most: 1000, capacity: .max, deadPercent: percent)
        var limit = 0
        for _ in 0..<100 {
            try simulation.run(seconds: 1)
            #expect(simulation.window.limit >= limit)
            limit = simulation.window.limit
        }
        // With few answers it opens slowly.
        #expect(limit >= opens)
    }

    @Test(
        "a weak resolver is soon asked no more than it can answer, and kept busy",
        arguments: [50, 400], [(dead: 0, busy: 0.7), (dead: 5, busy: 0.5)])
    func weak(capacity: Int, names: (dead: Int, busy: Double)) throws {
        var simulation = Simulation(most: 2000, capacity: capacity, deadPercent: names.dead)
        try simulation.run(seconds: 20)
        let (lost, answered) = (simulation.lost, simulation.answered)
        try simulation.run(seconds: 60)
        let share = Double(simulation.lost - lost) / Double(simulation.answered - answered)
        #expect(share < 0.1, "\(share) lost for one answered")
        let busy = Double(simulation.answered - answered) / Double(capacity * 5 * 60)
        #expect(busy > names.busy, "\(busy) of what it can answer")
    }

    @Test("losses of one moment cut it once")
    func oneCut() throws {
        var window = QueryWindow(most: 8000)
        for number in 0..<2000 {
            window.answered(
                try Self.question(number), with: nil, sentAt: 1, now: 2, isFull: true)
        }
        let open = window.limit
        for number in 0..<200 {
            window.answered(
                try Self.question(number), with: .timeout, sentAt: 10, now: 20, isFull: true)
        }
        for number in 0..<200 {
            window.answered(
                try Self.question(number), with: nil, sentAt: 30, now: 40, isFull: true)
        }
        #expect(window.limit < open && window.limit >= open / 8)
    }

    @Test(
        "what a resolver with too much to do shows, and what it does not",
        arguments: [
            (LookupFailure.timeout, true, "lost on the way, or in its queue"),
            (.serverFailure, true, "Unbound's answer when its list of requests is full"),
            (.refused, true, "a public resolver's answer to too many"),
            (.transport, false, "never sent, or given up by us"),
            (.formatError, false, "a server that does not know EDNS"),
            (.malformedReply, false, "an authority's doing"),
        ])
    func signs(failure: LookupFailure, isSign: Bool, why: String) throws {
        var window = QueryWindow(most: 1000)
        for number in 0..<50 {
            window.answered(
                try Self.question(number), with: failure, sentAt: 10, now: 20, isFull: false)
        }
        for number in 0..<50 {
            window.answered(
                try Self.question(number), with: nil, sentAt: 30, now: 40, isFull: false)
        }
        #expect((window.limit < 256) == isSign, "\(why)")
    }

    @Test("now and then a failure that passes is the name's own")
    func patience() throws {
        var window = QueryWindow(most: 1000)
        for number in 0..<10_000 {
            let now = UInt64(number + 1) * 10
            let question = try Self.question(number)
            if number.isMultiple(of: 100) {
                window.answered(
                    question, with: .serverFailure, sentAt: now, now: now + 1, isFull: false)
            }
            window.answered(question, with: nil, sentAt: now + 2, now: now + 3, isFull: false)
        }
        #expect(window.limit == 256)
    }
}
