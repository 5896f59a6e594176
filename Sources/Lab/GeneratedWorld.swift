/// Any number of domains computed from a seed: which scenario a domain is follows from its name,
/// and nothing is stored.
///
/// Domain number 123 of account 7 is `d000123.a7.demo.example`. The name does not tell the
/// scenario; `truth(of:)` does.
public struct GeneratedWorld: PlacedWorld {
    public let zone: String
    public let seed: UInt64
    /// Domains are numbered from 0 to below this.
    public let count: Int
    public let mix: Mix

    public init(seed: UInt64, count: Int, mix: Mix, zone: String = "demo.example") {
        self.seed = seed
        self.count = max(0, count)
        self.mix = mix
        self.zone = zone
    }

    /// The domain of this number: O(1), and the same in every run with the same seed and mix.
    ///
    /// - Parameter index: 0 up to below `count`; beyond it there is nothing in the DNS.
    public func domain(at index: Int) -> GeneratedDomain {
        let account = Self.accountNumber(for: hash(index, stream: .account))
        let attributes = hash(index, stream: .attributes)
        return GeneratedDomain(
            index: index, domain: name(index, account: account),
            account: "account-" + Self.padded(account, to: 2),
            tags: Self.tags[Int(attributes & 0xFF) % Self.tags.count],
            contract: Self.contracts[Int(attributes >> 8 & 0xFF) % Self.contracts.count],
            scenario: scenario(at: index))
    }

    /// What an audit must find for this domain; nil when it is none of this world's.
    public func truth(of domain: String) -> GeneratedDomain? {
        guard let place = locate(domain), place.prefix.isEmpty else { return nil }
        return self.domain(at: place.index)
    }

    public func place(of name: String) -> Place? {
        guard let found = locate(name) else { return nil }
        return Place(
            prefix: String(found.prefix), domain: found.domain, scenario: scenario(at: found.index))
    }

    public func scenario(at index: Int) -> Scenario {
        let window = min(count, Mix.window)
        let position =
            mix.placesEachOnce && index < window
            ? Self.placed(index, of: mix.scenarios.count, window: window, seed: seed) : nil
        return mix.scenarios[position ?? mix.sample(hash(index, stream: .scenario))]
    }

    /// The scenario that has this place among the first `window` domains, if any has: each has
    /// one, at even distances from a start that the seed decides.
    private static func placed(
        _ index: Int, of scenarios: Int, window: Int, seed: UInt64
    ) -> Int? {
        // Too few domains for all of them: as many as there are, spread over the whole list.
        guard window >= scenarios else { return index * scenarios / window }
        let step = window / scenarios
        let start = Int(seed % UInt64(window))
        let offset = (index + window - start) % window
        guard offset % step == 0, offset / step < scenarios else { return nil }
        return offset / step
    }

    // MARK: - Names

    private func name(_ index: Int, account: Int) -> String {
        "d" + Self.padded(index, to: 6) + ".a\(account)." + zone
    }

    private func locate(_ name: String) -> (prefix: Substring, domain: String, index: Int)? {
        guard let inside = name.below(zone) else { return nil }
        let utf8 = inside.utf8
        let dot = UInt8(ascii: ".")
        guard let accountDot = utf8.lastIndex(of: dot) else { return nil }
        let rest = utf8[..<accountDot]
        let prefixDot = rest.lastIndex(of: dot)
        let label = prefixDot.map { rest[rest.index(after: $0)...] } ?? rest
        guard label.first == UInt8(ascii: "d"),
            let index = Int(inside[label.startIndex..<label.endIndex].dropFirst()),
            (0..<count).contains(index)
        else { return nil }
        // Only the name as it is made: no other spelling of the number, no other account.
        let domain = self.name(
            index, account: Self.accountNumber(for: hash(index, stream: .account)))
        let start = label.startIndex
        guard inside[start...] + "." + zone == domain else { return nil }
        return (prefixDot.map { inside[..<$0] } ?? "", domain, index)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    // MARK: - Chance

    private enum Stream: UInt64 {
        case scenario = 1
        case account, attributes
    }

    /// SplitMix64 over seed, index and stream: cheap, and even in all bits.
    private func hash(_ index: Int, stream: Stream) -> UInt64 {
        var value = seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        value &+= stream.rawValue &* 0xD1B5_4A32_D192_ED03
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    static let accountCount = 20

    /// 1 to 20; account *n* has about 1/*n* of what account 1 has.
    private static func accountNumber(for hash: UInt64) -> Int {
        let drawn = hash.multipliedFullWidth(by: accountShares.total).high
        return 1 + (accountShares.sums.firstIndex { drawn < $0 } ?? accountCount - 1)
    }

    private static let accountShares: (sums: [UInt64], total: UInt64) = {
        var total: UInt64 = 0
        let sums = (1...UInt64(accountCount)).map { rank in
            total += 1_000_000 / rank
            return total
        }
        return (sums, total)
    }()

    private static let tags = [
        "", "eu", "us", "eu;priority", "us;legacy", "parked", "retail", "bank;eu",
    ]
    /// With what a CSV writer has to quote.
    private static let contracts = [
        "Basic", "Basic 2024", "Gold", "Gold, 24x7", "Partner \"North\"", "",
    ]
}
