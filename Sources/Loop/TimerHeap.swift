/// Deadlines in a binary heap; withdrawn entries are dropped when they reach the top.
struct TimerHeap {
    private struct Entry {
        var deadline: UInt64
        var id: UInt64
    }

    private var heap: [Entry] = []
    private var bodies: [UInt64: () -> Void] = [:]
    private var lastID: UInt64 = 0

    var isEmpty: Bool { bodies.isEmpty }

    /// The earliest deadline that is still wanted, in monotonic nanoseconds.
    var nextDeadline: UInt64? {
        mutating get {
            dropWithdrawn()
            return heap.first?.deadline
        }
    }

    mutating func insert(deadline: UInt64, _ body: @escaping () -> Void) -> UInt64 {
        lastID += 1
        bodies[lastID] = body
        heap.append(Entry(deadline: deadline, id: lastID))
        siftUp(heap.count - 1)
        return lastID
    }

    /// Hands the body to the caller, who releases it when no access to the heap is open.
    mutating func remove(_ id: UInt64) -> (() -> Void)? {
        let body = bodies.removeValue(forKey: id)
        // Long timeouts that are nearly always withdrawn would otherwise pile up.
        if heap.count > 64, heap.count > 4 * bodies.count { compact() }
        return body
    }

    mutating func popExpired(at now: UInt64) -> (() -> Void)? {
        dropWithdrawn()
        guard let first = heap.first, first.deadline <= now else { return nil }
        removeFirst()
        return bodies.removeValue(forKey: first.id)
    }

    private mutating func dropWithdrawn() {
        while let first = heap.first, bodies[first.id] == nil { removeFirst() }
    }

    private mutating func compact() {
        heap.removeAll { bodies[$0.id] == nil }
        guard heap.count > 1 else { return }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        if !heap.isEmpty { siftDown(0) }
    }

    // Equal deadlines run in the order they were scheduled.
    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (heap[a].deadline, heap[a].id) < (heap[b].deadline, heap[b].id)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard precedes(index, parent) else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
