import Audit
import Evidence

extension JudgeRow {
    /// The sound domain, of which senders report each result type in turn.
    static let reported: [JudgeRow] =
        ResultType.allCases.map { type in
            JudgeRow(
                type.cause, "RFC 8460 §4.3: reported, and sound from here", .enforced,
                history: .reported(ReportedFailure(type, mx: [Sound.mxHosts[0]]))
            ) { $0.mailProbes = [Sound.probe(1), Sound.probe(2)] }
        } + [
            JudgeRow(
                .reportedPolicyFetchError, "a domain whose record cannot be looked up tonight",
                .unmeasured, with: [.recordLookupFailed],
                history: .reported(ReportedFailure(.policyFetchError))
            ) { $0.record = Lookup(.failed(.serverFailure)) },
            JudgeRow(
                .reportedCertificateExpired, "no record, but the owner asks for reports", .absent,
                history: .reported(ReportedFailure(.certificateExpired))
            ) {
                $0.withdraw()
                $0.tlsrpt = Lookup(.found(["v=TLSRPTv1; rua=mailto:tls@example.com"]))
            },
            JudgeRow(
                .reportedValidationFailure, "in mode none, for what senders hold", .disabled,
                with: [.modeNone], history: .reported(ReportedFailure(.validationFailure))
            ) { $0.serve(Sound.policy(mode: "mode: none")) },
            JudgeRow(
                .reportedPolicyFetchError, "and broken from here, too", .ineffective,
                with: [.policyConnectRefused],
                history: .reported(ReportedFailure(.policyFetchError))
            ) { $0.fetches = [Sound.failure(.connectRefused)] },
        ]
}

extension ReportedFailure {
    /// - Parameters: days from the last that was reported on.
    init(
        _ type: ResultType, _ sessions: Int = 17, by senders: [String] = ["Google Inc."],
        count: Int? = nil, mx: [String] = [], days: Int = 3, last: Int64 = 0
    ) {
        let end = Sound.reportedUntil.adding(seconds: last * Timestamp.secondsPerDay)
        self.init(
            resultType: type, sessions: sessions, senders: senders, senderCount: count,
            mxHosts: mx, days: days,
            firstDay: end.adding(seconds: -Int64(days - 1) * Timestamp.secondsPerDay),
            lastDay: end)
    }
}

extension Sound {
    /// Yesterday.
    static let reportedUntil = days(-1).startOfDay
}

extension History {
    static func reported(
        _ failures: ReportedFailure..., publications: PublishedPolicy...
    ) -> History {
        History(
            publications: PublicationHistory(
                policies: publications,
                observedSince: publications.isEmpty ? nil : Sound.days(-400)),
            reports: ReportedFailures(
                failures: failures, successfulSessions: 900,
                failedSessions: failures.reduce(0) { $0 + $1.sessions },
                lastDay: Sound.reportedUntil))
    }
}
