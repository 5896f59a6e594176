internal import ArgumentParser
internal import Audit
internal import Evidence
internal import MTASTS
internal import Report
internal import Store
internal import Survey
internal import Synchronization

/// `stsaudit check DOMAIN...`: every step of the guide for a few domains, nothing stored.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check domains step by step, with evidence and remedy.",
        discussion: """
            Goes through the steps in the order a person troubleshooting would take them, and says \
            at each what was seen, what is wrong and what to do. Nothing is stored; with a store \
            of earlier audits it also says what senders may still hold, what they report, when to \
            test again, and what changed.

            EXAMPLES
              stsaudit check example.com
              stsaudit check example.com example.org --fail-on error
            """)

    @Argument(help: "Domains to check.")
    var domains: [String]

    @Option(
        name: .long,
        help: "Exit with status 1 when a finding is at least this: never, error, warning, advice.")
    var failOn = FailOn.never

    @OptionGroup var memory: CheckMemory

    @OptionGroup var severities: ProfileOption

    @OptionGroup(title: "Network") var engine: EngineOptions

    mutating func validate() throws {
        guard !domains.isEmpty else { throw ValidationError("Name at least one domain.") }
    }

    func run() async throws {
        var candidates = try domains.enumerated().map { index, text in
            Candidate(id: Int64(index), domain: try DomainArgument.read(text))
        }
        let store = try memory.open()
        let now = engine.configuration.clock.now()
        for index in candidates.indices {
            guard let store else { break }
            candidates[index].history = try await store.history(
                of: candidates[index].domain, at: now)
        }
        let results = try await examined(candidates)
        for (index, candidate) in candidates.enumerated() {
            guard let result = results[candidate.id] else { continue }
            if index > 0 { try Console.out("\n") }
            let page = CheckPage(
                domain: candidate.domain, evidence: result.evidence,
                measurement: result.measurement, assessment: result.assessment,
                past: try await store?.past(with: result), reports: result.candidate.history.reports
            )
            try Console.out(page.text)
        }
        let worst = results.values.compactMap(\.assessment.severity).max()
        if failOn.isReached(by: worst) { throw ExitStatus.findings.code }
    }

    private func examined(_ candidates: [Candidate]) async throws -> [Int64: Examined] {
        let profile = try severities.read()
        let survey = try await Survey.start(engine.configuration(judgingBy: profile))
        let supply = Supply(candidates)
        do {
            try await survey.run(
                source: { supply.take() }, isLastPass: true, sink: { supply.keep($0) })
        } catch {
            await survey.close()
            throw error
        }
        await survey.close()
        return supply.results
    }

    /// Candidates on their way in, results on their way out.
    private final class Supply: Sendable {
        private struct State {
            var waiting: [Candidate]
            var results: [Int64: Examined] = [:]
        }
        private let state: Mutex<State>

        init(_ candidates: [Candidate]) { state = Mutex(State(waiting: candidates)) }

        func take() -> [Candidate] {
            state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
        }

        func keep(_ results: [Examined]) {
            state.withLock { state in
                for result in results { state.results[result.candidate.id] = result }
            }
        }

        var results: [Int64: Examined] { state.withLock { $0.results } }
    }
}
