internal import Evidence

extension JSONReader {
    mutating func fetch() throws(Damage) -> Fetch {
        var address: IPAddress?
        var outcome: Fetch.Outcome?
        var chain: [Certificate]?
        var tlsVersion: String?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "address": address = try self.address()
            case "outcome": outcome = try fetchOutcome()
            case "chain": chain = try self.chain()
            case "tlsVersion": tlsVersion = try text()
            default: try skip()
            }
        }
        return Fetch(
            address: try needed(address), outcome: try needed(outcome), chain: try needed(chain),
            tlsVersion: tlsVersion)
    }

    private mutating func fetchOutcome() throws(Damage) -> Fetch.Outcome {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "response":
                .response(try json.payload { json throws(Damage) in try json.response() })
            case "failed":
                .failed(try json.payload { json throws(Damage) in try json.fetchFailure() })
            default: nil
            }
        }
    }

    private mutating func response() throws(Damage) -> HTTPResponse {
        var status: Int?
        var contentType: String?
        var location: String?
        var retryAfter: String?
        var body: Digest?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "status": status = try integer()
            case "contentType": contentType = try text()
            case "location": location = try text()
            case "retryAfter": retryAfter = try text()
            case "body": body = try digest()
            default: try skip()
            }
        }
        return HTTPResponse(
            status: try needed(status), contentType: contentType, location: location,
            retryAfter: retryAfter,
            body: HTTPResponse.Body(digest: try needed(body), bytes: []))
    }

    /// Certificates without anything but their digests.
    mutating func chain() throws(Damage) -> [Certificate] {
        try list { json throws(Damage) in
            Certificate(
                digest: try json.digest(), subject: "", issuer: "", dnsNames: [], dnsNameCount: 0,
                notBefore: Timestamp(seconds: 0), notAfter: Timestamp(seconds: 0), key: "")
        }
    }

    private mutating func digest() throws(Damage) -> Digest {
        try needed(Digest(hex: try string()))
    }

    /// A field that may be nil.
    mutating func text() throws(Damage) -> String? {
        try unlessNull { json throws(Damage) in try json.string() }
    }

    private mutating func fetchFailure() throws(Damage) -> FetchFailure {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "connectRefused": try json.bare(.connectRefused)
            case "connectTimeout": try json.bare(.connectTimeout)
            case "unreachable": try json.bare(.unreachable)
            case "tlsTimeout": try json.bare(.tlsTimeout)
            case "tls": .tls(try json.payload { json throws(Damage) in try json.tlsProblem() })
            case "certificate": .certificate(try json.certificateProblems())
            case "tooLarge": .tooLarge(limitBytes: try json.number(label: "limitBytes"))
            case "responseTimeout": try json.bare(.responseTimeout)
            case "brokenResponse":
                .brokenResponse(
                    try json.payload { json throws(Damage) in try json.responseProblem() })
            case "connectionLost": try json.bare(.connectionLost)
            case "proxy": .proxy(status: try json.number(label: "status"))
            case "local": .local(code: try json.number(label: "code"))
            default: nil
            }
        }
    }

    mutating func tlsProblem() throws(Damage) -> TLSProblem {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "alert": .alert(try json.number())
            case "oldVersion": try json.bare(.oldVersion)
            case "notTLS": try json.bare(.notTLS)
            case "reset": try json.bare(.reset)
            case "other": .other(try json.number())
            default: nil
            }
        }
    }

    mutating func certificateProblems() throws(Damage) -> [CertificateProblem] {
        try payload { json throws(Damage) in
            try json.list { json throws(Damage) in try json.certificateProblem() }
        }
    }

    private mutating func certificateProblem() throws(Damage) -> CertificateProblem {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "expired": try json.bare(.expired)
            case "notYetValid": try json.bare(.notYetValid)
            case "nameMismatch": try json.bare(.nameMismatch)
            case "noSubjectAlternativeName": try json.bare(.noSubjectAlternativeName)
            case "selfSigned": try json.bare(.selfSigned)
            case "untrusted": try json.bare(.untrusted)
            case "chainIncomplete": try json.bare(.chainIncomplete)
            case "weak": try json.bare(.weak)
            case "other": .other(try json.number())
            default: nil
            }
        }
    }

    private mutating func responseProblem() throws(Damage) -> ResponseProblem {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "notHTTP": try json.bare(.notHTTP)
            case "truncated": try json.bare(.truncated)
            case "badChunk": try json.bare(.badChunk)
            case "badHeader": try json.bare(.badHeader)
            case "empty": try json.bare(.empty)
            default: nil
            }
        }
    }
}
