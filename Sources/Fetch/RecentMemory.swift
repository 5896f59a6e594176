/// A dictionary of bounded size that forgets what was not asked for in a long time.
///
/// Two generations stand in for an exact order of use: what is found in the old one moves to the
/// young one, and when the young one is full it becomes the old one. So the last
/// `capacity / 2` keys that were used are always there, and an access costs one or two look-ups.
package struct RecentMemory<Key: Hashable, Value> {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: the most that is ever kept; at least 2.
    package init(capacity: Int) { half = max(1, capacity / 2) }

    package var count: Int { young.count + old.count }

    /// The value, which counts as used by this.
    package mutating func value(of key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    package mutating func insert(_ value: Value, for key: Key) {
        old[key] = nil
        if young.count >= half, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
    }
}
