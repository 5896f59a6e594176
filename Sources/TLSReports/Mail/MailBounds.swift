/// Refuses a message that would cost GMime more memory or stack than any mail deserves, before
/// GMime sees it.
///
/// GMime 3.2 holds an object for each part, header field, parameter and address, parses the
/// addresses of a message and of every message within it, and recurses for each group in an
/// address list: `To: a:a:a:...` of 100,000 colons overflows its stack. So what makes objects is
/// counted in one pass over the lines, without knowing which of them are headers: a line of a body
/// that looks like one counts, too. The limits are far above what mail has.
struct MailBounds {
    /// Lines that begin with `--`: no more parts than these (RFC 2046 §5.1.1).
    static let boundaryLines = 10_000
    /// `Content-Type` fields: no part holds others without one, so no deeper nesting than this.
    static let contentTypes = 1_000
    /// Lines with a colon in them: no more header fields than these.
    static let fields = 100_000
    /// Commas and semicolons of `Content-*` and address fields.
    static let elements = 100_000
    /// Those of address fields alone. GMime writes a list anew for each address it adds to it:
    /// 10,000 take it a quarter of a second, and 100,000 half a minute.
    static let addresses = 10_000
    /// Colons of one address field: no more groups within each other. 1,000 take 200 KiB of stack.
    static let groups = 1_000

    private enum Field {
        case contentType
        case content
        case addresses
        case other
    }

    private var boundaryLines = 0
    private var contentTypes = 0
    private var fields = 0
    private var elements = 0
    private var addresses = 0
    /// Of the field that the line may go on with.
    private var field = Field.other
    private var colons = 0

    private init() {}

    /// - Complexity: O(*n*) in the bytes.
    static func check(_ message: [UInt8]) throws(TLSReportFailure.Reason) {
        var bounds = MailBounds()
        var start = 0
        while start < message.count {
            let end = message[start...].firstIndex(of: 0x0A) ?? message.count
            try bounds.count(message[start..<end])
            start = end + 1
        }
    }

    private mutating func count(_ line: ArraySlice<UInt8>) throws(TLSReportFailure.Reason) {
        if line.starts(with: [0x2D, 0x2D]) {
            boundaryLines += 1
            if boundaryLines > Self.boundaryLines { throw .message(.tooManyParts) }
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        if let colon {
            fields += 1
            if fields > Self.fields { throw .message(.tooManyFields) }
            begin(Self.field(named: line[..<colon]), isFolded: Self.isFolded(line))
        } else if !Self.isFolded(line) {
            field = .other
        }
        if field == .contentType, colon != nil {
            contentTypes += 1
            if contentTypes > Self.contentTypes { throw .message(.tooManyParts) }
        }
        if field != .other { try countElements(of: line) }
    }

    /// GMime takes spaces before a name away, so a folded line is also judged as a field of its
    /// own: where that makes a difference, both counts hold.
    private mutating func begin(_ next: Field, isFolded: Bool) {
        if isFolded, next == .other { return }
        if !isFolded || field != next { colons = 0 }
        field = next
    }

    private mutating func countElements(of line: ArraySlice<UInt8>) throws(TLSReportFailure.Reason)
    {
        var separators = 0
        for byte in line {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"): separators += 1
            case UInt8(ascii: ":"): colons += 1
            default: break
            }
        }
        elements += separators
        if elements > Self.elements { throw .message(.tooManyFields) }
        guard field == .addresses else { return }
        addresses += separators
        if addresses > Self.addresses || colons > Self.groups { throw .message(.tooManyFields) }
    }

    private static func isFolded(_ line: ArraySlice<UInt8>) -> Bool {
        line.first == 0x20 || line.first == 0x09
    }

    private static let addressFields = ["from", "sender", "reply-to", "to", "cc", "bcc"]
        .map { Array($0.utf8) }
    private static let contentType = Array("content-type".utf8)
    private static let content = Array("content-".utf8)

    private static func field(named text: ArraySlice<UInt8>) -> Field {
        let name = text.drop(while: ContentKind.isSpace)
        guard let first = name.first, "fsrtcbFSRTCB".utf8.contains(first), name.count < 128 else {
            return .other
        }
        var lower = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        while let last = lower.last, ContentKind.isSpace(last) { lower.removeLast() }
        if lower == contentType { return .contentType }
        if lower.starts(with: content) { return .content }
        // Resent-To and its kind hold addresses as well.
        let plain = lower.starts(with: "resent-".utf8) ? Array(lower.dropFirst(7)) : lower
        return addressFields.contains(plain) ? .addresses : .other
    }
}
