public import MTASTS

/// A report that was read, and where it is from.
public struct FoundReport: Hashable, Sendable {
    public var report: TLSReport
    /// What was off about it and accepted all the same.
    public var observations: TLSReportObservations
    public var source: TLSReportSource

    public init(
        report: TLSReport, observations: TLSReportObservations = TLSReportObservations(),
        source: TLSReportSource
    ) {
        self.report = report
        self.observations = observations
        self.source = source
    }
}

/// Where a report was read from.
public struct TLSReportSource: Hashable, Sendable {
    /// A file as it was named, or found in the folder that was named; `-` is standard input.
    public var path: String
    /// In an mbox: which message, counted from 1.
    public var message: Int?
    /// File name of the attachment, as the mail has it.
    public var attachment: String?
    /// What the mail said of itself; nil outside mail.
    public var mail: MailHeader?

    public init(
        path: String, message: Int? = nil, attachment: String? = nil, mail: MailHeader? = nil
    ) {
        self.path = path
        self.message = message
        self.attachment = attachment
        self.mail = mail
    }

    /// Header fields of the mail a report came in (RFC 8460 §5.3), cut off after 320 bytes.
    ///
    /// Nothing of it is verified: no signature is checked here, and anybody can write anything.
    /// Where it disagrees with the report, the report counts (RFC 8460 §5.6).
    public struct MailHeader: Hashable, Sendable {
        public var from: String?
        /// `TLS-Report-Domain`
        public var reportDomain: String?
        /// `TLS-Report-Submitter`
        public var submitter: String?
        public var messageID: String?

        public init(
            from: String? = nil, reportDomain: String? = nil, submitter: String? = nil,
            messageID: String? = nil
        ) {
            self.from = from
            self.reportDomain = reportDomain
            self.submitter = submitter
            self.messageID = messageID
        }
    }
}

extension TLSReportSource: CustomStringConvertible {
    /// `box.mbox message 3 (report.json.gz)`
    public var description: String {
        let number = message.map { " message \($0)" } ?? ""
        let name = attachment.map { " (\($0))" } ?? ""
        return path + number + name
    }
}
