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
        var data = Data(plain)
        if !isUTF8(plain) {
            // RFC 7493 §2.1 demands UTF-8. What breaks it is in names and messages, and a report
            // that can be told apart from others is worth more than none.
            observations.note(.invalidUTF8)
            data = Data(String(decoding: plain, as: UTF8.self).utf8)
        }
        let root: Root
        do {
            root = try JSONDecoder().decode(
                Root.self, from: data, configuration: ReportReader(limits, observations))
        } catch DecodingError.dataCorrupted(let context) {
            let error = context.underlyingError as NSError?
            let detail = error?.userInfo["NSDebugDescription"] as? String ?? ""
            throw .json(.syntax(detail: detail.cut(afterBytes: 160)))
        } catch {
            throw .json(.notAnObject)
        }
        observations = root.observations
        return try root.report.get()
    }

    /// Reads while Foundation has the text open, which is as long as its decoding lasts.
    private struct Root: DecodableWithConfiguration {
        let report: Result<TLSReport, TLSReportFailure.Reason>
        let observations: TLSReportObservations

        init(from decoder: any Decoder, configuration: ReportReader) throws {
            let object = try JSONObject(decoder)
            var reader = configuration
            do throws(TLSReportFailure.Reason) {
                report = .success(try reader.report(object))
            } catch {
                report = .failure(error)
            }
            observations = reader.observations
        }
    }

    private static func isUTF8(_ text: ArraySlice<UInt8>) -> Bool {
        text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
    }
}
