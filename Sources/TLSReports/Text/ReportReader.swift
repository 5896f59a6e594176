internal import MTASTS

/// Makes a report of parsed JSON (RFC 8460 §4.4): unknown fields are passed over, and whatever is
/// not needed to tell the report apart from others may be missing or wrong, and is noted.
struct ReportReader {
    let limits: TLSReportLimits
    var observations: TLSReportObservations

    init(_ limits: TLSReportLimits, _ observations: TLSReportObservations) {
        self.limits = limits
        self.observations = observations
    }

    mutating func report(_ object: JSONObject) throws(TLSReportFailure.Reason) -> TLSReport {
        let missing = TLSReportFailure.Field.allCases.filter { field in
            Self.isMissing(field, in: object)
        }
        guard missing.isEmpty else { throw .missing(missing) }
        // Organization and id are the report's identity: RFC 8460 §5.3 tells duplicates by it.
        let organization = try identity(object["organization-name"], .organizationName)
        let id = try identity(object["report-id"], .reportID)
        let (start, end) = try range(object.object("date-range"))
        guard let elements = elements(of: object.list("policies")) else {
            throw .invalid(.policies)
        }
        let contact = text(object["contact-info"])
        if contact == nil { observations.note(.contactMissing) }
        var policies: [TLSReport.Policy] = []
        forEachObject(in: elements, "policies") { reader, object in
            policies.append(reader.policy(object))
        }
        if policies.isEmpty {
            if observations.contains(.elementDropped) { throw .invalid(.policies) }
            observations.note(.policiesEmpty)
        }
        if !policies.isEmpty, !policies.contains(where: Self.saysWhatItIsAbout) {
            throw .noUsablePolicy
        }
        return TLSReport(
            organization: organization, id: id, contact: contact, start: start, end: end,
            policies: policies)
    }

    /// The parts of a range that is missing, or is no object, are not missing on top of that.
    private static func isMissing(_ field: TLSReportFailure.Field, in object: JSONObject) -> Bool {
        switch field {
        case .organizationName, .reportID: return object[field.rawValue].isNothing
        case .policies: return object.list(field.rawValue).isNothing
        case .dateRange: return object.object(field.rawValue).isNothing
        case .start, .end:
            let range = object.object(TLSReportFailure.Field.dateRange.rawValue)
            guard case .object(let fields) = range else { return false }
            return fields[field.rawValue].isNothing
        }
    }

    private static func saysWhatItIsAbout(_ policy: TLSReport.Policy) -> Bool {
        policy.domain != nil || !policy.mxHosts.isEmpty
            || policy.type.map(Registry.policyTypes.contains) == true
    }

    private mutating func identity(
        _ value: JSONValue, _ field: TLSReportFailure.Field
    ) throws(TLSReportFailure.Reason) -> String {
        switch value {
        case .text(let text):
            let clean = Self.withoutNUL(text.trimmed())
            guard !clean.isEmpty, clean.utf8.count <= limits.identityBytes else {
                throw .invalid(field)
            }
            return clean
        case .number(_, let text):
            observations.note(.numberForText, field.rawValue)
            return text
        case .absent, .null, .list, .object, .other: throw .invalid(field)
        }
    }

    // MARK: - Time

    private mutating func range(
        _ value: JSONValue
    ) throws(TLSReportFailure.Reason) -> (Int64, Int64) {
        guard case .object(let range) = value else { throw .invalid(.dateRange) }
        let start = try time(range["start-datetime"], .start)
        let end = try time(range["end-datetime"], .end)
        if end < start { observations.note(.rangeReversed) }
        if end - start > 86_400 { observations.note(.rangeLongerThanADay) }
        return (start, end)
    }

    private mutating func time(
        _ value: JSONValue, _ field: TLSReportFailure.Field
    ) throws(TLSReportFailure.Reason) -> Int64 {
        let time: ReportTime?
        switch value {
        case .text(let text): time = ReportTime(text, isEnd: field == .end)
        case .number(let number, _):
            time = Int64(exactly: number).flatMap { ReportTime(epoch: $0) }
        case .absent, .null, .list, .object, .other: throw .invalid(field)
        }
        guard let time else { throw .invalid(field) }
        if let observation = time.observation { observations.note(observation) }
        return time.seconds
    }

    // MARK: - Values

    /// An optional text: trimmed, cut off where it is long; nil when absent, null or blank.
    mutating func text(_ value: JSONValue) -> String? {
        switch value {
        case .absent, .null: return nil
        case .text(let text): return short(text.trimmed())
        case .number(_, let text):
            observations.note(.numberForText, text)
            return text
        case .list, .object, .other:
            observations.note(.fieldDropped)
            return nil
        }
    }

    private mutating func short(_ text: String) -> String? {
        if text.isEmpty { return nil }
        let clean = Self.withoutNUL(text)
        guard clean.utf8.count > limits.textBytes else { return clean }
        observations.note(.textCutOff)
        return clean.cut(afterBytes: limits.textBytes)
    }

    /// SQLite's own tools and C programs end a text at a zero byte.
    private static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        let scalars = text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Elements of an array, or the object that stands where an array of one belongs.
    enum Elements {
        case list(any UnkeyedDecodingContainer)
        case single(JSONObject)
    }

    /// - Returns: nil when it is neither an array nor an object.
    mutating func elements(of value: JSONValue) -> Elements? {
        switch value {
        case .list(let list): return .list(list)
        case .object(let object):
            // RFC 8460 §4: "policies" MUST be an array, even of a single policy.
            observations.note(.listIsObject)
            return .single(object)
        case .absent, .null, .text, .number, .other: return nil
        }
    }

    mutating func forEachObject(
        in elements: Elements, _ name: String, _ body: (inout ReportReader, JSONObject) -> Void
    ) {
        switch elements {
        case .single(let object): body(&self, object)
        case .list(var list):
            while let element = list.nextObject() {
                if case .object(let object) = element {
                    body(&self, object)
                } else {
                    observations.note(.elementDropped, name)
                }
            }
        }
    }

    /// The largest count kept: a sum over any number of reports stays far from overflow.
    static let maximumCount = 1_000_000_000_000

    /// A count of sessions; nil when absent or unusable.
    mutating func count(_ value: JSONValue) -> Int? {
        switch value {
        case .absent, .null: return nil
        case .number(let number, _): return count(number)
        case .text(let text):
            guard let number = Double(text.trimmed()) else { break }
            observations.note(.countIsText, text)
            return count(number)
        case .list, .object, .other: break
        }
        observations.note(.countInvalid)
        return nil
    }

    /// Whole numbers up to the maximum are exact in a `Double`.
    private mutating func count(_ number: Double) -> Int? {
        guard number.isFinite else {
            observations.note(.countInvalid)
            return nil
        }
        let whole = min(max(number.rounded(.down), 0), Double(Self.maximumCount))
        if whole != number { observations.note(.countInvalid, "\(number)") }
        return Int(whole)
    }
}

/// Values that RFC 8460 gives.
enum Registry {
    /// RFC 8460 §4.4
    static let policyTypes: Set<String> = ["tlsa", "sts", "no-policy-found"]

    /// RFC 8460 §6.6
    static let resultTypes: Set<String> = [
        "starttls-not-supported", "certificate-host-mismatch", "certificate-expired",
        "certificate-not-trusted", "validation-failure", "tlsa-invalid", "dnssec-invalid",
        "dane-required", "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
    ]
}
