internal import Evidence

extension JSONReader {
    mutating func mailProbe() throws(Damage) -> MailProbe {
        var host: String?
        var address: IPAddress?
        var outcome: MailProbe.Outcome?
        var chain: [Certificate]?
        var tlsVersion: String?
        var cipher: String?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "host": host = try string()
            case "address":
                address = try unlessNull { json throws(Damage) in try json.address() }
            case "outcome": outcome = try probeOutcome()
            case "chain": chain = try self.chain()
            case "tlsVersion": tlsVersion = try text()
            case "cipher": cipher = try text()
            default: try skip()
            }
        }
        return MailProbe(
            host: try needed(host), address: address, outcome: try needed(outcome),
            chain: try needed(chain), tlsVersion: tlsVersion, cipher: cipher)
    }

    private mutating func probeOutcome() throws(Damage) -> MailProbe.Outcome {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "verified": try json.bare(.verified)
            case "failed":
                .failed(try json.payload { json throws(Damage) in try json.probeFailure() })
            default: nil
            }
        }
    }

    private mutating func probeFailure() throws(Damage) -> MailProbeFailure {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "noAddress": try json.bare(.noAddress)
            case "lookupFailed":
                .lookupFailed(
                    try json.payload { json throws(Damage) in try json.lookupFailure() })
            case "guarded": try json.bare(.guarded)
            case "connectRefused": try json.bare(.connectRefused)
            case "connectTimeout": try json.bare(.connectTimeout)
            case "unreachable": try json.bare(.unreachable)
            case "portBlocked": try json.bare(.portBlocked)
            case "silent": try json.bare(.silent)
            case "notSMTP": try json.bare(.notSMTP)
            case "refused": .refused(code: try json.number(label: "code"))
            case "startTLSMissing": try json.bare(.startTLSMissing)
            case "startTLSRefused": .startTLSRefused(code: try json.number(label: "code"))
            case "tlsTimeout": try json.bare(.tlsTimeout)
            case "tls": .tls(try json.payload { json throws(Damage) in try json.tlsProblem() })
            case "certificate": .certificate(try json.certificateProblems())
            case "connectionLost": try json.bare(.connectionLost)
            case "local": .local(code: try json.number(label: "code"))
            default: nil
            }
        }
    }
}
