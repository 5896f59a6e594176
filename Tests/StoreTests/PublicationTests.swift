import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

@Suite("What a domain published, and until when: RFC 8461 §3.2")
struct PublicationTests {
    static func policy(
        _ id: String, text: UInt8 = 1, mode: String = "enforce", maxAge: Int = 86_400,
        patterns: [String] = ["mx.example.net", "*.example.org"]
    ) -> Publication {
        guard let digest = Digest(Array(repeating: text, count: 32)) else { return .unmeasured }
        return .live(
            LivePolicy(
                recordID: id, digest: digest, mode: mode, maxAge: maxAge, patterns: patterns))
    }

    /// One look in a night: what it saw, and whether it is to be asked again.
    struct Sight: Sendable {
        var publication: Publication
        var isProvisional = false
        var kind: Run.Kind = .audit
    }

    struct Row: Sendable, CustomStringConvertible {
        var why: String
        var nights: [Sight]
        /// `id first-last gone` for each row, in nights counted from 1.
        var rows: [String]
        var firstSeen: Int?
        var description: String { why }
    }

    static let rows = [
        Row(
            why: "nothing was ever there", nights: [.init(publication: .nothing)], rows: [],
            firstSeen: 1),
        Row(
            why: "never measured", nights: [.init(publication: .unmeasured)], rows: [],
            firstSeen: nil),
        Row(
            why: "unchanged nights are one row",
            nights: [
                .init(publication: policy("1")), .init(publication: policy("1")),
                .init(publication: policy("1")),
            ], rows: ["1 1-3 -"], firstSeen: 1),
        Row(
            why: "another id ends it in the night that saw the other",
            nights: [.init(publication: policy("1")), .init(publication: policy("2", text: 2))],
            rows: ["1 1-1 2", "2 2-2 -"], firstSeen: 1),
        Row(
            why: "the same id over another text is another policy",
            nights: [.init(publication: policy("1")), .init(publication: policy("1", text: 2))],
            rows: ["1 1-1 2", "1 2-2 -"], firstSeen: 1),
        Row(
            why: "the same text under another id is another policy",
            nights: [.init(publication: policy("1")), .init(publication: policy("2"))],
            rows: ["1 1-1 2", "2 2-2 -"], firstSeen: 1),
        Row(
            why: "what comes back is a row of its own",
            nights: [
                .init(publication: policy("1")), .init(publication: policy("2", text: 2)),
                .init(publication: policy("1")),
            ], rows: ["1 1-1 2", "2 2-2 3", "1 3-3 -"], firstSeen: 1),
        Row(
            why: "a night that was not measured changes nothing",
            nights: [
                .init(publication: policy("1")), .init(publication: .unmeasured),
                .init(publication: policy("1")),
            ], rows: ["1 1-3 -"], firstSeen: 1),
        Row(
            why: "gone since the night that saw nothing, not the one that saw no more",
            nights: [
                .init(publication: policy("1")), .init(publication: .unmeasured),
                .init(publication: .nothing), .init(publication: .nothing),
            ], rows: ["1 1-1 3"], firstSeen: 1),
        Row(
            why: "watched since the first night that could tell",
            nights: [.init(publication: .unmeasured), .init(publication: .nothing)], rows: [],
            firstSeen: 2),
        Row(
            why: "a provisional result is not believed",
            nights: [
                .init(publication: policy("1")),
                .init(publication: .nothing, isProvisional: true),
            ], rows: ["1 1-1 -"], firstSeen: 1),
        Row(
            why: "old evidence judged again is no new look",
            nights: [
                .init(publication: policy("1")),
                .init(publication: policy("2"), kind: .rejudge),
            ], rows: ["1 1-1 -"], firstSeen: 1),
    ]

    @Test("rows of the table publication", arguments: rows)
    func publications(row: Row) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for (night, sight) in row.nights.enumerated() {
            var request = Sample.request()
            request.kind = sight.kind
            let at = Int64(night + 1)
            let run = try await store.beginRun(request, at: Sample.moment(at))
            try await run.ingestAll([Sample.row(1, "a.example")])
            _ = try await run.sweep(at: at) { candidate in
                var examined = Sample.examined(
                    candidate, at: at, isProvisional: sight.isProvisional)
                examined.assessment.publication = sight.publication
                return examined
            }
        }
        func night(_ moment: Timestamp) -> Int64 { moment.seconds - Sample.moment(0).seconds }
        let history = try await store.history(of: DomainName("a.example")).publications
        #expect(
            history.policies.map { policy in
                "\(policy.policy.recordID) \(night(policy.firstSeen))-\(night(policy.lastSeen)) "
                    + (policy.goneBy.map { "\(night($0))" } ?? "-")
            } == row.rows)
        #expect(history.observedSince.map { Int(night($0)) } == row.firstSeen)
    }

    @Test("a policy comes back as it was")
    func roundTrip() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let published: [Publication] = [
            Self.policy("1", mode: "none", maxAge: 0, patterns: []),
            Self.policy("1", mode: "none", maxAge: 1, patterns: []),
            Self.policy("1", mode: "testing", maxAge: 1, patterns: []),
            Self.policy("1", mode: "testing", maxAge: 1, patterns: ["*.b.example", "a.example"]),
            Self.policy("1", mode: "testing", maxAge: 1, patterns: ["a.example", "*.b.example"]),
        ]
        for (night, publication) in published.enumerated() {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([Sample.row(1, "a.example")])
            _ = try await run.sweep { candidate in
                var examined = Sample.examined(candidate, at: Int64(night))
                examined.assessment.publication = publication
                return examined
            }
        }
        let history = try await store.history(of: DomainName("a.example"))
        #expect(history.publications.policies.map { .live($0.policy) } == published)
        #expect(try await store.history(of: DomainName("b.example")) == .none)
    }

    @Test("candidates come with what is still worth knowing, whichever portfolio saw it")
    func candidates() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let day = Timestamp.secondsPerDay
        let names = (0..<7).map { "d\($0).example" }
        /// The first night a policy of 10 days, then what the night says.
        func night(
            _ portfolio: String, at seconds: Int64, _ publication: (String) -> Publication
        ) async throws -> [Candidate] {
            let run = try await store.beginRun(
                Sample.request(portfolio), at: Sample.moment(seconds))
            try await run.ingestAll(
                names.enumerated().map { try Sample.row($0.offset + 1, $0.element) })
            let candidates = try await run.candidates(limit: .max)
            _ = try await run.sweep(at: seconds) { candidate in
                var examined = Sample.examined(candidate, at: seconds)
                examined.assessment.publication = publication(candidate.domain.description)
                return examined
            }
            return candidates
        }
        let old = Self.policy("1", maxAge: 10 * Int(day))
        let first = try await night("one", at: 0) {
            ["d2.example", "d5.example"].contains($0) ? old : .nothing
        }
        #expect(first.allSatisfy { $0.history == .none })
        let second = try await night("two", at: day) { _ in .nothing }
        #expect(second.map(\.history.publications.policies.count) == [0, 0, 1, 0, 0, 1, 0])
        #expect(second.allSatisfy { $0.history.publications.observedSince == Sample.moment(0) })
        #expect(second[2].history.publications.policies[0].goneBy == nil)

        let third = try await night("one", at: 5 * day) { _ in .nothing }
        #expect(third[5].history.publications.policies[0].goneBy == Sample.moment(day))
        let late = try await night("one", at: 366 * day) { _ in .nothing }
        #expect(late[5].history.publications.policies.count == 1, "its id may come again")
        let later = try await night("one", at: 366 * day + 1) { _ in .nothing }
        #expect(later.allSatisfy { $0.history.publications.policies.isEmpty })
    }

    @Test("held for longer than it is remembered for its id")
    func longHeld() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let day = Timestamp.secondsPerDay
        let held = 31_557_600  // The greatest max_age: 365.25 days.
        let looks: [(Int64, Publication)] = [
            (0, Self.policy("1", maxAge: held)), (300, .nothing),
        ]
        for (at, publication) in looks {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(at * day))
            try await run.ingestAll([Sample.row(1, "a.example")])
            _ = try await run.sweep { candidate in
                var examined = Sample.examined(candidate, at: at * day)
                examined.assessment.publication = publication
                return examined
            }
        }
        for (at, isKnown) in [(400 * day, true), (300 * day + 31_557_600, false)] {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(at))
            try await run.ingestAll([Sample.row(1, "a.example")])
            let candidates = try await run.candidates(limit: 1)
            #expect(candidates[0].history.publications.policies.isEmpty == !isKnown)
            try await run.finish(.interrupted, at: Sample.moment(at))
        }
    }

    @Test("a new id every night does not push out a text that senders may hold for a year")
    func churn() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let year = 31_557_600
        var known: [PublishedPolicy] = []
        for night in 1...80 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([Sample.row(1, "a.example")])
            let candidates = try await run.candidates(limit: .max)
            known = candidates[0].history.publications.policies
            try await run.record(
                candidates.map { candidate in
                    var examined = Sample.examined(candidate, at: Int64(night))
                    examined.assessment.publication =
                        night == 1
                        ? Self.policy("old", text: 2, maxAge: year, patterns: ["old.example.net"])
                        : Self.policy("\(night)", maxAge: year)
                    return examined
                })
            try await run.finish(.finished, at: Sample.moment(Int64(night)))
        }
        #expect(known.count == 64)
        #expect(known.first?.policy.recordID == "old")
        #expect(known.dropFirst().map(\.policy.recordID) == (17...79).map { "\($0)" })
    }

    @Test("a domain that changes its policy all the time brings the latest 64")
    func bounded() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night in 1...70 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([Sample.row(1, "a.example"), Sample.row(2, "b.example")])
            let candidates = try await run.candidates(limit: .max)
            let known = candidates[0].history.publications.policies
            #expect(known.count == min(night - 1, 64))
            #expect(known.last?.policy.recordID == (night == 1 ? nil : "\(night - 1)"))
            #expect(candidates[1].history.publications.policies.isEmpty)
            try await run.record(
                candidates.prefix(1).map { candidate in
                    var examined = Sample.examined(candidate, at: Int64(night))
                    examined.assessment.publication = Self.policy("\(night)")
                    return examined
                })
            try await run.finish(.interrupted, at: Sample.moment(0))
        }
        let kept = try await store.history(of: DomainName("a.example")).publications.policies
        #expect(kept.count == 64)
        #expect(try await store.count("publication") == 70)
        let held = try await store.select(
            "SELECT domain, record_id, held_until FROM publications LIMIT 1", columns: 3)
        #expect(held == [["a.example", "1", Sample.moment(86_402).description]])
    }
}
