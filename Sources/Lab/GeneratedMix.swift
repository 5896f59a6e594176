/// Which scenarios a generated world is made of, and in what shares.
public struct Mix: Sendable {
    public let name: String
    /// Each scenario has one fixed place among the first `window` domains.
    let placesEachOnce: Bool
    /// What is mixed.
    let scenarios: [Scenario]
    /// Running sums of the weights, in the order of `scenarios`.
    private let sums: [UInt64]

    /// Domains among which a mix that places each scenario once does so.
    public static let window = 1_000

    private init(
        _ name: String, of scenarios: [Scenario] = Scenario.all, placesEachOnce: Bool = false,
        weight: (Scenario) -> UInt64
    ) {
        self.name = name
        self.scenarios = scenarios
        self.placesEachOnce = placesEachOnce
        var total: UInt64 = 0
        sums = scenarios.map {
            total += weight($0)
            return total
        }
    }

    /// Position in `scenarios`, with the chances of the weights.
    func sample(_ hash: UInt64) -> Int {
        guard let total = sums.last, total > 0 else { return 0 }
        let drawn = hash.multipliedFullWidth(by: total).high
        // The first sum above it.
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > drawn { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Every scenario at least once in 1,000 domains; mostly absent and sound, the faults in the
    /// tail.
    public static let demo = Mix("demo", placesEachOnce: true) { UInt64($0.weight) }

    /// Like `demo`, with what only an audit sees that probes MX hosts.
    public static let probed = Mix(
        "demo", of: Scenario.all + Scenario.transport, placesEachOnce: true
    ) { UInt64($0.weight) }

    /// Enforced without a cause, and nothing that makes the audit wait.
    public static let sound = Mix("sound") { scenario in
        scenario.kind == .sound && scenario.verdict == Scenario.Outcome.enforced.rawValue
            && scenario.cost == .quick ? UInt64(scenario.weight) : 0
    }

    /// One domain in a hundred has something published, as among registered domains.
    public static let realistic: Mix = {
        let adopters = total { !$0.isWithoutSTS }
        let others = total(where: \.isWithoutSTS)
        return Mix("realistic") { scenario in
            UInt64(scenario.weight) * (scenario.isWithoutSTS ? 99 * adopters : others)
        }
    }()

    /// Like `demo` in its shares, with this share of the domains behind black holes.
    ///
    /// - Parameter blackHoleShare: 0 to 0.99.
    public static func hostile(blackHoleShare: Double) -> Mix {
        let share = min(max(blackHoleShare, 0), 0.99)
        let others = total { !$0.isBlackHole }
        let blackHoles = total(where: \.isBlackHole)
        let scale = 10_000.0
        let ratio = share / (1 - share) * Double(others) / Double(max(1, blackHoles))
        return Mix("hostile") { scenario in
            let weight = Double(scenario.weight) * scale
            return UInt64(scenario.isBlackHole ? weight * ratio : weight)
        }
    }

    /// Every scenario there is, the hostile ones and those of mail hosts too, with a black hole now
    /// and then: for an audit that probes MX hosts and has to stand it for a long time.
    public static let adversarial = Mix(
        "adversarial", of: everything, weight: adversarialWeight)

    /// The same among 49 times as many domains that publish nothing: what a portfolio is like
    /// in which every adopter is a fault or an attack.
    public static let besieged: Mix = {
        let (others, adopters) = everything.reduce(into: (UInt64(0), UInt64(0))) { sums, scenario in
            let weight = adversarialWeight(scenario)
            if scenario.isWithoutSTS { sums.0 += weight } else { sums.1 += weight }
        }
        return Mix("besieged", of: everything) { scenario in
            adversarialWeight(scenario) * (scenario.isWithoutSTS ? 49 * adopters : others)
        }
    }()

    private static let everything =
        Scenario.all + Scenario.transport + Scenario.hostile + Scenario.hostileTransport

    /// One domain in some 500 behind a black hole: each holds a place for half a minute.
    private static func adversarialWeight(_ scenario: Scenario) -> UInt64 {
        scenario.isBlackHole ? 2 : UInt64(scenario.weight) * (scenario.isHostile ? 200 : 100)
    }

    private static func total(where isCounted: (Scenario) -> Bool) -> UInt64 {
        Scenario.all.reduce(0) { $0 + (isCounted($1) ? UInt64($1.weight) : 0) }
    }
}

extension Scenario {
    /// Neither record nor policy host: what most of the world looks like.
    fileprivate var isWithoutSTS: Bool {
        !specification.exists || specification.record == nil && specification.policyHost == nil
    }
}
