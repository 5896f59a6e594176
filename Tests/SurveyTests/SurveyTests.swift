import Audit
import Evidence
import Loop
import MTASTS
import Resolve
import Testing

@testable import Survey

/// DNS that answers every domain alike: an MX and nothing else.
struct Plain: NameService, PolicyService {
    var isReachable = true
    /// Called with the domain at its MX query, and waited for.
    var onDomain: @Sendable (String) async -> LookupFailure? = { _ in nil }

    func mx(_ name: String) async -> Resolution<[MXRecord]> {
        if let failure = await onDomain(name) {
            return Resolution(lookup: Lookup(.failed(failure)), queries: 1)
        }
        let record = MXRecord(preference: 1, host: "mx.example")
        return Resolution(lookup: Lookup(.found([record])), queries: 1)
    }
    func txt(_ name: String) async -> Resolution<[TXTRecord]> {
        Resolution(lookup: Lookup(.nameMissing), queries: 1)
    }
    func addresses(_ host: String) async -> HostResolution {
        HostResolution(
            addresses: HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing)), queries: 2
        )
    }
    func addresses(_ host: String, _ family: IPAddress.Family) async -> Resolution<[IPAddress]> {
        Resolution(lookup: Lookup(.nameMissing), queries: 1)
    }
    func alias(of host: String) async -> Resolution<String> {
        Resolution(lookup: Lookup(.noData), queries: 1)
    }
    func isAnswering() async -> Bool { isReachable }
    func fetch(policyHost: String, from address: IPAddress) async -> Fetch {
        Fetch(address: address, outcome: .failed(.connectRefused))
    }
}

/// Candidates `d0.example`, `d1.example`, ... in batches.
actor Numbers {
    private var next = 0
    private let count: Int
    private let batch: Int
    private let failsAt: Int?
    init(_ count: Int, batch: Int = 100, failsAt: Int? = nil) {
        self.count = count
        self.batch = batch
        self.failsAt = failsAt
    }

    struct Failure: Error, Equatable {}

    func more() throws -> [Candidate] {
        if let failsAt, next >= failsAt { throw Failure() }
        let range = next..<min(count, next + batch)
        next = range.upperBound
        return try range.map {
            Candidate(id: Int64($0), domain: try DomainName("d\($0).example"))
        }
    }
}

/// What the sink got.
actor Basket {
    private(set) var results: [Examined] = []
    private(set) var largest = 0
    private let failsAfter: Int?
    init(failsAfter: Int? = nil) { self.failsAfter = failsAfter }

    struct Failure: Error, Equatable {}

    func take(_ batch: [Examined]) throws {
        if let failsAfter, results.count >= failsAfter { throw Failure() }
        results += batch
        largest = max(largest, batch.count)
    }

    var ids: Set<Int64> { Set(results.map(\.candidate.id)) }
}

extension Survey {
    func run(from numbers: Numbers, into basket: Basket) async throws -> Ending {
        try await run(source: { try await numbers.more() }, sink: { try await basket.take($0) })
    }

    /// What the last pass makes of them.
    func runLastPass(over candidates: [Candidate]) async throws -> [Examined] {
        let source = Lock(candidates)
        let basket = Basket()
        try await run(
            source: {
                source.withLock { rest in
                    defer { rest = [] }
                    return rest
                }
            },
            isLastPass: true, sink: { try await basket.take($0) })
        return await basket.results
    }
}

/// Counts who is inside, and lets nobody out until it is opened.
final class Turnstile: Sendable {
    private struct State {
        var inside = 0
        var most = 0
        var isOpen: Bool
    }
    private let state: Lock<State>
    init(isOpen: Bool) { state = Lock(State(isOpen: isOpen)) }

    func pass() async {
        state.withLock {
            $0.inside += 1
            $0.most = max($0.most, $0.inside)
        }
        await Task.yield()
        while !state.withLock({ $0.isOpen }), !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(1))
        }
        state.withLock { $0.inside -= 1 }
    }

    func open() { state.withLock { $0.isOpen = true } }
    var most: Int { state.withLock { $0.most } }
    var inside: Int { state.withLock { $0.inside } }
}

@Suite("Survey: window, batches, endings", .timeLimit(.minutes(6)))
struct SurveyTests {
    static func survey(
        _ service: some NameService & PolicyService, reactors: Int = 2,
        _ change: (inout SurveyConfiguration) -> Void = { _ in }
    ) throws -> Survey {
        var configuration = SurveyConfiguration(
            clock: SurveyClock(now: { Timestamp(seconds: 1_800_000_000) }, sleep: { _ in }),
            batchInterval: .milliseconds(20), gracePeriod: .milliseconds(50))
        change(&configuration)
        let all = try (0..<reactors).map { number in
            Reactor(
                loop: try Loop.start(name: "test-\(number)"), names: service, policies: service,
                close: {})
        }
        return Survey(configuration, reactors: all)
    }

    @Test("5,000 candidates: each delivered once, the window never exceeded")
    func window() async throws {
        let turnstile = Turnstile(isOpen: true)
        let service = Plain(onDomain: { _ in
            await turnstile.pass()
            return nil
        })
        let survey = try Self.survey(service) {
            $0.concurrency = 37
            $0.batchSize = 100
        }
        let numbers = Numbers(5000)
        let basket = Basket()
        let ending = try await survey.run(from: numbers, into: basket)
        #expect(ending == .complete)
        #expect(await basket.results.count == 5000)
        #expect(await basket.ids.count == 5000)
        #expect(await basket.largest <= 100)
        #expect(turnstile.most <= 37)
        #expect(await basket.results.allSatisfy { $0.assessment.verdict == .absent })
        #expect(await basket.results.allSatisfy { !$0.isProvisional })
        let progress = survey.progress
        #expect(progress.examined == 5000 && progress.finished == 5000)
        #expect(progress.inFlight == 0)
        #expect(progress.queries == 25_000)
        #expect(progress.verdicts == [.absent: 5000])
        await survey.close()
    }

    @Test("a window is used to the full, over all reactors")
    func windowIsFilled() async throws {
        let turnstile = Turnstile(isOpen: false)
        let survey = try Self.survey(
            Plain(onDomain: { _ in
                await turnstile.pass()
                return nil
            })
        ) { $0.concurrency = 21 }
        let numbers = Numbers(200)
        let basket = Basket()
        async let ending = survey.run(from: numbers, into: basket)
        while turnstile.inside < 21 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(survey.progress.inFlight == 21)
        turnstile.open()
        #expect(try await ending == .complete)
        #expect(await basket.ids.count == 200)
        #expect(turnstile.most == 21)
        await survey.close()
    }

    @Test("nothing to do")
    func empty() async throws {
        let survey = try Self.survey(Plain())
        let basket = Basket()
        #expect(try await survey.run(from: Numbers(0), into: basket) == .complete)
        #expect(await basket.results.isEmpty)
        await survey.close()
        await #expect(throws: SurveyFailure.closed) {
            try await survey.run(from: Numbers(0), into: basket)
        }
    }

    @Test("a slow sink holds the reactors back")
    func backpressure() async throws {
        let survey = try Self.survey(Plain()) {
            $0.concurrency = 10
            $0.batchSize = 20
        }
        let numbers = Numbers(2000, batch: 10)
        let basket = Basket()
        let gate = Turnstile(isOpen: false)
        async let ending = survey.run(source: { try await numbers.more() }) { batch in
            await gate.pass()
            try await basket.take(batch)
        }
        while gate.inside == 0 { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
        // One batch at the sink, two waiting, the window, and the share each reactor gathers.
        #expect(survey.progress.examined <= 20 + 40 + 10 + 2)
        gate.open()
        #expect(try await ending == .complete)
        #expect(await basket.ids.count == 2000)
        await survey.close()
    }

    @Test("a few results do not wait for a full batch")
    func interval() async throws {
        let turnstile = Turnstile(isOpen: false)
        let survey = try Self.survey(
            Plain(onDomain: { name in
                if name == "d0.example" { await turnstile.pass() }
                return nil
            }))
        let numbers = Numbers(3)
        let basket = Basket()
        async let ending = survey.run(from: numbers, into: basket)
        while await basket.results.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        turnstile.open()
        #expect(try await ending == .complete)
        await survey.close()
    }

    @Test("a source that fails ends the run with its error; what was done is delivered")
    func sourceFailure() async throws {
        let survey = try Self.survey(Plain())
        let numbers = Numbers(1000, failsAt: 500)
        let basket = Basket()
        await #expect(throws: Numbers.Failure.self) {
            try await survey.run(from: numbers, into: basket)
        }
        #expect(await basket.results.count == survey.progress.examined)
        let rest = Numbers(10)
        #expect(try await survey.run(from: rest, into: basket) == .complete)
        await survey.close()
    }

    @Test("a sink that fails ends the run with its error, also when it was holding it back")
    func sinkFailure() async throws {
        let survey = try Self.survey(Plain()) { $0.batchSize = 10 }
        let numbers = Numbers(100_000)
        let basket = Basket(failsAfter: 100)
        await #expect(throws: Basket.Failure.self) {
            try await survey.run(from: numbers, into: basket)
        }
        #expect(await basket.results.count == 100)
        #expect(survey.progress.inFlight == 0)
        await survey.close()
    }

    @Test("a resolver that is not there ends the run before the first domain")
    func resolverUnavailable() async throws {
        let survey = try Self.survey(Plain(isReachable: false))
        let numbers = Numbers(1000)
        let basket = Basket()
        await #expect(throws: SurveyFailure.resolverUnavailable(attempts: 3)) {
            try await survey.run(from: numbers, into: basket)
        }
        #expect(await basket.results.isEmpty)
        await survey.close()
    }

    @Test("stopping: what finishes in the grace period is delivered, the rest is not")
    func stop() async throws {
        let turnstile = Turnstile(isOpen: false)
        let survey = try Self.survey(
            Plain(onDomain: { name in
                // Every other domain never finishes by itself.
                if name.hasSuffix("1.example") { await turnstile.pass() }
                return nil
            })
        ) { $0.concurrency = 20 }
        let numbers = Numbers(100_000, batch: 10)
        let basket = Basket()
        async let ending = survey.run(from: numbers, into: basket)
        while turnstile.inside < 20 { try await Task.sleep(for: .milliseconds(1)) }
        await survey.stopIntake()
        #expect(try await ending == .stopped)
        let results = await basket.results
        #expect(results.count == survey.progress.examined)
        #expect(results.allSatisfy { !$0.candidate.domain.description.hasSuffix("1.example") })
        #expect(try await survey.run(from: numbers, into: basket) == .stopped)
        await survey.close()
    }

    @Test("stopping: domains that finish by themselves end the run before the grace period does")
    func stopEarly() async throws {
        let turnstile = Turnstile(isOpen: false)
        let survey = try Self.survey(
            Plain(onDomain: { _ in
                await turnstile.pass()
                return nil
            })
        ) {
            $0.concurrency = 8
            $0.gracePeriod = .seconds(3600)
        }
        let numbers = Numbers(100)
        let basket = Basket()
        async let ending = survey.run(from: numbers, into: basket)
        while turnstile.inside < 8 { try await Task.sleep(for: .milliseconds(1)) }
        await survey.stopIntake()
        turnstile.open()
        #expect(try await ending == .stopped)
        #expect(await basket.results.count == 8)
        await survey.close()
    }

    @Test("cancelling the task that runs it")
    func cancellation() async throws {
        let turnstile = Turnstile(isOpen: false)
        let survey = try Self.survey(
            Plain(onDomain: { _ in
                await turnstile.pass()
                return nil
            }))
        let numbers = Numbers(100)
        let basket = Basket()
        let run = Task { try await survey.run(from: numbers, into: basket) }
        while turnstile.inside == 0 { try await Task.sleep(for: .milliseconds(1)) }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(await basket.results.isEmpty)
        await survey.close()
    }

    @Test("what was not measured is provisional, and final after the last pass")
    func lastPass() async throws {
        let isHealed = Lock(false)
        let survey = try Self.survey(
            Plain(onDomain: { name in
                guard name.hasSuffix("1.example") else { return nil }
                if name == "d1.example" { return .serverFailure }
                return isHealed.withLock { $0 } ? nil : .timeout
            }))
        let numbers = Numbers(100)
        let basket = Basket()
        _ = try await survey.run(from: numbers, into: basket)
        let again = await basket.results.filter(\.isProvisional)
        #expect(again.count == 10)
        #expect(again.allSatisfy { $0.measurement.queries == 7 })
        #expect(survey.progress.finished == 90)
        isHealed.withLock { $0 = true }

        let results = try await survey.runLastPass(over: again.map(\.candidate))
        #expect(results.count == 10)
        #expect(results.allSatisfy { !$0.isProvisional })
        #expect(results.filter { $0.assessment.verdict == .unmeasured }.map(\.candidate.id) == [1])
        #expect(survey.progress.finished == 100)
        #expect(survey.progress.verdicts == [.absent: 99, .unmeasured: 1])
        await survey.close()
    }

    typealias SideRow = (failures: Int, unanswered: [SideQuestion], why: String)
    static let sideRows: [SideRow] = [
        (3, [], "answered in the last pass"),
        (6, [.misplacedRecords, .orphanedPolicy], "in neither: the evidence says so for good"),
    ]

    @Test("a side question without an answer is asked again in the last pass", arguments: sideRows)
    func sideQuestion(row: SideRow) async throws {
        // Three attempts in each pass.
        let answers = Array(repeating: Script.Answer.failed(.serverFailure), count: row.failures)
        let script = Script([
            "MX d0.example": [.mx(["mx.example"])], "A mta-sts.d0.example": answers + [.noData],
        ])
        let survey = try Self.survey(script, reactors: 1)
        let first = Basket()
        _ = try await survey.run(from: Numbers(1), into: first)
        let early = await first.results
        let provisional = try #require(early.first)
        #expect(provisional.isProvisional)
        let both: [SideQuestion] = [.misplacedRecords, .orphanedPolicy]
        #expect(provisional.evidence.unanswered == both)

        let late = try await survey.runLastPass(over: [provisional.candidate])
        let settled = try #require(late.first)
        #expect(!settled.isProvisional)
        #expect(settled.assessment.verdict == .absent)
        #expect(settled.assessment.findings.isEmpty)
        #expect((settled.evidence.unanswered ?? []) == row.unanswered, "\(row.why)")
        await survey.close()
    }
}
