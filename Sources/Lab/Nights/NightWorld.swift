public import DNSMessage
internal import Synchronization

/// A world that changes from night to night: each story once, at its own name below the zone.
///
/// Whoever runs the audits sets `night` between two runs and gives them `now` as their clock.
/// The clock starts at the real time, because certificates are minted and verified by it: thirty
/// nights fit into the lab's sixty days. An unchanged host presents the same certificate every
/// night as long as the lab has one thread and fewer stories than certificates it keeps
/// (`PolicyServerOptions.certificatesKept`).
public final class NightWorld: World {
    public static let secondsPerNight = 86_400

    public let zone: String
    /// Of night 0, in seconds since 1970.
    public let start: Int64
    private let current = Atomic<Int>(0)

    /// - Parameter start: in seconds since 1970.
    public init(zone: String = "nights.example", start: Int64) {
        self.zone = zone
        self.start = start
    }

    /// From 0. Set it while no audit is under way.
    public var night: Int {
        get { current.load(ordering: .acquiring) }
        set { current.store(newValue, ordering: .releasing) }
    }

    /// The hour of the present night's audit.
    public var now: Int64 { start + Int64(night) * Int64(Self.secondsPerNight) }

    public func domain(of story: Story) -> String { story.name + "." + zone }

    /// The story that is told at this domain.
    public func story(at domain: String) -> Story? {
        domain.below(zone).flatMap { Story.named(String($0)) }
    }

    public func answer(to name: String, type: RecordType) -> DNSBehaviour {
        guard let (prefix, domain, story) = place(of: name) else {
            return Surroundings.answer(to: name, zone: zone, type: type)
        }
        return story.specification(on: night).answer(to: prefix, of: domain, type: type)
    }

    public func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let (prefix, domain, story) = place(of: serverName), prefix == "mta-sts" else {
            return Surroundings.host
        }
        return story.specification(on: night).policyHost(of: domain, at: address)
    }

    private func place(of name: String) -> (prefix: String, domain: String, story: Story)? {
        guard let inside = name.below(zone) else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        guard let story = Story.named(String(label)) else { return nil }
        return (String(inside.dropLast(label.utf8.count).dropLast()), label + "." + zone, story)
    }
}
