import DNSMessage
import Evidence
import Testing

@testable import Resolve

@Suite("How many queries are in flight: as TCP's window, RFC 5681 §3.1")
struct QueryWindowTests {
    static func question(_ number: Int) throws -> Message.Question {
        Message.Question(name: try DNSName("d\(number).example"), type: .txt)
    }

    /// A resolver that answers so many at once and loses what is beyond, asked in rounds; what is
    /// lost is asked again in the next one.
    struct Simulation {
        var window: QueryWindow
        let capacity: Int
        /// Of a hundred names, so many fail however often they are asked.
        let deadPercent: Int
        var now: UInt64 = 1
        private var next = 0
        private var again: [Int] = []
        private(set) var lost = 0

        init(most: Int, capacity: Int, deadPercent: Int = 0) {
            window = QueryWindow(most: most)
            self.capacity = capacity
            self.deadPercent = deadPercent
        }

        mutating func round() throws {
            now += 1_000_000_000
            let sentAt = now
            // Three times for one that is dead, as the engine does.
            var asked = Array(again.prefix(window.limit))
            again.removeFirst(asked.count)
            while asked.count < window.limit {
                asked.append(next)
                next += 1
            }
            now += 100_000_000
            for (index, number) in asked.enumerated() {
                let isDead = number % 100 < deadPercent
                let isLost = index >= capacity
                if isLost { lost += 1 }
                window.answered(
                    try QueryWindowTests.question(number), with: isDead || isLost ? .timeout : nil,
                    sentAt: sentAt, now: now, isFull: true)
                if isLost { again.append(number) }
            }
        }
    }

    @Test("it opens within a few rounds where nothing is lost, and never beyond the most")
    func opens() throws {
        var simulation = Simulation(most: 5000, capacity: .max)
        var limits: [Int] = []
        for _ in 0..<8 {
            try simulation.round()
            limits.append(simulation.window.limit)
        }
        #expect(limits[0] == 512, "doubled by the first round")
        #expect(limits[4] == 5000 && limits[7] == 5000)
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
        arguments: [5, 30, 90])
    func dead(percent: Int) throws {
        var simulation = Simulation(most: 4000, capacity: .max, deadPercent: percent)
        for _ in 0..<100 { try simulation.round() }
        #expect(simulation.window.limit == 4000)
    }

    @Test("a weak resolver is soon asked no more than it can answer", arguments: [100, 700, 3000])
    func weak(capacity: Int) throws {
        var simulation = Simulation(most: 8000, capacity: capacity, deadPercent: 5)
        for _ in 0..<60 { try simulation.round() }
        let before = simulation.lost
        var sum = 0
        for _ in 0..<100 {
            try simulation.round()
            sum += simulation.window.limit
        }
        let mean = sum / 100
        #expect((capacity / 2...capacity * 5 / 4).contains(mean), "\(mean)")
        #expect(simulation.lost - before < capacity * 100 / 4, "a quarter of what was answered")
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
        #expect(window.limit == open / 2)
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
