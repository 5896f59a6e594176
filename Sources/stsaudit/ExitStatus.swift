internal import ArgumentParser
internal import Audit

/// The process's exit status, decided here and nowhere else (see the exit-codes page).
enum ExitStatus: Int32 {
    case finished = 0
    case findings = 1
    case failed = 2
    case usage = 64
    case interrupted = 130

    var code: ExitCode { ExitCode(rawValue) }
}

/// From which severity on findings turn the exit status to 1.
enum FailOn: String, CaseIterable {
    case never
    case error
    case warning
    case advice

    func isReached(by severity: Severity?) -> Bool {
        guard let severity, let threshold else { return false }
        return severity >= threshold
    }

    /// Nil for `.never`.
    var threshold: Severity? {
        switch self {
        case .never: nil
        case .error: .error
        case .warning: .warning
        case .advice: .advice
        }
    }
}

/// A failure of the audit itself, with what to do next; ends the command with status 2.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String
    var status: ExitStatus

    init(_ description: String, status: ExitStatus = .failed) {
        self.description = description
        self.status = status
    }
}
