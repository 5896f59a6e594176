internal import Evidence

extension JSONWriter {
    mutating func fetch(_ fetch: Fetch) {
        object { json in
            json.key("address")
            json.string(fetch.address.description)
            json.key("outcome")
            switch fetch.outcome {
            case .response(let response):
                json.enumeration("response") { json in
                    json.key("_0")
                    json.response(response)
                }
            case .failed(let failure):
                json.enumeration("failed") { json in
                    json.key("_0")
                    json.failure(failure)
                }
            }
            json.chain(fetch.chain)
            json.text("tlsVersion", fetch.tlsVersion)
        }
    }

    private mutating func response(_ response: HTTPResponse) {
        object { json in
            json.key("status")
            json.number(response.status)
            json.text("contentType", response.contentType)
            json.text("location", response.location)
            json.text("retryAfter", response.retryAfter)
            json.key("body")
            json.string(response.body.digest.hex)
        }
    }

    /// Certificates go by their digests: the same one is presented for thousands of domains.
    mutating func chain(_ chain: [Certificate]) {
        key("chain")
        array { json in
            for certificate in chain { json.string(certificate.digest.hex) }
        }
    }

    private mutating func failure(_ failure: FetchFailure) {
        switch failure {
        case .connectRefused: enumeration("connectRefused")
        case .connectTimeout: enumeration("connectTimeout")
        case .unreachable: enumeration("unreachable")
        case .tlsTimeout: enumeration("tlsTimeout")
        case .tls(let problem):
            enumeration("tls") { json in
                json.key("_0")
                json.tlsProblem(problem)
            }
        case .certificate(let problems):
            certificateProblems(problems)
        case .tooLarge(let limit):
            enumeration("tooLarge") { json in
                json.key("limitBytes")
                json.number(limit)
            }
        case .responseTimeout: enumeration("responseTimeout")
        case .brokenResponse(let problem):
            enumeration("brokenResponse") { json in
                json.key("_0")
                json.responseProblem(problem)
            }
        case .connectionLost: enumeration("connectionLost")
        case .proxy(let status):
            enumeration("proxy") { json in
                json.key("status")
                json.number(status)
            }
        case .local(let code): enumeration("local", code: code)
        }
    }

    mutating func certificateProblems(_ problems: [CertificateProblem]) {
        enumeration("certificate") { json in
            json.key("_0")
            json.array { json in
                for problem in problems { json.certificateProblem(problem) }
            }
        }
    }

    mutating func tlsProblem(_ problem: TLSProblem) {
        switch problem {
        case .alert(let number): enumeration("alert", number: number)
        case .oldVersion: enumeration("oldVersion")
        case .notTLS: enumeration("notTLS")
        case .reset: enumeration("reset")
        case .other(let code): enumeration("other", number: code)
        }
    }

    private mutating func certificateProblem(_ problem: CertificateProblem) {
        switch problem {
        case .expired: enumeration("expired")
        case .notYetValid: enumeration("notYetValid")
        case .nameMismatch: enumeration("nameMismatch")
        case .noSubjectAlternativeName: enumeration("noSubjectAlternativeName")
        case .selfSigned: enumeration("selfSigned")
        case .untrusted: enumeration("untrusted")
        case .chainIncomplete: enumeration("chainIncomplete")
        case .weak: enumeration("weak")
        case .other(let code): enumeration("other", number: code)
        }
    }

    private mutating func responseProblem(_ problem: ResponseProblem) {
        switch problem {
        case .notHTTP: enumeration("notHTTP")
        case .truncated: enumeration("truncated")
        case .badChunk: enumeration("badChunk")
        case .badHeader: enumeration("badHeader")
        case .empty: enumeration("empty")
        }
    }

    /// A field that is left out when it is nil, as `encodeIfPresent` does.
    mutating func text(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }
}
