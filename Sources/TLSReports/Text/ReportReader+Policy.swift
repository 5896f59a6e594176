internal import Foundation
internal import MTASTS

extension ReportReader {
    /// One element of `policies` (RFC 8460 §4.4).
    mutating func policy(_ object: [String: Any]) -> TLSReport.Policy {
        let fields = policyFields(object)
        let rows = failures(object["failure-details"])
        let summary = summary(object)
        let type = text(fields["policy-type"])
        if let type {
            if !Registry.policyTypes.contains(type) { observations.note(.policyTypeUnknown, type) }
        } else {
            observations.note(.policyTypeMissing)
        }
        var policy = TLSReport.Policy(
            type: type, domain: policyDomain(fields["policy-domain"]),
            strings: policyStrings(fields["policy-string"]), mxHosts: mxHosts(fields["mx-host"]),
            successfulSessions: summary.successful ?? 0, failedSessions: 0, failures: rows)
        // RFC 8460 §4: failure types may overlap, so a sum need not be the total.
        let sum = rows.reduce(0) { min($0 + $1.sessions, Self.maximumCount) }
        policy.failedSessions = summary.failed ?? sum
        if let failed = summary.failed, failed != sum, !rows.isEmpty {
            observations.note(.failureSumDiffers, "\(sum) of \(failed)")
        }
        return policy
    }

    private mutating func policyFields(_ object: [String: Any]) -> [String: Any] {
        switch JSONValue(object["policy"]) {
        case .object(let fields): return fields
        case .absent, .null:
            let isFlat = object["policy-type"] != nil || object["policy-domain"] != nil
            observations.note(isFlat ? .policyFieldsFlat : .policyMissing)
            return isFlat ? object : [:]
        case .text, .number, .boolean, .list:
            observations.note(.fieldDropped, "policy")
            return [:]
        }
    }

    private mutating func summary(_ object: [String: Any]) -> (successful: Int?, failed: Int?) {
        var fields: [String: Any] = [:]
        switch JSONValue(object["summary"]) {
        case .object(let summary): fields = summary
        case .absent, .null: observations.note(.summaryMissing)
        case .text, .number, .boolean, .list: observations.note(.fieldDropped, "summary")
        }
        let successful = count(fields["total-successful-session-count"])
        let failed = count(fields["total-failure-session-count"])
        if successful == nil { observations.note(.successCountMissing) }
        if failed == nil { observations.note(.failureCountMissing) }
        return (successful, failed)
    }

    private mutating func policyDomain(_ value: Any?) -> String? {
        guard let text = text(value) else {
            observations.note(.policyDomainMissing)
            return nil
        }
        if let name = try? DomainName(text) { return name.description }
        observations.note(.policyDomainInvalid, text)
        return Self.hostName(text)
    }

    // MARK: - Lists of texts

    /// `policy-string`: an array of lines (RFC 8460 §4.5), one text of several lines, or a JSON
    /// array inside either, as Microsoft gives TLSA records.
    private mutating func policyStrings(_ value: Any?) -> [String] {
        switch JSONValue(value) {
        case .absent, .null: return []
        case .text(let text):
            observations.note(.policyStringIsText)
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            return texts(nested(text) ?? lines)
        case .list(let list):
            return texts(list.flatMap { nested($0 as? String) ?? [$0] })
        case .number, .boolean, .object:
            observations.note(.fieldDropped, "policy-string")
            return []
        }
    }

    /// The texts of a JSON array inside a text; nil where it holds none.
    private mutating func nested(_ text: String?) -> [Any]? {
        guard let text, text.utf8.first == UInt8(ascii: "["),
            (try? JSONBounds.check(Array(text.utf8)[...], limits: limits)) != nil,
            let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let list = value as? [String]
        else { return nil }
        observations.note(.policyStringHoldsJSON)
        return list
    }

    /// `mx-host`: an array of patterns; a text in erratum-less copies of RFC 8460.
    private mutating func mxHosts(_ value: Any?) -> [String] {
        switch JSONValue(value) {
        case .absent, .null: return []
        case .text(let text):
            observations.note(.mxHostIsText)
            return texts([text]).map { pattern($0) }
        case .list(let list):
            if list.isEmpty { observations.note(.mxHostEmpty) }
            return texts(list).map { pattern($0) }
        case .number, .boolean, .object:
            observations.note(.fieldDropped, "mx-host")
            return []
        }
    }

    private mutating func pattern(_ text: String) -> String {
        guard text.lowercased().hasPrefix("mx:") else { return Self.hostName(text) }
        observations.note(.mxHostHasKey)
        return Self.hostName(String(text.dropFirst(3)).trimmed())
    }

    private mutating func texts(_ values: [Any]) -> [String] {
        if values.count > limits.policyLines { observations.note(.textCutOff) }
        return values.prefix(limits.policyLines).compactMap { text($0) }
    }

    /// Lower case, and without the final dot.
    static func hostName(_ text: String) -> String {
        let lower = text.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    // MARK: - Failures

    private mutating func failures(_ value: Any?) -> [TLSReport.Failure] {
        guard let list = list(value) else {
            if !JSONValue(value).isNothing { observations.note(.fieldDropped, "failure-details") }
            return []
        }
        var failures: [TLSReport.Failure] = []
        failures.reserveCapacity(list.count)
        for element in list {
            guard case .object(let row) = JSONValue(element) else {
                observations.note(.elementDropped, "failure-details")
                continue
            }
            failures.append(failure(row))
        }
        return failures
    }

    private mutating func failure(_ row: [String: Any]) -> TLSReport.Failure {
        let type = text(row["result-type"])
        if let type {
            if !Registry.resultTypes.contains(type) { observations.note(.resultTypeUnknown, type) }
        } else {
            observations.note(.resultTypeMissing)
        }
        let sessions = count(row["failed-session-count"])
        if sessions == nil { observations.note(.rowCountMissing) }
        let failure = TLSReport.Failure(
            resultType: type, sessions: sessions ?? 1, sendingMTA: text(row["sending-mta-ip"]),
            receivingMX: text(row["receiving-mx-hostname"]).map(Self.hostName),
            receivingHELO: text(row["receiving-mx-helo"]),
            receivingIP: text(row["receiving-ip"]),
            additionalInformation: text(row["additional-information"]),
            reasonCode: text(row["failure-reason-code"]))
        if failure.sendingMTA == nil { observations.note(.rowWithoutSendingMTA) }
        if failure.receivingMX == nil { observations.note(.rowWithoutReceivingMX) }
        if failure.receivingIP == nil { observations.note(.rowWithoutReceivingIP) }
        return failure
    }
}
