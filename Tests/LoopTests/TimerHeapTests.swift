import Testing

@testable import Loop

@Suite("Timer heap")
struct TimerHeapTests {
    /// What runs, in order, when everything is due.
    private func drain(_ heap: inout TimerHeap, at now: UInt64 = .max) -> Int {
        var count = 0
        while let body = heap.popExpired(at: now) {
            body()
            count += 1
        }
        return count
    }

    @Test(
        "by deadline, equal deadlines in the order they were set",
        arguments: 0..<20 as Range<UInt64>)
    func order(seed: UInt64) {
        final class Log { var ran: [(deadline: UInt64, order: Int)] = [] }
        let log = Log()
        var heap = TimerHeap()
        for order in 0..<300 {
            let deadline = UInt64(order) &* (seed &* 2_654_435_761 | 1) % 50
            _ = heap.insert(deadline: deadline) { log.ran.append((deadline, order)) }
        }
        #expect(drain(&heap) == 300)
        #expect(zip(log.ran, log.ran.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("nothing runs before its time")
    func notEarly() {
        var heap = TimerHeap()
        for deadline in 1...10 as ClosedRange<UInt64> { _ = heap.insert(deadline: deadline) {} }
        #expect(drain(&heap, at: 0) == 0)
        #expect(drain(&heap, at: 4) == 4)
        #expect(heap.nextDeadline == 5)
    }

    @Test("ten thousand set, nearly all withdrawn")
    func withdrawn() {
        var heap = TimerHeap()
        var kept: [UInt64] = []
        final class Log { var ran: [UInt64] = [] }
        let log = Log()
        for number in 0..<10_000 as Range<UInt64> {
            let deadline = 10_000 - number
            let id = heap.insert(deadline: deadline) { log.ran.append(deadline) }
            if number % 1000 == 0 { kept.append(deadline) } else { _ = heap.remove(id) }
            _ = heap.remove(id &+ 1_000_000)
        }
        #expect(heap.nextDeadline == kept.last)
        #expect(drain(&heap) == 10)
        #expect(log.ran == kept.reversed())
        #expect(heap.isEmpty)
        #expect(heap.nextDeadline == nil)
    }
}
