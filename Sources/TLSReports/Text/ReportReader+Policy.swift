internal import Foundation
internal import MTASTS

extension ReportReader {
    /// One element of `policies` (RFC 8460 §4.4).
    mutating func policy(_ object: JSONObject) -> TLSReport.Policy {
        let fields = policyFields(object)
        let rows = failures(object.list("failure-details"))
        let summary = summary(object)
        let type = fields.flatMap { text($0["policy-type"]) }
        if let type {
            if !Registry.policyTypes.contains(type) { observations.note(.policyTypeUnknown, type) }
        } else {
            observations.note(.policyTypeMissing)
        }
        var policy = TLSReport.Policy(
            type: type, domain: policyDomain(fields?["policy-domain"] ?? .absent),
            strings: policyStrings(fields?.list("policy-string") ?? .absent),
            mxHosts: mxHosts(fields?.list("mx-host") ?? .absent),
            successfulSessions: summary.successful ?? 0, failedSessions: 0, failures: rows)
        // RFC 8460 §4: failure types may overlap, so a sum need not be the total.
        let sum = rows.reduce(0) { min($0 + $1.sessions, Self.maximumCount) }
        policy.failedSessions = summary.failed ?? sum
        if let failed = summary.failed, failed != sum, !rows.isEmpty {
            observations.note(.failureSumDiffers, "\(sum) of \(failed)")
        }
        return policy
    }

    private mutating func policyFields(_ object: JSONObject) -> JSONObject? {
        switch object.object("policy") {
        case .object(let fields): return fields
        case .absent, .null:
            let isFlat = object.contains("policy-type") || object.contains("policy-domain")
            observations.note(isFlat ? .policyFieldsFlat : .policyMissing)
            return isFlat ? object : nil
        case .text, .number, .list, .other:
            observations.note(.fieldDropped, "policy")
            return nil
        }
    }

    private mutating func summary(_ object: JSONObject) -> (successful: Int?, failed: Int?) {
        var fields: JSONObject?
        switch object.object("summary") {
        case .object(let summary): fields = summary
        case .absent, .null: observations.note(.summaryMissing)
        case .text, .number, .list, .other: observations.note(.fieldDropped, "summary")
        }
        let successful = fields.flatMap { count($0.count("total-successful-session-count")) }
        let failed = fields.flatMap { count($0.count("total-failure-session-count")) }
        if successful == nil { observations.note(.successCountMissing) }
        if failed == nil { observations.note(.failureCountMissing) }
        return (successful, failed)
    }

    private mutating func policyDomain(_ value: JSONValue) -> String? {
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
    private mutating func policyStrings(_ value: JSONValue) -> [String] {
        switch value {
        case .absent, .null: return []
        case .text(let text):
            observations.note(.policyStringIsText)
            let lines = nested(text) ?? text.split(whereSeparator: \.isNewline).map(String.init)
            return bounded(lines.map { .text($0) })
        case .list(let list):
            return texts(list).flatMap { line in nested(line) ?? [line] }
        case .number, .object, .other:
            observations.note(.fieldDropped, "policy-string")
            return []
        }
    }

    /// The texts of a JSON array inside a text; nil where it holds none.
    private mutating func nested(_ text: String) -> [String]? {
        guard text.utf8.first == UInt8(ascii: "["),
            (try? JSONBounds.check(Array(text.utf8)[...], limits: limits)) != nil,
            let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
        else { return nil }
        observations.note(.policyStringHoldsJSON)
        return bounded(list.map { .text($0) })
    }

    /// `mx-host`: an array of patterns; one text, as RFC 8460 had it before its erratum 6241.
    private mutating func mxHosts(_ value: JSONValue) -> [String] {
        switch value {
        case .absent, .null: return []
        case .text:
            observations.note(.mxHostIsText)
            return bounded([value]).map { pattern($0) }
        case .list(let list):
            if list.isAtEnd { observations.note(.mxHostEmpty) }
            return texts(list).map { pattern($0) }
        case .number, .object, .other:
            observations.note(.fieldDropped, "mx-host")
            return []
        }
    }

    private mutating func pattern(_ text: String) -> String {
        guard text.lowercased().hasPrefix("mx:") else { return Self.hostName(text) }
        observations.note(.mxHostHasKey)
        return Self.hostName(String(text.dropFirst(3)).trimmed())
    }

    private mutating func texts(_ list: any UnkeyedDecodingContainer) -> [String] {
        var list = list
        var values: [JSONValue] = []
        // One more than is kept shows that something is cut off.
        while values.count <= limits.policyLines, let value = list.nextValue() {
            values.append(value)
        }
        return bounded(values)
    }

    private mutating func bounded(_ values: [JSONValue]) -> [String] {
        if values.count > limits.policyLines { observations.note(.textCutOff) }
        return values.prefix(limits.policyLines).compactMap { text($0) }
    }

    /// Lower case, and without the final dot.
    static func hostName(_ text: String) -> String {
        let lower = text.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    // MARK: - Failures

    private mutating func failures(_ value: JSONValue) -> [TLSReport.Failure] {
        guard let elements = elements(of: value) else {
            if !value.isNothing { observations.note(.fieldDropped, "failure-details") }
            return []
        }
        var failures: [TLSReport.Failure] = []
        forEachObject(in: elements, "failure-details") { reader, row in
            failures.append(reader.failure(row))
        }
        return failures
    }

    private mutating func failure(_ row: JSONObject) -> TLSReport.Failure {
        let type = text(row["result-type"])
        if let type {
            if !Registry.resultTypes.contains(type) { observations.note(.resultTypeUnknown, type) }
        } else {
            observations.note(.resultTypeMissing)
        }
        let sessions = count(row.count("failed-session-count"))
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
