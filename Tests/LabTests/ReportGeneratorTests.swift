import Foundation
import Lab
import Testing

@Suite("Generated TLS reports: RFC 8460 §4.4")
struct ReportGeneratorTests {
    private static let generator = ReportGenerator(
        seed: 7, domains: ["a.example", "b.example"], firstDay: 20_513, days: 3, rows: 4)

    @Test("the same every time, and other ones with another seed")
    func deterministic() {
        let again = ReportGenerator(
            seed: 7, domains: ["a.example", "b.example"], firstDay: 20_513, days: 3, rows: 4)
        let other = ReportGenerator(
            seed: 8, domains: ["a.example", "b.example"], firstDay: 20_513, days: 3, rows: 4)
        for index in 0..<50 {
            #expect(Self.generator.report(index) == again.report(index))
            #expect(Self.generator.report(index) != other.report(index))
        }
    }

    @Test("each organization reports each day of each domain once before any does again")
    func spread() {
        let facts = (0..<30).map(Self.generator.facts)
        let turns = Set(facts.map { "\($0.organization) \($0.domain) \($0.start)" })
        #expect(turns.count == 30)
        #expect(Set(facts.map(\.id)).count == 30)
        #expect(facts[0].start == 1_772_323_200)
    }

    @Test("the text says what the facts say")
    func text() throws {
        for index in 0..<30 {
            let facts = Self.generator.facts(index)
            let json = try JSONSerialization.jsonObject(with: Data(Self.generator.report(index)))
            let report = try #require(json as? [String: Any])
            #expect(report["organization-name"] as? String == facts.organization)
            #expect(report["report-id"] as? String == facts.id)
            let range = try #require(report["date-range"] as? [String: String])
            let day = Date(timeIntervalSince1970: TimeInterval(facts.start))
            #expect(range["start-datetime"] == day.formatted(.iso8601))
            let policy = try #require((report["policies"] as? [[String: Any]])?.first)
            let summary = try #require(policy["summary"] as? [String: Int])
            #expect(summary["total-failure-session-count"] == facts.failedSessions)
            #expect(summary["total-successful-session-count"] == facts.successfulSessions)
            let rows = try #require(policy["failure-details"] as? [[String: Any]])
            #expect(rows.map { $0["result-type"] as? String } == facts.rows.map(\.resultType))
            #expect(rows.map { $0["failed-session-count"] as? Int } == facts.rows.map(\.sessions))
        }
    }
}
