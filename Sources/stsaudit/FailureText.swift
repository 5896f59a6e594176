internal import ArgumentParser
internal import Fetch
internal import Lab
internal import Report
internal import Resolve
internal import Store
internal import Survey

/// What a failure means for the person at the terminal.
enum FailureText {
    case silent(ExitStatus)
    case message(String, ExitStatus)
    /// For the argument parser: help, version, usage errors, exit codes.
    case parser

    static func of(_ error: any Error) -> FailureText {
        switch error {
        case is Console.ClosedPipe: .silent(.finished)
        case ReportError.closedPipe: .silent(.finished)
        case let error as CommandFailure: .message(error.description, error.status)
        case let error as Console.WriteFailure: .message(error.description, .failed)
        case let error as StoreError: failed(error.description, NextStep.of(error))
        case let error as ReportError: failed(error.description, NextStep.of(error))
        case let error as PortfolioFailure:
            failed("portfolio: \(error.description)", NextStep.of(error))
        case let error as SurveyFailure: failed(text(error), NextStep.of(error))
        case let error as LabFailure: failed("the lab cannot start: \(error)", NextStep.of(error))
        case is CancellationError: .message("interrupted", .interrupted)
        case let error as UnfinishedRun: of(error)
        default: .parser
        }
    }

    /// The cause's text, and how to go on when it has been seen to.
    private static func of(_ unfinished: UnfinishedRun) -> FailureText {
        let cause = of(unfinished.cause)
        guard case .message(let text, let status) = cause, let command = unfinished.command,
            // To be read again as it is would fail again.
            !(unfinished.cause is PortfolioFailure)
        else { return cause }
        let next =
            status == .interrupted
            ? "; go on with: " : "\nWhat was found is kept. When that is mended, go on with: "
        return .message(text + next + command, status)
    }

    /// What is wrong and, on a line of its own, what to do.
    private static func failed(_ text: String, _ next: String?) -> FailureText {
        .message(text + (next.map { "\n" + $0 } ?? ""), .failed)
    }

    private static func text(_ failure: SurveyFailure) -> String {
        switch failure {
        case .loop(let code, let call): "\(call) failed: \(SystemText.of(code))"
        case .tooFewFiles(let limit, let needed):
            "the limit of open files is \(limit), and an audit needs \(needed) at least"
        case .addressSpace(let limit, let needed):
            "the limit of address space (ulimit -v) is \(limit >> 20) MiB, and an audit needs "
                + "\(needed >> 20) MiB, most of it reserved and never used"
        case .resolver(let failure): text(failure)
        case .fetcher(let failure): failure.description
        case .resolverUnavailable(let attempts):
            "resolver-unavailable: the resolver left \(attempts) questions for the root's name servers "
                + "without an answer, or denied that there is a root; check --resolver or "
                + "/etc/resolv.conf and try again (an audit goes on with --resume)"
        case .alreadyRunning, .closed: "the survey was used out of order (\(failure))"
        }
    }

    private static func text(_ failure: ResolverFailure) -> String {
        "the resolver cannot be set up (\(failure)); check --resolver or /etc/resolv.conf"
    }
}
