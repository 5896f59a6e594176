public import Evidence

/// One thing that kept a policy from being served, ready to become a finding.
struct FetchFault {
    var cause: Cause
    /// What it was, without the address.
    var detail: String
    /// Set where it was not measured although the cause usually is.
    var isThrottled = false

    func add(to findings: inout Findings) {
        if isThrottled {
            findings.add(cause, .unmeasured, detail)
        } else {
            findings.add(cause, detail)
        }
    }
}

extension Judge {
    /// Why a fetch gave no body with status 200; at least one fault, and several only for a
    /// certificate with several root reasons.
    func faults(of fetch: Fetch, at host: String, now: Timestamp) -> [FetchFault] {
        switch fetch.outcome {
        case .response(let response):
            [fault(of: response, at: host)]
        case .failed(let failure):
            faults(of: failure, chain: fetch.chain, at: host, now: now)
        }
    }

    /// What kept a fetch from giving a policy, in the words of the findings.
    ///
    /// - Parameter host: who is said to have done it: the policy host, or one of its addresses.
    public func troubles(of fetch: Fetch, at host: String, now: Timestamp) -> [String] {
        if case .response(let response) = fetch.outcome, response.status == 200 { return [] }
        return faults(of: fetch, at: host, now: now).map(\.detail)
    }

    private func fault(of response: HTTPResponse, at host: String) -> FetchFault {
        // RFC 8461 §3.3: redirects are not followed, and any status but 200 is a failure.
        if (300...399).contains(response.status) {
            let target = response.location.map { " to \(Wording.quote($0))" } ?? ""
            return FetchFault(
                cause: .policyRedirected,
                detail: "\(host) answers with status \(response.status)\(target)")
        }
        return FetchFault(
            cause: .policyStatus, detail: "\(host) answers with status \(response.status)",
            isThrottled: response.isThrottled)
    }

    private func faults(
        of failure: FetchFailure, chain: [Certificate], at host: String, now: Timestamp
    ) -> [FetchFault] {
        switch failure {
        case .connectRefused:
            [FetchFault(cause: .policyConnectRefused, detail: "\(host) refuses the connection")]
        case .connectTimeout:
            [
                FetchFault(
                    cause: .policyConnectTimeout, detail: "\(host) takes no connection in time")
            ]
        case .unreachable:
            [FetchFault(cause: .policyUnreachable, detail: "no route to \(host) from here")]
        case .tlsTimeout:
            [
                FetchFault(
                    cause: .policyTLSTimeout,
                    detail: "\(host) does not finish the handshake in time")
            ]
        case .tls(let problem):
            [FetchFault(cause: .policyTLSFailed, detail: "\(host) \(problem.phrase)")]
        case .certificate(let problems):
            certificateFaults(problems, chain: chain, at: host, now: now)
        case .tooLarge(let limit):
            [
                FetchFault(
                    cause: .policyTooLarge, detail: "\(host) sends more than \(limit) bytes")
            ]
        case .responseTimeout:
            [
                FetchFault(
                    cause: .policyResponseTimeout,
                    detail: "\(host) does not finish the response in time")
            ]
        case .brokenResponse(let problem):
            [FetchFault(cause: .policyResponseBroken, detail: "\(host) \(problem.phrase)")]
        case .connectionLost:
            [
                FetchFault(
                    cause: .policyResponseBroken,
                    detail: "\(host) drops the connection before the response is complete")
            ]
        case .proxy(let status):
            [FetchFault(cause: .policyUnreachable, detail: Self.proxyPhrase(status, host))]
        case .local(let code):
            [
                FetchFault(
                    cause: .policyUnreachable,
                    detail: "the fetch from \(host) failed on this side (code \(code))")
            ]
        }
    }
}

extension Judge {
    private static func proxyPhrase(_ status: Int, _ host: String) -> String {
        switch status {
        case 0: "no connection to \(host) comes about through the proxy, or none to the proxy"
        case 200...299: "the connection to \(host) through the proxy breaks off or stalls"
        default: "the proxy answers with status \(status) to a connection to \(host)"
        }
    }
}

extension Fetch {
    /// A sender elsewhere or later may well get the policy.
    var isUnmeasured: Bool {
        switch outcome {
        case .response(let response): response.isThrottled
        case .failed(.connectTimeout), .failed(.tlsTimeout), .failed(.unreachable),
            .failed(.proxy), .failed(.local):
            true
        case .failed(.connectRefused), .failed(.tls), .failed(.certificate), .failed(.tooLarge),
            .failed(.responseTimeout), .failed(.brokenResponse), .failed(.connectionLost):
            false
        }
    }

    /// The cause lies with this machine, or with how often it asked.
    var saysNothingOfHost: Bool {
        switch outcome {
        case .response(let response): response.isThrottled
        case .failed(let failure): failure.isOfThisSide
        }
    }
}

extension TLSProblem {
    /// What the host does, to stand after its name.
    var phrase: String {
        switch self {
        case .alert(let number): "ends the handshake with TLS alert \(number)\(Self.name(number))"
        case .oldVersion: "speaks only TLS versions below 1.2"
        case .notTLS: "does not speak TLS"
        case .reset: "drops the connection during the handshake"
        case .other(let reason): "fails the handshake (reason \(reason))"
        }
    }

    /// The alerts that a misconfigured server sends (RFC 8446 §6).
    private static func name(_ number: Int) -> String {
        switch number {
        case 40: " (handshake_failure)"
        case 70: " (protocol_version)"
        case 71: " (insufficient_security)"
        case 80: " (internal_error)"
        case 112: " (unrecognized_name)"
        case 116: " (certificate_required)"
        default: ""
        }
    }
}

extension ResponseProblem {
    fileprivate var phrase: String {
        switch self {
        case .notHTTP: "does not answer in HTTP"
        case .truncated: "cuts the response short"
        case .badChunk: "sends a broken chunk"
        case .badHeader: "sends a broken header"
        case .empty: "closes the connection without a response"
        }
    }
}
