/// First come, first served, with withdrawal in constant time.
struct WaitingLine<Element> {
    private var order: [UInt64] = []
    private var head = 0
    private var elements: [UInt64: Element] = [:]

    var isEmpty: Bool { elements.isEmpty }

    mutating func append(_ element: Element, id: UInt64) {
        elements[id] = element
        order.append(id)
    }

    mutating func popFirst() -> Element? {
        while head < order.count {
            let id = order[head]
            head += 1
            // The passed half is dropped at once: amortised constant time, bounded memory.
            if head > 64, head * 2 > order.count {
                order.removeFirst(head)
                head = 0
            }
            if let element = elements.removeValue(forKey: id) { return element }
        }
        return nil
    }

    mutating func remove(_ id: UInt64) -> Element? {
        elements.removeValue(forKey: id)
    }

    /// Everything, in order.
    mutating func removeAll() -> [Element] {
        var all: [Element] = []
        while let element = popFirst() { all.append(element) }
        self = WaitingLine()
        return all
    }
}
