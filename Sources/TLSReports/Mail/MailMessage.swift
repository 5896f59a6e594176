/// A mail, and the parts of it that may be reports, decoded one at a time.
struct MailMessage: ~Copyable {
    // Departs from RFC 8460 §3: reports by mail without a valid DKIM signature are to be ignored.
    // What is read here is a mailbox, long after delivery: keys may have changed, mail may have
    // been forwarded, and what the receiving server found stands in fields that anybody can write.

    private let message: MIMEMessage
    let header: TLSReportSource.MailHeader
    private let isDeclared: Bool
    private let leaves: [Leaf]
    private var nextLeaf = 0

    private struct Leaf {
        var part: MIMEPart
        var name: String?
        var claim: Claim
    }

    /// A part of the message that may hold a report, without its transfer encoding.
    struct Attachment {
        var name: String?
        var claim: Claim
        /// The mail says that it is a TLS report, so what cannot be read in it is worth telling.
        var isDeclared: Bool
        var bytes: [UInt8]
    }

    enum Claim: Int, Comparable {
        /// Neither its type nor its name says what it is.
        case none
        /// Its name ends as that of a report does.
        case fileExtension
        /// Its name is that of a report (RFC 8460 §5.1).
        case fileName
        /// Its type is that of a report, but not one that RFC 8460 §5.3 has.
        case similarType
        case type

        static func < (a: Claim, b: Claim) -> Bool { a.rawValue < b.rawValue }
    }

    /// - Throws: `.message` when it is beyond the limits.
    init(_ bytes: [UInt8], limits: TLSReportLimits) throws(TLSReportFailure.Reason) {
        try MailBounds.check(bytes)
        let message = try MIMEMessage(bytes)
        let header = TLSReportSource.MailHeader(
            from: message.header("From"), reportDomain: message.header("TLS-Report-Domain"),
            submitter: message.header("TLS-Report-Submitter"),
            messageID: message.header("Message-ID"))
        // RFC 8460 §5.3: multipart/report; report-type="tlsrpt", and two header fields.
        let isReport = message.body?.parameter("report-type")?.lowercased() == "tlsrpt"
        let all = try Self.leaves(of: message.body, limits: limits)
        // Where some parts say that they are reports, no other part is taken for one.
        let hasClaim = all.contains { $0.claim > .none }
        leaves = all.filter { !hasClaim || $0.claim > .none }
        isDeclared = isReport || header.reportDomain != nil || header.submitter != nil
        self.header = header
        self.message = message
    }

    /// The next part that may be a report; nil at the end.
    mutating func next() -> Attachment? {
        guard nextLeaf < leaves.count else { return nil }
        let leaf = leaves[nextLeaf]
        nextLeaf += 1
        return Attachment(
            name: leaf.name, claim: leaf.claim, isDeclared: isDeclared, bytes: leaf.part.decoded())
    }

    /// All leaves, from the first to the last.
    private static func leaves(
        of body: MIMEPart?, limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) -> [Leaf] {
        guard let body else { return [] }
        var leaves: [Leaf] = []
        var stack = [(part: body, depth: 1)]
        var count = 0
        while let (part, depth) = stack.popLast() {
            count += 1
            guard count <= limits.mimeParts else { throw .message(.tooManyParts) }
            guard depth <= limits.mimeDepth else { throw .message(.tooDeep) }
            if part.isLeaf {
                let name = part.filename
                leaves.append(Leaf(part: part, name: name, claim: claim(part.mediaType, name)))
            }
            for index in (0..<part.childCount).reversed() {
                if let child = part.child(index) { stack.append((child, depth + 1)) }
            }
        }
        return leaves
    }

    private static func claim(_ mediaType: String, _ name: String?) -> Claim {
        // RFC 8460 §5.3: the media types of a report.
        if mediaType == "application/tlsrpt+json" || mediaType == "application/tlsrpt+gzip" {
            return .type
        }
        if mediaType.hasPrefix("application/tlsrpt") { return .similarType }
        // RFC 8460 §5.1: sender!domain!begin!end.json.gz. Some senders make a ZIP of it.
        let lower = name?.lowercased() ?? ""
        guard [".json", ".json.gz", ".json.zip"].contains(where: { lower.hasSuffix($0) }) else {
            return .none
        }
        return lower.utf8.count { $0 == UInt8(ascii: "!") } >= 3 ? .fileName : .fileExtension
    }
}
