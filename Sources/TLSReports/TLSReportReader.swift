public import MTASTS

/// Reads TLS reports (RFC 8460) from files and folders, one report in memory at a time.
///
/// A path is a JSON file, a mail, or an mbox, any of them compressed with gzip or not, which is
/// told by the content and never by the name; `-` is standard input; a folder stands for all the
/// files in it and its folders, a Maildir for its mail.
///
/// What cannot be read costs itself and no more: it is delivered as a failure with its place and
/// reason, and reading goes on. Nothing is followed or looked up, no signature is checked, and
/// whatever the bytes are, memory and time are bounded by `TLSReportLimits`.
///
/// Costs about 0.1 ms of CPU for a report of ten failure rows, as JSON, gzip or mail.
public struct TLSReportReader: ~Copyable {
    private var files: ReportFiles
    let limits: TLSReportLimits
    /// Where `mailbox` and `message` are from.
    var path = ""
    var mailbox: Mailbox?
    var message: MailMessage?
    /// The message gave a report, or a failure.
    var hasResult = false

    /// - Parameter paths: nothing is opened before the first `next()`.
    public init(_ paths: [String], limits: TLSReportLimits = TLSReportLimits()) {
        files = ReportFiles(paths, maximumDepth: limits.folderDepth)
        self.limits = limits
    }

    /// The next report, or why there is none; nil at the end.
    public mutating func next() -> Result<FoundReport, TLSReportFailure>? {
        while true {
            if let result = nextOfMessage() { return result }
            if let result = nextOfMailbox() { return result }
            if message != nil { continue }
            switch files.next() {
            case .success(let file):
                path = file
                if let result = open(file) { return result }
            case .failure(let failure): return .failure(failure)
            case nil: return nil
            }
        }
    }

    /// Reads the JSON text of one report, or the same compressed with gzip.
    ///
    /// - Throws: why it is none.
    public static func report(
        _ bytes: [UInt8], limits: TLSReportLimits = TLSReportLimits()
    ) throws(TLSReportFailure.Reason) -> (TLSReport, TLSReportObservations) {
        var source = try ByteSource.bytes(bytes, limits: limits)
        return try report(&source, limits: limits)
    }

    // MARK: - Files

    /// - Returns: nil when there is a message or a mailbox to go on with.
    private mutating func open(_ file: String) -> Result<FoundReport, TLSReportFailure>? {
        let source = TLSReportSource(path: file)
        do throws(TLSReportFailure.Reason) {
            var bytes = try ByteSource.open(file, limits: limits)
            switch try Self.kind(&bytes) {
            case .json:
                let (report, observations) = try Self.report(&bytes, limits: limits)
                return .success(
                    FoundReport(report: report, observations: observations, source: source))
            case .mail:
                let all = try bytes.readAll(
                    limit: limits.messageBytes,
                    beyond: .message(.tooLarge(limit: limits.messageBytes)))
                message = try MailMessage(all, limits: limits)
                return nil
            case .mbox:
                mailbox = Mailbox(bytes, limit: limits.messageBytes)
                return nil
            case .archive(let archive): throw .archive(archive)
            case .notUTF8: throw .json(.notUTF8)
            case .empty: throw .empty
            case .unknown: throw .unrecognized
            }
        } catch {
            return .failure(TLSReportFailure(source: source, reason: error))
        }
    }

    static func kind(
        _ bytes: inout ByteSource
    ) throws(TLSReportFailure.Reason) -> ContentKind {
        while try bytes.fill(atLeast: 4_096) || bytes.start < bytes.end {
            let head = bytes.window[bytes.start..<bytes.end]
            let kind = ContentKind(head)
            switch kind {
            case .empty: bytes.skip(head.count)
            // A mail begins with its first field, and an mbox with its first line.
            case .mail, .mbox:
                let text = head.dropByteOrderMark().drop(while: ContentKind.isSpace)
                bytes.skip(head.count - text.count)
                return kind
            case .json, .archive, .notUTF8, .unknown: return kind
            }
        }
        return .empty
    }

    static func report(
        _ bytes: inout ByteSource, limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) -> (TLSReport, TLSReportObservations) {
        var observations = TLSReportObservations()
        let text = try bytes.readAll(
            limit: limits.reportBytes, beyond: .tooLarge(limit: limits.reportBytes))
        if bytes.hasBytesAfterGzip { observations.note(.bytesAfterGzip) }
        let report = try ReportText.read(text, limits: limits, noting: &observations)
        return (report, observations)
    }
}
