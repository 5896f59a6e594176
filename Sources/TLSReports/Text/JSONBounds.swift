/// Refuses JSON that would cost its parser more memory or stack than a report deserves, before the
/// parser sees it.
enum JSONBounds {
    /// Counts brackets and commas outside strings, which bound the depth and the number of values
    /// of whatever the text turns out to be.
    ///
    /// - Complexity: O(*n*) in the bytes; allocates nothing.
    static func check(
        _ text: ArraySlice<UInt8>, limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) {
        let outcome = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe count(bytes, limits)
        }
        if let problem = outcome { throw .json(problem) }
    }

    private static func count(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: TLSReportLimits
    ) -> TLSReportFailure.JSONProblem? {
        var depth = 0
        var values = 1
        var index = 0
        while index < bytes.count {
            switch unsafe bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                while index < bytes.count, unsafe bytes[index] != UInt8(ascii: "\"") {
                    index += unsafe bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                values += 1
                if depth > limits.jsonDepth { return .tooDeep }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): values += 1
            // Never in JSON of UTF-8, and in every other byte of UTF-16.
            case 0: return .notUTF8
            default: break
            }
            if values > limits.jsonValues { return .tooManyValues }
            index += 1
        }
        return nil
    }
}
