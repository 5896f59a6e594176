internal import Foundation
internal import MTASTS

/// Makes a report of parsed JSON (RFC 8460 §4.4): unknown fields are passed over, and whatever is
/// not needed to tell the report apart from others may be missing or wrong, and is noted.
struct ReportReader {
    let limits: TLSReportLimits
    var observations: TLSReportObservations

    mutating func report(_ object: [String: Any]) throws(TLSReportFailure.Reason) -> TLSReport {
        let missing = TLSReportFailure.Field.allCases.filter { field in
            JSONValue(Self.value(of: field, in: object)).isNothing
        }
        guard missing.isEmpty else { throw .missing(missing) }
        // Organization and id are the report's identity: RFC 8460 §5.3 tells duplicates by it.
        let organization = try identity(object["organization-name"], .organizationName)
        let id = try identity(object["report-id"], .reportID)
        let (start, end) = try range(object["date-range"])
        guard let list = list(object["policies"]) else { throw .invalid(.policies) }
        let contact = text(object["contact-info"])
        if contact == nil { observations.note(.contactMissing) }
        if list.isEmpty { observations.note(.policiesEmpty) }
        var policies: [TLSReport.Policy] = []
        policies.reserveCapacity(list.count)
        for element in list {
            guard case .object(let object) = JSONValue(element) else {
                observations.note(.elementDropped, "policies")
                continue
            }
            policies.append(policy(object))
        }
        if !list.isEmpty, !policies.contains(where: Self.saysWhatItIsAbout) {
            throw .noUsablePolicy
        }
        return TLSReport(
            organization: organization, id: id, contact: contact, start: start, end: end,
            policies: policies)
    }

    /// The field that a report cannot do without. Those of a range that is missing, or is no
    /// object, are not missing on top of that.
    private static func value(
        of field: TLSReportFailure.Field, in object: [String: Any]
    ) -> Any? {
        switch field {
        case .organizationName, .reportID, .dateRange, .policies: return object[field.rawValue]
        case .start, .end:
            let range = object[TLSReportFailure.Field.dateRange.rawValue]
            guard case .object(let fields) = JSONValue(range) else { return "" }
            return fields[field.rawValue]
        }
    }

    private static func saysWhatItIsAbout(_ policy: TLSReport.Policy) -> Bool {
        policy.domain != nil || !policy.mxHosts.isEmpty
            || policy.type.map(Registry.policyTypes.contains) == true
    }

    private mutating func identity(
        _ value: Any?, _ field: TLSReportFailure.Field
    ) throws(TLSReportFailure.Reason) -> String {
        switch JSONValue(value) {
        case .text(let text):
            let clean = Self.withoutNUL(text.trimmed())
            guard !clean.isEmpty, clean.utf8.count <= limits.identityBytes else {
                throw .invalid(field)
            }
            return clean
        case .number(let number):
            observations.note(.numberForText, field.rawValue)
            return number.stringValue.cut(afterBytes: limits.identityBytes)
        case .absent, .null, .boolean, .list, .object: throw .invalid(field)
        }
    }

    // MARK: - Time

    private mutating func range(_ value: Any?) throws(TLSReportFailure.Reason) -> (Int64, Int64) {
        guard case .object(let range) = JSONValue(value) else { throw .invalid(.dateRange) }
        let start = try time(range["start-datetime"], .start)
        let end = try time(range["end-datetime"], .end)
        if end < start { observations.note(.rangeReversed) }
        if end - start > 86_400 { observations.note(.rangeLongerThanADay) }
        return (start, end)
    }

    private mutating func time(
        _ value: Any?, _ field: TLSReportFailure.Field
    ) throws(TLSReportFailure.Reason) -> Int64 {
        let time: ReportTime?
        switch JSONValue(value) {
        case .text(let text): time = ReportTime(text, isEnd: field == .end)
        case .number(let number): time = Int64(exactly: number.doubleValue).flatMap(ReportTime.init)
        case .absent, .null, .boolean, .list, .object: throw .invalid(field)
        }
        guard let time else { throw .invalid(field) }
        if let observation = time.observation { observations.note(observation) }
        return time.seconds
    }

    // MARK: - Values

    /// An optional text: trimmed, cut off where it is long; nil when absent, null or blank.
    mutating func text(_ value: Any?) -> String? {
        switch JSONValue(value) {
        case .absent, .null: return nil
        case .text(let text): return short(text.trimmed())
        case .number(let number):
            observations.note(.numberForText, number.stringValue)
            return number.stringValue.cut(afterBytes: 64)
        case .boolean, .list, .object:
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

    /// An array, or the object that stands where an array of one belongs; nil when it is neither.
    mutating func list(_ value: Any?) -> [Any]? {
        switch JSONValue(value) {
        case .list(let list): return list
        case .object(let object):
            // RFC 8460 §4: "policies" MUST be an array, even of a single policy.
            observations.note(.listIsObject)
            return [object]
        case .absent, .null, .text, .number, .boolean: return nil
        }
    }

    /// The largest count kept: a sum over any number of reports stays far from overflow.
    static let maximumCount = 1_000_000_000_000

    /// A count of sessions; nil when absent or unusable.
    mutating func count(_ value: Any?) -> Int? {
        switch JSONValue(value) {
        case .absent, .null: return nil
        case .number(let number): return count(number.doubleValue)
        case .text(let text):
            guard let number = Double(text.trimmed()) else { break }
            observations.note(.countIsText, text)
            return count(number)
        case .boolean, .list, .object: break
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
