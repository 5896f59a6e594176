internal import Foundation
internal import MTASTS

/// The JSON text of one report (RFC 8460 §4.4).
enum ReportText {
    /// - Parameter text: JSON, uncompressed, at most `limits.reportBytes`.
    static func read(
        _ text: [UInt8], limits: TLSReportLimits, noting observations: inout TLSReportObservations
    ) throws(TLSReportFailure.Reason) -> TLSReport {
        let plain = text[...].dropByteOrderMark()
        if plain.count < text.count { observations.note(.byteOrderMark) }
        try JSONBounds.check(plain, limits: limits)
        var reader = ReportReader(limits: limits, observations: observations)
        defer { observations = reader.observations }
        return try reader.report(object(plain, noting: &reader.observations))
    }

    private static func object(
        _ text: ArraySlice<UInt8>, noting observations: inout TLSReportObservations
    ) throws(TLSReportFailure.Reason) -> [String: Any] {
        var data = Data(text)
        if !isUTF8(text) {
            // RFC 7493 §2.1 demands UTF-8. What breaks it is in names and messages, and a report
            // that can be told apart from others is worth more than none.
            observations.note(.invalidUTF8)
            data = Data(String(decoding: text, as: UTF8.self).utf8)
        }
        let value: Any
        do {
            value = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
        } catch {
            let detail = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            throw .json(.syntax(detail: detail.cut(afterBytes: 160)))
        }
        guard case .object(let object) = JSONValue(value) else { throw .json(.notAnObject) }
        return object
    }

    private static func isUTF8(_ text: ArraySlice<UInt8>) -> Bool {
        text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
    }
}
