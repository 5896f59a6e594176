/// How much of a report is read before it is refused. Reports are from anybody who can send mail.
public struct TLSReportLimits: Hashable, Sendable {
    /// JSON text of one report, uncompressed.
    public var reportBytes = 20 << 20
    /// Uncompressed to compressed bytes of a gzip file, from 1 MiB uncompressed on. Reports reach
    /// about 100, and deflate 1032 at most.
    public var gzipRatio = 500
    /// Objects and arrays within each other. A report has 5 (RFC 8460 §4.4).
    public var jsonDepth = 32
    /// Values of one report. A failure row has 9, so this is about 100,000 rows.
    public var jsonValues = 1_000_000
    /// UTF-8 bytes of a text in a report; what is longer is cut off. The two names that make up a
    /// report's identity are refused instead.
    public var textBytes = 8_192
    public var identityBytes = 1_024
    /// `policy-string` lines, and `mx-host` patterns, of one policy.
    public var policyLines = 512
    /// One message, its attachments encoded: base64 of `reportBytes` is 27 MiB.
    public var messageBytes = 32 << 20
    /// Multiparts and enclosed messages within each other.
    public var mimeDepth = 16
    public var mimeParts = 1_000
    /// Folders within each other.
    public var folderDepth = 16

    public init() {}
}
