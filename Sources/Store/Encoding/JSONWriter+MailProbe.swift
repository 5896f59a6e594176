internal import Evidence

extension JSONWriter {
    mutating func mailProbe(_ probe: MailProbe) {
        object { json in
            json.key("host")
            json.string(probe.host)
            json.text("address", probe.address?.description)
            json.key("outcome")
            switch probe.outcome {
            case .verified: json.enumeration("verified")
            case .failed(let failure):
                json.enumeration("failed") { json in
                    json.key("_0")
                    json.failure(failure)
                }
            }
            json.chain(probe.chain)
            json.text("tlsVersion", probe.tlsVersion)
            json.text("cipher", probe.cipher)
        }
    }

    private mutating func failure(_ failure: MailProbeFailure) {
        switch failure {
        case .noAddress: enumeration("noAddress")
        case .lookupFailed(let failure):
            enumeration("lookupFailed") { json in
                json.key("_0")
                json.lookupFailure(failure)
            }
        case .guarded: enumeration("guarded")
        case .connectRefused: enumeration("connectRefused")
        case .connectTimeout: enumeration("connectTimeout")
        case .unreachable: enumeration("unreachable")
        case .portBlocked: enumeration("portBlocked")
        case .silent: enumeration("silent")
        case .notSMTP: enumeration("notSMTP")
        case .refused(let code): enumeration("refused", code: code)
        case .startTLSMissing: enumeration("startTLSMissing")
        case .startTLSRefused(let code): enumeration("startTLSRefused", code: code)
        case .tlsTimeout: enumeration("tlsTimeout")
        case .tls(let problem):
            enumeration("tls") { json in
                json.key("_0")
                json.tlsProblem(problem)
            }
        case .certificate(let problems): certificateProblems(problems)
        case .connectionLost: enumeration("connectionLost")
        case .local(let code): enumeration("local", code: code)
        }
    }
}
