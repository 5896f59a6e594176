import DNSMessage
import Testing

@testable import Lab

@Suite("Generated world")
struct GeneratedWorldTests {
    @Test("the same seed gives the same world, another seed another")
    func determinism() {
        let first = GeneratedWorld(seed: 7, count: 2_000, mix: .demo)
        let again = GeneratedWorld(seed: 7, count: 2_000, mix: .demo)
        let other = GeneratedWorld(seed: 8, count: 2_000, mix: .demo)
        #expect(Array(first.portfolioLines()) == Array(again.portfolioLines()))
        #expect(Array(first.truthLines()) == Array(again.truthLines()))
        #expect(Array(first.truthLines()) != Array(other.truthLines()))
    }

    @Test(
        "the demo mix has every scenario in 1,000 domains",
        arguments: [0, 1, 999, .max] as [UInt64])
    func everyScenario(seed: UInt64) {
        let world = GeneratedWorld(seed: seed, count: 1_000, mix: .demo)
        let names = Set((0..<1_000).map { world.scenario(at: $0).name })
        #expect(names.count == Scenario.all.count)
        let probed = GeneratedWorld(seed: seed, count: 1_000, mix: .probed)
        let more = Set((0..<1_000).map { probed.scenario(at: $0).name })
        #expect(more.count == Scenario.all.count + Scenario.transport.count)
    }

    @Test("small worlds have as many scenarios as domains", arguments: [0, 1, 2, 10, 100])
    func small(count: Int) {
        let world = GeneratedWorld(seed: 3, count: count, mix: .demo)
        #expect(Set((0..<count).map { world.scenario(at: $0).name }).count == count)
        #expect(Array(world.portfolioLines()).count == count + 1)
    }

    @Test("shares of the mixes")
    func shares() {
        func share(
            _ mix: Mix, count: Int = 20_000, _ isCounted: (Scenario) -> Bool
        ) -> Double {
            let world = GeneratedWorld(seed: 11, count: count, mix: mix)
            let counted = (0..<count).count { isCounted(world.scenario(at: $0)) }
            return Double(counted) / Double(count)
        }
        #expect(share(.demo, count: 1_000, \.isBlackHole) <= 0.05)
        #expect(share(.demo, \.isBlackHole) <= 0.05)
        #expect((0.3...0.6).contains(share(.demo) { $0.verdict == "absent" }))
        #expect((0.04...0.06).contains(share(.hostile(blackHoleShare: 0.05), \.isBlackHole)))
        #expect(share(.hostile(blackHoleShare: 0), \.isBlackHole) == 0)
        #expect(
            share(.sound) { $0.verdict == "enforced" && $0.causes.isEmpty && !$0.isBlackHole } == 1)
        #expect(
            (0.005...0.015).contains(
                share(.realistic) { $0.specification.record != nil && $0.specification.exists }))
    }

    @Test("a name leads to its place, and only the name as it is made")
    func names() throws {
        let world = GeneratedWorld(seed: 5, count: 1_000_000, mix: .demo)
        for index in [0, 1, 123, 99_999, 999_999] {
            let generated = world.domain(at: index)
            #expect(world.truth(of: generated.domain)?.index == index)
            #expect(world.truth(of: "_mta-sts." + generated.domain) == nil)
            let place = try #require(world.place(of: "_smtp._tls." + generated.domain))
            #expect(place.prefix == "_smtp._tls")
            #expect(place.domain == generated.domain)
            #expect(place.scenario.name == generated.scenario.name)
            #expect(!generated.domain.contains(generated.scenario.name))
        }
        let account = world.domain(at: 123).domain.split(separator: ".")[1]
        let others = [
            "d123.\(account).demo.example", "d0000123.\(account).demo.example",
            "d+00123.\(account).demo.example", "d000123.a99.demo.example", "d000123.demo.example",
            "d1000000.a1.demo.example", "d99999999999999999999.a1.demo.example", "demo.example",
            ".demo.example", "..demo.example", "d.a1.demo.example", "d-1.a1.demo.example",
            "d000123.\(account).other.example", "d000123.\(account).demo.example.", "", ".",
            "\u{301}.demo.example", "d000123.\(account)\u{301}.demo.example",
        ]
        for name in others { #expect(world.place(of: name) == nil, "\(name)") }
    }

    @Test("a portfolio row is RFC 4180 and a truth row matches it")
    func rows() throws {
        let world = GeneratedWorld(seed: 1, count: 1_000, mix: .demo)
        let portfolio = Array(world.portfolioLines())
        let truth = Array(world.truthLines())
        #expect(portfolio.first == "domain,account,expected_mode,tags,contract")
        #expect(truth.first == "domain,verdict,causes")
        #expect(portfolio.count == 1_001 && truth.count == 1_001)
        #expect(portfolio.contains { $0.hasSuffix(",\"Gold, 24x7\"") })
        #expect(portfolio.contains { $0.hasSuffix(",\"Partner \"\"North\"\"\"") })
        for (row, fact) in zip(portfolio.dropFirst(), truth.dropFirst()) {
            let domain = try #require(row.split(separator: ",").first)
            #expect(fact.hasPrefix(domain + ","))
            let known = try #require(world.truth(of: String(domain)))
            #expect(fact.hasSuffix("," + known.scenario.causes.joined(separator: " ")))
        }
    }

    @Test("accounts are skewed: each has some, the first has most")
    func accounts() {
        let world = GeneratedWorld(seed: 1, count: 10_000, mix: .demo)
        var sizes: [String: Int] = [:]
        for index in 0..<10_000 { sizes[world.domain(at: index).account, default: 0] += 1 }
        #expect(sizes.count == 20)
        #expect(sizes.max { $0.value < $1.value }?.key == "account-01")
        #expect(sizes.values.allSatisfy { $0 > 50 })
    }
}
