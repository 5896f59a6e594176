/// One domain with a known truth: how it is published and what an audit of it must find.
///
/// The specification holds no domain name; `{domain}` in it stands for the domain it is placed at,
/// so one scenario serves any number of domains. A class, because the servers look one up for
/// every query and a copy of the specification would cost more than the answer.
public final class Scenario: Sendable {
    /// How many things are wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// Nothing: no cause is expected.
        case sound
        /// No error and nothing unmeasured: the causes are warnings and advice.
        case notice
        /// One error, or one thing that cannot be measured; advice may stand beside it.
        case fault
        /// Several things at once, each with a cause of its own.
        case compound
    }

    /// What an audit of it costs in time.
    public enum Cost: String, Sendable, CaseIterable {
        case quick
        /// Takes longer than usual, and less than any timeout.
        case slow
        /// Runs into a timeout of the one who asks.
        case blackHole
    }

    /// Kebab-case, unique, and a valid DNS label.
    public let name: String
    /// The expected verdict's code.
    public let verdict: String
    /// Exactly the expected causes' codes, advice included, sorted and without repeats.
    public let causes: [String]
    /// What the portfolio's `expected_mode` column has to say for the causes to be as expected.
    public let expectedModeColumn: String?
    public let kind: Kind
    public let cost: Cost
    /// Share in a mix that keeps to weights; the common scenarios have more than 1.
    public let weight: Int
    /// What it shows, in one sentence.
    public let why: String
    public let specification: DomainSpecification

    /// Starts from the default specification, which is sound: `change` breaks it.
    private init(
        _ name: String, _ kind: Kind, _ outcome: Outcome, _ causes: [String], cost: Cost,
        weight: Int,
        expecting: String?, why: String, _ change: (inout DomainSpecification) -> Void
    ) {
        var specification = DomainSpecification()
        change(&specification)
        self.name = name
        self.verdict = outcome.rawValue
        self.causes = Set(causes).sorted()
        self.expectedModeColumn = expecting
        self.kind = kind
        self.cost = cost
        self.weight = weight
        self.why = why
        self.specification = specification
    }

    public var isBlackHole: Bool { cost == .blackHole }
    public var isSlow: Bool { cost == .slow }
    /// The truth is that of an audit that probes MX hosts; that of the others holds in any case.
    public var needsProbe: Bool { Self.transportNames.contains(name) }
    /// One of `hostile` or `hostileTransport`.
    public var isHostile: Bool { Self.hostileNames.contains(name) }

    /// Every scenario that holds whether MX hosts are probed or not, in a fixed order, grouped by
    /// what is wrong. Those of `transport` and the hostile ones are not among them.
    public static let all: [Scenario] =
        sound + soundText + soundNetwork + unprotected + record + recordLookup + policyHost
        + handshake
        + certificate + response + status + addresses + policyFields + policyForm + mode + mx
        + tlsrpt

    /// The scenario of this name, in whatever list. O(1).
    public static func named(_ name: String) -> Scenario? { byName[name] }

    private static let byName: [String: Scenario] = Dictionary(
        (all + transport + hostile + hostileTransport).map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })

    private static let transportNames = Set((transport + hostileTransport).map(\.name))
    private static let hostileNames = Set((hostile + hostileTransport).map(\.name))
}

extension Scenario: CustomStringConvertible {
    public var description: String { name }
}

extension Scenario {
    /// The verdict codes of the audit; the lab does not import the auditor it is there to test.
    enum Outcome: String {
        case enforced, degraded, bouncing, testing, disabled, ineffective, absent, unmeasured
        case noMail = "no-mail"
        case noDomain = "no-domain"
    }

    static func sound(
        _ name: String, _ outcome: Outcome = .enforced, cost: Cost = .quick, weight: Int = 1,
        expecting: String? = nil, why: String,
        _ change: (inout DomainSpecification) -> Void = { _ in }
    ) -> Scenario {
        Scenario(
            name, .sound, outcome, [], cost: cost, weight: weight, expecting: expecting, why: why,
            change)
    }

    /// Advice for a domain that is enforced all the same.
    static func notice(
        _ name: String, _ causes: [String], cost: Cost = .quick, weight: Int = 1,
        expecting: String? = nil, why: String, _ change: (inout DomainSpecification) -> Void
    ) -> Scenario {
        Scenario(
            name, .notice, .enforced, causes, cost: cost, weight: weight, expecting: expecting,
            why: why, change)
    }

    static func notice(
        _ name: String, _ outcome: Outcome, _ causes: [String], cost: Cost = .quick,
        weight: Int = 1, expecting: String? = nil, why: String,
        _ change: (inout DomainSpecification) -> Void
    ) -> Scenario {
        Scenario(
            name, .notice, outcome, causes, cost: cost, weight: weight, expecting: expecting,
            why: why,
            change)
    }

    static func fault(
        _ name: String, _ outcome: Outcome, _ causes: [String], cost: Cost = .quick,
        weight: Int = 1,
        expecting: String? = nil, why: String, _ change: (inout DomainSpecification) -> Void
    ) -> Scenario {
        Scenario(
            name, .fault, outcome, causes, cost: cost, weight: weight, expecting: expecting,
            why: why,
            change)
    }

    static func compound(
        _ name: String, _ outcome: Outcome, _ causes: [String], cost: Cost = .quick,
        weight: Int = 1,
        expecting: String? = nil, why: String, _ change: (inout DomainSpecification) -> Void
    ) -> Scenario {
        Scenario(
            name, .compound, outcome, causes, cost: cost, weight: weight, expecting: expecting,
            why: why,
            change)
    }
}
