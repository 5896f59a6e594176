/// Why something gave no report. The other files, messages and attachments are read all the same.
public struct TLSReportFailure: Error, Hashable, Sendable {
    public var source: TLSReportSource
    public var reason: Reason

    public init(source: TLSReportSource, reason: Reason) {
        self.source = source
        self.reason = reason
    }

    public enum Reason: Error, Hashable, Sendable {
        case cannotOpen(errno: Int32)
        case cannotRead(errno: Int32)
        /// Folders within each other beyond `TLSReportLimits.folderDepth`.
        case folderTooDeep
        /// Nothing but white space.
        case empty
        /// Neither JSON, gzip, mail nor mbox.
        case unrecognized
        case archive(Archive)
        /// A file or an attachment beyond `limit` bytes, uncompressed.
        case tooLarge(limit: Int)
        case gzip(GzipProblem)
        case message(MessageProblem)
        /// A mail without a report in it: most of a mailbox may be other mail.
        case noReport
        case json(JSONProblem)
        /// Absent or null; all that are, in the order of `Field`.
        case missing([Field])
        /// There, but of the wrong type, empty, too long, or no time.
        case invalid(Field)
        /// Of no policy it is said what it is about: neither `policy-domain` nor `mx-host` nor a
        /// `policy-type` of RFC 8460 §4.4.
        case noUsablePolicy
    }

    /// Compressed otherwise than RFC 8460 §5.2 says.
    public enum Archive: String, Hashable, Sendable {
        case zip = "a ZIP archive"
        case xz = "an xz file"
        case zstandard = "a Zstandard file"
        case bzip2 = "a bzip2 file"
    }

    public enum GzipProblem: String, Hashable, Sendable {
        case truncated = "it is cut off"
        case corrupt = "its data is damaged"
        /// Expands beyond `TLSReportLimits.gzipRatio`.
        case bomb = "it expands too much to be a report"
        case outOfMemory = "there is no memory to decompress it"
    }

    public enum MessageProblem: Hashable, Sendable {
        case tooLarge(limit: Int)
        /// Parts within each other beyond `TLSReportLimits.mimeDepth`.
        case tooDeep
        case tooManyParts
        /// More header fields, addresses or parameters than any mail needs.
        case tooManyFields
        /// GMime finds no message in it.
        case unreadable
    }

    public enum JSONProblem: Hashable, Sendable {
        /// - Parameter detail: Foundation's words, for people only.
        case syntax(detail: String)
        case tooDeep
        case tooManyValues
        /// UTF-16 or UTF-32; I-JSON is UTF-8 (RFC 7493 §2.1).
        case notUTF8
        /// The text is not an object.
        case notAnObject
    }

    /// What a report cannot do without.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case organizationName = "organization-name"
        case reportID = "report-id"
        case dateRange = "date-range"
        case start = "start-datetime"
        case end = "end-datetime"
        case policies = "policies"
    }
}

extension TLSReportFailure: CustomStringConvertible {
    public var description: String { "\(source): \(reason)" }
}

extension TLSReportFailure.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotOpen(let code): "cannot be opened: \(systemMessage(code))"
        case .cannotRead(let code): "cannot be read: \(systemMessage(code))"
        case .folderTooDeep: "too many folders within each other"
        case .empty: "it is empty"
        case .unrecognized: "neither JSON, gzip, mail nor mbox"
        case .archive(let kind): "\(kind.rawValue); a report is JSON or gzip (RFC 8460 §5.2)"
        case .tooLarge(let limit): "larger than \(limit >> 20) MiB"
        case .gzip(let problem): "a gzip file, but \(problem.rawValue)"
        case .message(let problem): problem.description
        case .noReport: "a mail without a TLS report"
        case .json(let problem): problem.description
        case .missing(let fields):
            "\(fields.map(\.rawValue).joined(separator: ", ")) missing"
        case .invalid(let field): "\(field.rawValue) is not usable"
        case .noUsablePolicy: "no policy says what it is about"
        }
    }
}

extension TLSReportFailure.MessageProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let limit): "a message larger than \(limit >> 20) MiB"
        case .tooDeep: "a message with too many parts within each other"
        case .tooManyParts: "a message with too many parts"
        case .tooManyFields: "a message with too many header fields, addresses or parameters"
        case .unreadable: "no readable message"
        }
    }
}

extension TLSReportFailure.JSONProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let detail): detail.isEmpty ? "not JSON" : "not JSON: \(detail)"
        case .tooDeep: "JSON with too many values within each other"
        case .tooManyValues: "JSON with too many values"
        case .notUTF8: "not in UTF-8"
        case .notAnObject: "JSON, but no object"
        }
    }
}
