internal import Evidence

/// What is wrong with nearly every policy host is rather wrong here: the clock, the roots, the
/// proxy. Each domain counts once, by the first of its fetches that tells.
final class HostDoubts: Sendable {
    private let times = Tally()
    private let trust = Tally()
    private let proxy = Tally()

    private struct Tally: Sendable {
        let fine = SurveyCounters.Count()
        let wrong = SurveyCounters.Count()

        func add(_ isFine: Bool) { (isFine ? fine : wrong).add(1) }

        /// Nil unless it is nearly all of at least 20.
        var doubtful: Int? {
            let hosts = wrong.current
            return hosts >= 20 && fine.current * 20 <= hosts ? hosts : nil
        }
    }

    func count(_ fetches: [Fetch]) {
        if let isFine = fetches.lazy.compactMap(\.outcome.isInTime).first { times.add(isFine) }
        if let isFine = fetches.lazy.compactMap(\.outcome.isTrusted).first { trust.add(isFine) }
        if let isFine = fetches.lazy.compactMap(\.outcome.isThroughProxy).first {
            proxy.add(isFine)
        }
    }

    var notes: [SurveyNote] {
        [
            times.doubtful.map(SurveyNote.clockDoubtful), trust.doubtful.map(SurveyNote.trustDoubtful),
            proxy.doubtful.map(SurveyNote.proxyFailing),
        ].compactMap { $0 }
    }
}

extension Fetch.Outcome {
    /// Of the certificate; nil where none was seen.
    fileprivate var isInTime: Bool? {
        verdict { !$0.contains(.expired) && !$0.contains(.notYetValid) }
    }

    /// Whether the certificate leads to a trusted root; nil where none was seen.
    fileprivate var isTrusted: Bool? {
        verdict {
            !$0.contains(.untrusted) && !$0.contains(.selfSigned) && !$0.contains(.chainIncomplete)
        }
    }

    private func verdict(_ isFine: ([CertificateProblem]) -> Bool) -> Bool? {
        switch self {
        case .response: true
        case .failed(let failure):
            switch failure {
            case .certificate(let problems): isFine(problems)
            case .tooLarge, .responseTimeout, .brokenResponse, .connectionLost: true
            case .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .tls, .proxy, .local:
                nil
            }
        }
    }

    /// Nil where nobody was asked, or nobody can tell.
    fileprivate var isThroughProxy: Bool? {
        switch self {
        case .failed(.proxy): false
        case .failed(.local), .failed(.connectTimeout): nil
        case .response, .failed: true
        }
    }
}
