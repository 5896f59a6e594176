internal import Evidence

/// Evidence from the text that `JSONWriter.evidence` wrote, in this version or an earlier one.
///
/// The shape is that of `Evidence`'s `Codable` conformance: what is nil may be left out or null, a
/// member of an unknown key is passed over, and a case that is not known is damage. `JSONDecoder`
/// costs many times as much.
extension JSONReader {
    /// Certificates and policy bodies are digests alone.
    static func evidence(_ text: [UInt8]) throws(Damage) -> Evidence {
        var reader = JSONReader(text)
        let evidence = try reader.evidence()
        try reader.finish()
        return evidence
    }

    private mutating func evidence() throws(Damage) -> Evidence {
        var mx: Lookup<[MXRecord]>?
        var record: Lookup<[TXTRecord]>?
        var tlsrpt: Lookup<[TXTRecord]>?
        var fetches: [Fetch]?
        var guarded: [IPAddress]?
        var misplaced: [MisplacedRecord]?
        var aliases: [String: String]?
        var domainAddresses: HostAddresses?
        var policyHost: HostAddresses?
        var wildcardProbe: Lookup<[TXTRecord]>?
        var mailProbes: [MailProbe]?
        var unanswered: [SideQuestion]?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "mx": mx = try lookup { json throws(Damage) in try json.mxRecords() }
            case "record": record = try texts()
            case "tlsrpt": tlsrpt = try texts()
            case "domainAddresses":
                domainAddresses = try unlessNull { json throws(Damage) in try json.addresses() }
            case "policyHost":
                policyHost = try unlessNull { json throws(Damage) in try json.addresses() }
            case "fetches": fetches = try list { json throws(Damage) in try json.fetch() }
            case "guardedAddresses": guarded = try addressList()
            case "misplacedRecords":
                misplaced = try list { json throws(Damage) in try json.misplacedRecord() }
            case "wildcardProbe":
                wildcardProbe = try unlessNull { json throws(Damage) in try json.texts() }
            case "mxAliases": aliases = try stringMap()
            case "mailProbes":
                mailProbes = try unlessNull { json throws(Damage) in
                    try json.list { json throws(Damage) in try json.mailProbe() }
                }
            case "unanswered":
                unanswered = try unlessNull { json throws(Damage) in
                    try json.list { json throws(Damage) in try json.sideQuestion() }
                }
            default: try skip()
            }
        }
        return Evidence(
            mx: try needed(mx), record: try needed(record), tlsrpt: try needed(tlsrpt),
            domainAddresses: domainAddresses, policyHost: policyHost, fetches: try needed(fetches),
            guardedAddresses: try needed(guarded), misplacedRecords: try needed(misplaced),
            wildcardProbe: wildcardProbe, mxAliases: try needed(aliases), mailProbes: mailProbes,
            unanswered: unanswered)
    }

    // MARK: DNS

    private mutating func lookup<Value>(
        _ value: (inout JSONReader) throws(Damage) -> Value
    ) throws(Damage) -> Lookup<Value> {
        var outcome: Lookup<Value>.Outcome?
        var aliases: [String]?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "outcome": outcome = try lookupOutcome(value)
            case "aliases": aliases = try strings()
            default: try skip()
            }
        }
        return Lookup(try needed(outcome), aliases: try needed(aliases))
    }

    private mutating func lookupOutcome<Value>(
        _ value: (inout JSONReader) throws(Damage) -> Value
    ) throws(Damage) -> Lookup<Value>.Outcome {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "found": .found(try json.payload(value))
            case "noData": try json.bare(.noData)
            case "nameMissing": try json.bare(.nameMissing)
            case "failed":
                .failed(try json.payload { json throws(Damage) in try json.lookupFailure() })
            default: nil
            }
        }
    }

    mutating func lookupFailure() throws(Damage) -> LookupFailure {
        try enumeration { json, name throws(Damage) in
            switch name {
            case "serverFailure": try json.bare(.serverFailure)
            case "refused": try json.bare(.refused)
            case "formatError": try json.bare(.formatError)
            case "notImplemented": try json.bare(.notImplemented)
            case "responseCode": .responseCode(try json.number())
            case "timeout": try json.bare(.timeout)
            case "transport": try json.bare(.transport)
            case "malformedReply": try json.bare(.malformedReply)
            case "aliasLoop": try json.bare(.aliasLoop)
            case "unaskableName": try json.bare(.unaskableName)
            default: nil
            }
        }
    }

    private mutating func mxRecords() throws(Damage) -> [MXRecord] {
        try list { json throws(Damage) in
            var preference: UInt16?
            var host: String?
            try json.beginObject()
            while let key = try json.nextKey() {
                switch key {
                case "preference": preference = try json.integer()
                case "host": host = try json.string()
                default: try json.skip()
                }
            }
            return MXRecord(preference: try json.needed(preference), host: try json.needed(host))
        }
    }

    private mutating func texts() throws(Damage) -> Lookup<[TXTRecord]> {
        try lookup { json throws(Damage) in
            try json.list { json throws(Damage) in TXTRecord(try json.octets()) }
        }
    }

    private mutating func addresses() throws(Damage) -> HostAddresses {
        var v4: Lookup<[IPAddress]>?
        var v6: Lookup<[IPAddress]>?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "v4": v4 = try lookup { json throws(Damage) in try json.addressList() }
            case "v6": v6 = try lookup { json throws(Damage) in try json.addressList() }
            default: try skip()
            }
        }
        return HostAddresses(v4: try needed(v4), v6: try needed(v6))
    }

    private mutating func addressList() throws(Damage) -> [IPAddress] {
        try list { json throws(Damage) in try json.address() }
    }

    mutating func address() throws(Damage) -> IPAddress {
        try needed(IPAddress(try string()))
    }

    private mutating func misplacedRecord() throws(Damage) -> MisplacedRecord {
        var place: MisplacedRecord.Place?
        var record: TXTRecord?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "place": place = MisplacedRecord.Place(rawValue: try string())
            case "record": record = TXTRecord(try octets())
            default: try skip()
            }
        }
        return MisplacedRecord(place: try needed(place), record: try needed(record))
    }

    private mutating func sideQuestion() throws(Damage) -> SideQuestion {
        try needed(SideQuestion(rawValue: try string()))
    }

    private mutating func stringMap() throws(Damage) -> [String: String] {
        var map: [String: String] = [:]
        try beginObject()
        while let key = try nextKey() { map[key] = try string() }
        return map
    }

    // MARK: Forms

    /// What must be there, or must be understood.
    func needed<Value>(_ value: Value?) throws(Damage) -> Value {
        guard let value else { throw damage("stored evidence is incomplete") }
        return value
    }

    mutating func unlessNull<Value>(
        _ read: (inout JSONReader) throws(Damage) -> Value
    ) throws(Damage) -> Value? {
        try takeNull() ? nil : try read(&self)
    }

    mutating func list<Value>(
        _ read: (inout JSONReader) throws(Damage) -> Value
    ) throws(Damage) -> [Value] {
        var values: [Value] = []
        try beginArray()
        while try hasNext() { values.append(try read(&self)) }
        return values
    }

    mutating func strings() throws(Damage) -> [String] {
        try list { json throws(Damage) in try json.string() }
    }

    /// The form `Codable` gives an enum case: an object whose one key is the case.
    ///
    /// - Parameter read: gives the case of a name and reads what comes with it; nil, and nothing
    ///   read, for an unknown one.
    mutating func enumeration<Value>(
        _ read: (inout JSONReader, String) throws(Damage) -> Value?
    ) throws(Damage) -> Value {
        var found: Value?
        try beginObject()
        while let name = try nextKey() {
            guard let value = try read(&self, name) else {
                try skip()
                continue
            }
            guard found == nil else { throw damage() }
            found = value
        }
        return try needed(found)
    }

    /// A case that nothing comes with.
    mutating func bare<Value>(_ value: Value) throws(Damage) -> Value {
        try beginObject()
        while try nextKey() != nil { try skip() }
        return value
    }

    /// What comes with a case under one label.
    mutating func payload<Value>(
        label: String = "_0", _ read: (inout JSONReader) throws(Damage) -> Value
    ) throws(Damage) -> Value {
        var value: Value?
        try beginObject()
        while let key = try nextKey() {
            if key == label { value = try read(&self) } else { try skip() }
        }
        return try needed(value)
    }

    mutating func number(label: String = "_0") throws(Damage) -> Int {
        try payload(label: label) { json throws(Damage) in try json.integer() }
    }
}
