internal import Evidence

extension MailProbe.Outcome {
    /// Whether TCP connected; nil where nothing was tried, or where it failed on our side.
    var hasConnected: Bool? {
        switch self {
        case .verified: true
        case .failed(let failure):
            switch failure {
            case .connectRefused, .connectTimeout, .unreachable: false
            case .noAddress, .lookupFailed, .guarded, .portBlocked, .local: nil
            case .silent, .notSMTP, .refused, .startTLSMissing, .startTLSRefused, .tlsTimeout,
                .tls, .certificate, .connectionLost:
                true
            }
        }
    }

    /// Whether another attempt in a moment may well end otherwise: a 4xx reply, what was late,
    /// what was dropped.
    var isTransient: Bool {
        switch self {
        case .verified: false
        case .failed(let failure):
            switch failure {
            case .connectTimeout, .silent, .tlsTimeout, .connectionLost, .tls(.reset): true
            case .refused(let code), .startTLSRefused(let code): (400...499).contains(code)
            // Negative codes are our own refusals: guarded, cancelled, closed.
            case .local(let code): code >= 0
            case .noAddress, .lookupFailed, .guarded, .connectRefused, .unreachable, .portBlocked,
                .notSMTP, .startTLSMissing, .tls, .certificate:
                false
            }
        }
    }

    /// Whether a later pass has no reason to ask again: the host was measured, or DNS answered
    /// that there is nothing to measure.
    var isSettled: Bool {
        switch self {
        case .verified: true
        case .failed(let failure):
            switch failure {
            case .startTLSMissing, .startTLSRefused, .tls, .certificate, .noAddress, .guarded: true
            case .lookupFailed, .connectRefused, .connectTimeout, .unreachable, .portBlocked,
                .silent, .notSMTP, .refused, .tlsTimeout, .connectionLost, .local:
                false
            }
        }
    }
}
