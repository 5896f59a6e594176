import Audit
import Survey
import Synchronization

/// The two passes of an audit without a store.
enum TwoPasses {
    struct Outcome {
        /// The final results by candidate.
        var results: [Int64: Examined]
        var progress: SurveyProgress
        var notes: [SurveyNote]
    }

    static func run(
        _ candidates: [Candidate], with configuration: SurveyConfiguration
    ) async throws -> Outcome {
        let survey = try await Survey.start(configuration)
        let desk = Desk(candidates)
        do {
            try await survey.run(source: { desk.take() }, sink: { desk.keep($0) })
            desk.putBackProvisional()
            try await survey.run(
                source: { desk.take() }, isLastPass: true, sink: { desk.keep($0) })
        } catch {
            await survey.close()
            throw error
        }
        await survey.close()
        return Outcome(
            results: desk.results, progress: survey.progress, notes: await survey.notes)
    }

    /// Candidates on their way in, results on their way out.
    private final class Desk: Sendable {
        private let waiting: Mutex<[Candidate]>
        private let kept = Mutex<[Int64: Examined]>([:])

        init(_ candidates: [Candidate]) { waiting = Mutex(candidates) }

        func take() -> [Candidate] {
            waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
        }

        func keep(_ results: [Examined]) {
            kept.withLock { kept in
                for result in results { kept[result.candidate.id] = result }
            }
        }

        func putBackProvisional() {
            let again = results.values.filter(\.isProvisional).map(\.candidate)
            waiting.withLock { $0 = again }
        }

        var results: [Int64: Examined] { kept.withLock { $0 } }
    }
}
