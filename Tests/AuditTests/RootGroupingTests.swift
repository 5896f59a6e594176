import Audit
import Evidence
import Testing

@Suite("Root-cause groups")
struct RootGroupingTests {
    /// Domains in order, with what each has and whether it has the fault.
    struct Row: Sendable, CustomTestStringConvertible {
        var why: String
        /// `B` is broken, `s` sound; then the roots, one letter each: C a certificate, H a CNAME, A
        /// an address; a digit tells them apart.
        var domains: [String]
        /// Root, domains cleared, domains that share it.
        var groups: [String]
        var testDescription: String { why }
    }

    static let rows = [
        Row(why: "two domains behind one alias", domains: ["B H1", "B H1"], groups: ["H1 2/2"]),
        Row(why: "one domain alone shares nothing", domains: ["B H1", "B H2"], groups: []),
        Row(
            why: "the closest to the fault names what the same domains share",
            domains: ["B A1 H1 C1", "B A1 H1 C1"], groups: ["C1 2/2"]),
        Row(
            why: "the wider root explains more", domains: ["B H1 A1", "B H1 A1", "B H2 A1"],
            groups: ["A1 3/3"]),
        Row(
            why: "what most who share it do without is no reason",
            domains: ["B H1 A1", "B H1 A1", "s A1", "s A1"], groups: ["H1 2/2"]),
        Row(
            why: "half is not most", domains: ["B A1", "B A1", "s A1", "s A1"], groups: []),
        Row(
            why: "more than half is", domains: ["B A1", "B A1", "B A1", "s A1", "s A1"],
            groups: ["A1 3/5"]),
        Row(
            why: "each finding counts once: the rest after the greatest",
            domains: ["B H1 A1", "B H1 A1", "B H1 A2", "B A2 H2", "B A2 H3", "B A2 H4"],
            groups: ["A2 4/4", "H1 2/3"]),
        Row(
            why: "of two that explain as many, the closest to the fault",
            domains: ["B H1 A1", "B H1 A1", "B H1 A2", "B A2 H2", "B A2 H2"],
            groups: ["H1 3/3", "H2 2/2"]),
        Row(
            why: "a rest of one is no group", domains: ["B H1 A1", "B H1 A1", "B H1", "B A1"],
            groups: ["H1 3/3"]),
        Row(
            why: "a tie between equals goes by the name",
            domains: ["B H2 H1", "B H1 H2"], groups: ["H1 2/2"]),
        Row(why: "nothing broken", domains: ["s H1", "s H1"], groups: []),
        Row(why: "no root at all", domains: ["B", "B"], groups: []),
    ]

    @Test("groups", arguments: rows)
    func groups(row: Row) {
        var grouping = RootGrouping()
        for (index, domain) in row.domains.enumerated() {
            let parts = domain.split(separator: " ").map(String.init)
            let roots = parts.dropFirst().compactMap(Self.root)
            grouping.note(roots)
            guard parts[0] == "B" else { continue }
            grouping.add(
                .policyCertificateExpired, .error, of: "d\(index).example", accounts: ["a"],
                sharing: roots)
        }
        #expect(
            grouping.groups().map { "\($0.root.value) \($0.domains)/\($0.sharing)" } == row.groups)
    }

    static func root(_ text: String) -> SharedRoot? {
        let kind: SharedRoot.Kind? =
            switch text.first {
            case "C": .certificate
            case "H": .policyHostAlias
            case "A": .policyHostAddress
            default: nil
            }
        return kind.map { SharedRoot(kind: $0, value: text) }
    }

    @Test("accounts are distinct, examples are the first, severity is the worst")
    func members() throws {
        var grouping = RootGrouping()
        let root = SharedRoot(kind: .policyText, value: "t")
        for index in 0..<8 {
            grouping.note([root])
            grouping.add(
                .policyModeInvalid, index == 6 ? .error : .warning, of: "d\(index)",
                accounts: ["a\(index % 3)", "b"], sharing: [root])
        }
        let group = try #require(grouping.groups().first)
        #expect(group.accounts == 4)
        #expect(group.examples == ["d0", "d1", "d2", "d3", "d4"])
        #expect(group.severity == .error)
    }

    @Test("causes are grouped apart, the greatest group first")
    func causes() {
        var grouping = RootGrouping()
        let root = SharedRoot(kind: .policyHostAlias, value: "h")
        for index in 0..<5 {
            grouping.note([root])
            grouping.add(
                .policyConnectRefused, .error, of: "d\(index)", accounts: [], sharing: [root])
            if index < 3 {
                grouping.add(.policyStatus, .error, of: "d\(index)", accounts: [], sharing: [root])
            }
        }
        #expect(grouping.groups().map(\.cause) == [.policyConnectRefused, .policyStatus])
        #expect(grouping.groups().map(\.domains) == [5, 3])
    }

    /// Were a pick to look at every finding, this would be 2,000,000,000 steps and no end in sight.
    @Test("100,000 findings with 20,000 overlapping roots", .timeLimit(.minutes(6)))
    func many() {
        var grouping = RootGrouping()
        for index in 0..<100_000 {
            let roots = [
                SharedRoot(kind: .policyHostAlias, value: "h\(index % 10_000)"),
                SharedRoot(kind: .policyHostAddress, value: "a\(index % 9_973)"),
            ]
            grouping.note(roots)
            grouping.add(
                .policyConnectRefused, .error, of: "d\(index)", accounts: ["a"], sharing: roots)
        }
        let groups = grouping.groups()
        #expect(groups.map(\.domains).reduce(0, +) <= 100_000)
        #expect(groups.map(\.domains) == groups.map(\.domains).sorted(by: >))
        #expect(groups.count > 9_000)
    }
}
