internal import Evidence

/// The dialogue with an MX host, followed line by line as libcurl gives them (RFC 5321 §4.2,
/// RFC 3207 §4): libcurl sends the commands, this decides what the replies mean.
///
/// What ends a reply is decided as libcurl decides it, so that both are always at the same place.
struct MailDialogue {
    /// The reply that is awaited.
    enum Place {
        case greeting
        case hello
        case startTLS
        /// That to the EHLO which is the first thing inside TLS.
        case secureHello
        case noop
    }

    /// What the caller is to do after a line.
    enum Step {
        case goOn
        /// All is known: say QUIT and end the transfer.
        case quit
        /// End the transfer without a word: whoever it is, it does not speak SMTP.
        case drop
    }

    private(set) var place = Place.greeting
    /// Why the dialogue ended before TLS; nil when it did not.
    private(set) var failure: MailProbeFailure?
    /// The host spoke inside TLS.
    private(set) var hasAnsweredInTLS = false
    private var isWithinReply = false
    private var offersSTARTTLS = false

    /// STARTTLS was sent: what goes wrong from here on goes wrong with TLS.
    var hasAskedForTLS: Bool {
        switch place {
        case .greeting, .hello: false
        case .startTLS, .secureHello, .noop: true
        }
    }

    /// A line of a reply, its end included.
    ///
    /// - Parameter isSecure: it came through TLS.
    mutating func read(_ line: some Collection<UInt8>, isSecure: Bool) -> Step {
        guard let reply = ReplyLine(line) else {
            // Within a reply libcurl, and so this, passes over what is none.
            if isWithinReply { return .goOn }
            if !isSecure { failure = .notSMTP }
            return .drop
        }
        hasAnsweredInTLS = isSecure
        // RFC 5321 §4.1.1.1: the first line of the reply to EHLO holds the server's name.
        if case .hello = place, isWithinReply, reply.isKeyword("STARTTLS") {
            offersSTARTTLS = true
        }
        isWithinReply = !reply.isLast
        return reply.isLast ? conclude(reply.code, isSecure: isSecure) : .goOn
    }

    private mutating func conclude(_ code: Int, isSecure: Bool) -> Step {
        switch place {
        case .greeting:
            guard code / 100 == 2 else { return end(.refused(code: code)) }
            place = .hello
            return .goOn
        case .hello:
            // RFC 5321 §3.2: a sender takes these for a server without extensions and falls back
            // to HELO; firewalls that overwrite EHLO lead here too.
            if code == 500 || code == 502 { return end(.startTLSMissing) }
            guard code / 100 == 2 else { return end(.refused(code: code)) }
            guard offersSTARTTLS else { return end(.startTLSMissing) }
            place = .startTLS
            return .goOn
        case .startTLS:
            guard code == 220 else { return end(.startTLSRefused(code: code)) }
            place = .secureHello
            return .goOn
        case .secureHello:
            // RFC 3207 §4: after the 220 there is nothing but TLS.
            guard isSecure else {
                failure = .tls(.notTLS)
                return .drop
            }
            // libcurl would go on with HELO. TLS is proven, and nothing else was asked.
            guard code / 100 == 2 else { return .drop }
            place = .noop
            return .goOn
        case .noop:
            // libcurl says QUIT by itself.
            return .goOn
        }
    }

    private mutating func end(_ failure: MailProbeFailure) -> Step {
        self.failure = failure
        return .quit
    }
}

/// RFC 5321 §4.2: three digits, then a space (the last line), a hyphen (another follows), or the
/// end of the line.
struct ReplyLine {
    let code: Int
    let isLast: Bool
    private let text: ArraySlice<UInt8>

    /// Reply lines have at most 512 bytes (RFC 5321 §4.5.3.1.5); of longer ones the beginning
    /// counts.
    static let limitBytes = 512

    /// Nil where it is no reply line.
    init?(_ line: some Collection<UInt8>) {
        let bytes = Array(line.prefix(Self.limitBytes))
        guard bytes.count > 3, let code = Self.code(bytes.prefix(3)) else { return nil }
        // As libcurl's smtp_endofresp has it: five bytes are a bare code and CRLF.
        isLast = bytes[3] == UInt8(ascii: " ") || line.count == 5
        guard isLast || bytes[3] == UInt8(ascii: "-") else { return nil }
        self.code = code
        text = bytes.dropFirst(4)
    }

    private static func code(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (200...599).contains(code) ? code : nil
    }

    /// RFC 5321 §2.4: keywords are the same in any case.
    ///
    /// - Parameter keyword: in capitals.
    func isKeyword(_ keyword: String) -> Bool {
        let word = text.prefix { $0 > UInt8(ascii: " ") }
        let capitals = word.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
        return capitals.elementsEqual(keyword.utf8)
    }
}
