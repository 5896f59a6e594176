import Testing

@testable import Lab

/// The page of real servers says what the tests say, wherever they run.
@Suite("The documentation's tables of real servers")
struct RealServersPageTests {
    @Test("name servers: the scenarios and the pairs")
    func names() throws {
        let pairs = DNSPair.all.map(\.testDescription).joined(separator: " | ")
        let wanted = DNSPair.scenarios.map { scenario in
            line(
                ["`\(scenario.name)`"] + DNSPair.all.map { $0.cell(scenario) }, scenario.verdict,
                scenario.causes)
        }
        #expect(
            try DocumentationPage.realServers.rows(below: "| scenario | \(pairs) |") == wanted)
    }

    @Test("web servers: the rows")
    func web() throws {
        let wanted = WebRow.all.map { row in
            line([row.server.rawValue, row.mistake], row.verdict, row.causes)
        }
        let rows = try DocumentationPage.realServers.rows(below: "| server | what it does |")
        #expect(rows == wanted)
    }

    @Test("a proxy: the rows")
    func proxy() throws {
        let wanted = ProxyRow.all.map { row in
            line([row.what], row.verdict, row.causes)
        }
        let rows = try DocumentationPage.realServers.rows(below: "| behind the proxy |")
        #expect(rows == wanted)
    }

    private func line(_ cells: [String], _ verdict: String, _ causes: [String]) -> String {
        let last = [verdict, causes.isEmpty ? "none" : causes.joined(separator: ", ")]
        return "| \((cells + last).joined(separator: " | ")) |"
    }
}
