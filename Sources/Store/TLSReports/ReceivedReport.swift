public import MTASTS

/// A TLS report to be kept, and where it is from.
public struct ReceivedReport: Hashable, Sendable {
    public var report: TLSReport
    /// The file, with message and attachment where it came by mail.
    public var source: String
    /// What the mail says of who sent it; nil outside mail.
    public var submitter: String?
    /// What was off about it and accepted all the same; empty for most.
    public var observations: String

    public init(
        _ report: TLSReport, source: String, submitter: String? = nil, observations: String = ""
    ) {
        self.report = report
        self.source = source
        self.submitter = submitter
        self.observations = observations
    }
}

/// What became of the reports of a batch.
public struct ReportImportSummary: Hashable, Sendable {
    /// New ones.
    public var added = 0
    /// There already, of the same content.
    public var known = 0
    /// There already, of another content: the first stays. Their sources, in the order they came.
    public var contradicting: [String] = []
    /// Failure rows of the new ones.
    public var failureRows = 0
    /// Names that no report had named before.
    public var newDomains = 0

    public init() {}

    public static func += (a: inout ReportImportSummary, b: ReportImportSummary) {
        a.added += b.added
        a.known += b.known
        a.contradicting += b.contradicting
        a.failureRows += b.failureRows
        a.newDomains += b.newDomains
    }
}
