/// Something about a report that departs from RFC 8460 §4.4, or that is missing, and that does not
/// keep the report from being used. The raw values are the codes that are stored and shown.
public enum TLSReportObservation: String, Hashable, Sendable, CaseIterable {
    // The text.
    case byteOrderMark = "byte-order-mark"
    /// Broken bytes became U+FFFD.
    case invalidUTF8 = "invalid-utf8"
    /// Something follows the gzip data; it was left alone.
    case bytesAfterGzip = "bytes-after-gzip"
    /// The attachment has another media type than RFC 8460 §5.3 gives it.
    case otherMediaType = "other-media-type"
    /// A text beyond `TLSReportLimits` was cut off.
    case textCutOff = "text-cut-off"
    /// An optional field of the wrong type, taken for absent.
    case fieldDropped = "field-dropped"
    /// An element of a list that is of the wrong type, left out.
    case elementDropped = "element-dropped"
    /// A number where a text belongs, taken as its digits.
    case numberForText = "number-for-text"

    // The report.
    /// Absent, null or blank.
    case contactMissing = "contact-missing"
    /// Taken as UTC.
    case timeWithoutZone = "time-without-zone"
    /// A day alone: from its first or to its last second.
    case timeWithoutClock = "time-without-clock"
    /// Seconds since 1970.
    case timeIsEpoch = "time-is-epoch"
    /// The end is before the start.
    case rangeReversed = "range-reversed"
    /// RFC 8460 §4.1: a report SHOULD cover one day.
    case rangeLongerThanADay = "range-longer-than-a-day"
    case policiesEmpty = "policies-empty"
    /// An object where an array of one object belongs.
    case listIsObject = "list-is-object"

    // A policy.
    /// The fields of `policy` are beside it.
    case policyFieldsFlat = "policy-fields-flat"
    case policyMissing = "policy-missing"
    case policyTypeMissing = "policy-type-missing"
    case policyTypeUnknown = "policy-type-unknown"
    case policyDomainMissing = "policy-domain-missing"
    /// No host name of A-labels; kept as given.
    case policyDomainInvalid = "policy-domain-invalid"
    case policyStringIsText = "policy-string-is-text"
    /// A JSON array inside a text, taken apart.
    case policyStringHoldsJSON = "policy-string-holds-json"
    case mxHostIsText = "mx-host-is-text"
    /// `mx: mx.example.com` as the policy has it; the pattern alone is kept.
    case mxHostHasKey = "mx-host-has-key"
    case mxHostEmpty = "mx-host-empty"

    // Counts.
    case summaryMissing = "summary-missing"
    /// Taken as 0.
    case successCountMissing = "success-count-missing"
    /// Taken as the sum of the failure rows.
    case failureCountMissing = "failure-count-missing"
    /// Digits in a text, taken as the number.
    case countIsText = "count-is-text"
    /// No whole number from 0 to 10¹²: cut down to that, or taken for absent.
    case countInvalid = "count-invalid"
    /// The failure rows of a policy sum up to another number than its total. RFC 8460 §4 lets
    /// them overlap, so both are kept as given.
    case failureSumDiffers = "failure-sum-differs"

    // A failure row.
    case resultTypeMissing = "result-type-missing"
    /// Not in the registry of RFC 8460 §6.6; kept as given.
    case resultTypeUnknown = "result-type-unknown"
    /// Taken as 1: the row says that there was a failure.
    case rowCountMissing = "row-count-missing"
    case rowWithoutSendingMTA = "row-without-sending-mta"
    case rowWithoutReceivingMX = "row-without-receiving-mx"
    case rowWithoutReceivingIP = "row-without-receiving-ip"
}

/// Observations of one report in the order they were first made, with how often.
public struct TLSReportObservations: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        public var observation: TLSReportObservation
        public var count: Int
        /// What the first one was about, cut off after 64 bytes; empty where there is nothing to add.
        public var example: String
    }

    public private(set) var items: [Item] = []

    public init() {}

    public var isEmpty: Bool { items.isEmpty }

    public func contains(_ observation: TLSReportObservation) -> Bool {
        items.contains { $0.observation == observation }
    }

    public func count(of observation: TLSReportObservation) -> Int {
        items.first { $0.observation == observation }?.count ?? 0
    }

    mutating func note(
        _ observation: TLSReportObservation, _ example: @autoclosure () -> String = ""
    ) {
        // At most as many as there are cases, and few in any real report.
        if let index = items.firstIndex(where: { $0.observation == observation }) {
            items[index].count += 1
        } else {
            items.append(
                Item(observation: observation, count: 1, example: example().cut(afterBytes: 64)))
        }
    }
}

extension TLSReportObservations: CustomStringConvertible {
    /// `failure-sum-differs (2 of 1), row-without-sending-mta x2`
    public var description: String {
        items.map { item in
            let times = item.count > 1 ? " x\(item.count)" : ""
            let example = item.example.isEmpty ? "" : " (\(item.example))"
            return item.observation.rawValue + example + times
        }.joined(separator: ", ")
    }
}
