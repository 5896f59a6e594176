internal import Evidence

/// Evidence as JSON text, in the shape that `Evidence`'s `Codable` conformance reads.
///
/// Written by hand because every domain of every run passes here: the text is the canonical form
/// whose hash tells whether anything changed, and it is what is stored when something did.
/// `JSONEncoder` costs tens of microseconds for the same.
extension JSONWriter {
    mutating func evidence(_ evidence: Evidence) {
        object { json in
            json.key("mx")
            json.lookup(evidence.mx) { json, records in json.mx(records) }
            json.key("record")
            json.lookup(evidence.record) { json, records in json.texts(records) }
            json.key("tlsrpt")
            json.lookup(evidence.tlsrpt) { json, records in json.texts(records) }
            if let addresses = evidence.domainAddresses {
                json.key("domainAddresses")
                json.addresses(addresses)
            }
            if let addresses = evidence.policyHost {
                json.key("policyHost")
                json.addresses(addresses)
            }
            json.key("fetches")
            json.array { json in
                for fetch in evidence.fetches { json.fetch(fetch) }
            }
            json.key("guardedAddresses")
            json.addressList(evidence.guardedAddresses)
            json.key("misplacedRecords")
            json.array { json in
                for misplaced in evidence.misplacedRecords {
                    json.object { json in
                        json.key("place")
                        json.string(misplaced.place.rawValue)
                        json.key("record")
                        json.octets(misplaced.record.bytes)
                    }
                }
            }
            if let probe = evidence.wildcardProbe {
                json.key("wildcardProbe")
                json.lookup(probe) { json, records in json.texts(records) }
            }
            json.key("mxAliases")
            json.object { json in
                for host in evidence.mxAliases.keys.sorted() {
                    json.key(escaping: host)
                    json.string(evidence.mxAliases[host] ?? "")
                }
            }
            // Left out where it was not asked for: the text, and its hash, are then as they were
            // before there were probes.
            if let probes = evidence.mailProbes {
                json.key("mailProbes")
                json.array { json in
                    for probe in probes { json.mailProbe(probe) }
                }
            }
            // Likewise where every question has an answer.
            if let questions = evidence.unanswered {
                json.key("unanswered")
                json.strings(questions.map(\.rawValue))
            }
        }
    }

    private mutating func lookup<Value>(
        _ lookup: Lookup<Value>, _ value: (inout JSONWriter, Value) -> Void
    ) {
        object { json in
            json.key("outcome")
            switch lookup.outcome {
            case .found(let found):
                json.enumeration("found") { json in
                    json.key("_0")
                    value(&json, found)
                }
            case .noData: json.enumeration("noData")
            case .nameMissing: json.enumeration("nameMissing")
            case .failed(let failure):
                json.enumeration("failed") { json in
                    json.key("_0")
                    json.lookupFailure(failure)
                }
            }
            json.key("aliases")
            json.strings(lookup.aliases)
        }
    }

    mutating func lookupFailure(_ failure: LookupFailure) {
        switch failure {
        case .serverFailure: enumeration("serverFailure")
        case .refused: enumeration("refused")
        case .formatError: enumeration("formatError")
        case .notImplemented: enumeration("notImplemented")
        case .responseCode(let code): enumeration("responseCode", number: code)
        case .timeout: enumeration("timeout")
        case .transport: enumeration("transport")
        case .malformedReply: enumeration("malformedReply")
        case .aliasLoop: enumeration("aliasLoop")
        case .unaskableName: enumeration("unaskableName")
        }
    }

    private mutating func mx(_ records: [MXRecord]) {
        array { json in
            for record in records {
                json.object { json in
                    json.key("preference")
                    json.number(record.preference)
                    json.key("host")
                    json.string(record.host)
                }
            }
        }
    }

    private mutating func texts(_ records: [TXTRecord]) {
        array { json in
            for record in records { json.octets(record.bytes) }
        }
    }

    private mutating func addresses(_ addresses: HostAddresses) {
        object { json in
            json.key("v4")
            json.lookup(addresses.v4) { json, list in json.addressList(list) }
            json.key("v6")
            json.lookup(addresses.v6) { json, list in json.addressList(list) }
        }
    }

    private mutating func addressList(_ addresses: [IPAddress]) {
        strings(addresses.map(\.description))
    }

    mutating func strings(_ strings: [String]) {
        array { json in
            for string in strings { json.string(string) }
        }
    }

    /// The form `Codable` gives an enum case: an object whose one key is the case.
    mutating func enumeration(
        _ name: StaticString, _ payload: (inout JSONWriter) -> Void = { _ in }
    ) {
        object { json in
            json.key(name)
            json.object(payload)
        }
    }

    /// A case with one unnamed number.
    mutating func enumeration(_ name: StaticString, number: Int) {
        enumeration(name) { json in
            json.key("_0")
            json.number(number)
        }
    }

    /// A case with one number named `code`.
    mutating func enumeration(_ name: StaticString, code: Int) {
        enumeration(name) { json in
            json.key("code")
            json.number(code)
        }
    }
}
