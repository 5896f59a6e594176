internal import Evidence
internal import Loop

/// What is wrong with nearly every policy host is rather wrong here: the clock, the roots, the
/// proxy. Each domain counts once, by the first of its fetches that tells.
struct HostDoubts: Sendable {
    private let times = Tally()
    private let trust = Tally()
    private let proxy = Tally()
    /// Where certificates were that lead to no trusted root, the first `enough` addresses: a
    /// provider that forgot an intermediate has many domains, and few addresses.
    private let untrusted = Lock<Set<IPAddress>>([])

    static let enough = 20

    private struct Tally: Sendable {
        let fine = SurveyCounters.Count()
        let wrong = SurveyCounters.Count()

        func add(isFine: Bool) { (isFine ? fine : wrong).add(1) }

        /// Nil unless it is nearly all, and enough.
        var doubtful: Int? {
            let hosts = wrong.current
            return hosts >= enough && fine.current * 20 <= hosts ? hosts : nil
        }
    }

    /// - Parameter fetches: of a result that is final.
    func count(_ fetches: [Fetch]) {
        if let isFine = fetches.lazy.compactMap(\.outcome.isInTime).first {
            times.add(isFine: isFine)
        }
        guard let first = fetches.first(where: { $0.outcome.isTrusted != nil }),
            let isFine = first.outcome.isTrusted
        else { return }
        trust.add(isFine: isFine)
        if !isFine {
            untrusted.withLock { if $0.count < Self.enough { $0.insert(first.address) } }
        }
    }

    /// - Parameter fetches: of a result of the first pass, final or not: the last one meets those
    ///   alone that failed.
    func countProxy(_ fetches: [Fetch]) {
        if let isFine = fetches.lazy.compactMap(\.outcome.isThroughProxy).first {
            proxy.add(isFine: isFine)
        }
    }

    var notes: [SurveyNote] {
        let isWide = untrusted.withLock { $0.count >= Self.enough }
        return [
            times.doubtful.map(SurveyNote.clockDoubtful),
            isWide ? trust.doubtful.map(SurveyNote.trustDoubtful) : nil,
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

    /// Nil where no proxy was asked.
    fileprivate var isThroughProxy: Bool? {
        switch self {
        case .response: true
        case .failed(let failure):
            switch failure {
            case .proxy: false
            case .local: nil
            case .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .tls, .certificate,
                .tooLarge, .responseTimeout, .brokenResponse, .connectionLost:
                true
            }
        }
    }
}
