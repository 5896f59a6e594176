/// One command of a mail client (RFC 5321 §4.1).
enum MailCommand: Equatable {
    /// EHLO or HELO, with the name the client gives itself.
    case hello(isExtended: Bool, name: String)
    case startTLS
    /// MAIL, RCPT or DATA.
    case mail
    /// NOOP or RSET.
    case idle
    case quit
    case unknown

    /// - Parameter line: without its line end; any bytes.
    init(_ line: [UInt8]) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            .map { String(decoding: $0, as: UTF8.self) }
        let name = parts.dropFirst().first?.lowercased() ?? ""
        // RFC 5321 §2.4: verbs are compared without regard to case.
        switch parts.first?.uppercased() {
        case "EHLO": self = .hello(isExtended: true, name: name)
        case "HELO": self = .hello(isExtended: false, name: name)
        case "STARTTLS": self = .startTLS
        case "MAIL", "RCPT", "DATA": self = .mail
        case "NOOP", "RSET": self = .idle
        case "QUIT": self = .quit
        default: self = .unknown
        }
    }

    /// The first word of a line in capitals, at most ten letters of it.
    static func verb(_ line: [UInt8]) -> String {
        let word = line.prefix { $0 != UInt8(ascii: " ") }.prefix(10)
        return String(decoding: word, as: UTF8.self).uppercased()
    }
}

/// The lines of a mail client as they come in, bounded.
struct MailLines {
    private var bytes: [UInt8] = []

    /// RFC 5321 §4.5.3.1.4 allows 512 bytes for a command line; extensions raise it.
    static let limitBytes = 2_048

    mutating func append(_ more: ArraySlice<UInt8>) {
        bytes.append(contentsOf: more)
    }

    /// The next whole line without its line end; nil while there is none.
    mutating func next() -> [UInt8]? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        var line = Array(bytes[..<end])
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        bytes.removeSubrange(...end)
        return line
    }

    /// A line goes on beyond what any client has to say.
    var isTooLong: Bool { bytes.count > Self.limitBytes }
}
