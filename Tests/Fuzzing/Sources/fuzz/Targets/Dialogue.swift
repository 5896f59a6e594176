internal import Evidence
@testable internal import Fetch

/// Lines, some of them within TLS: a line that begins with a zero byte is the first of those.
func fuzzDialogue(_ bytes: [UInt8]) {
    var dialogue = MailDialogue()
    var isSecure = false
    var rest = bytes[...]
    while !rest.isEmpty {
        if rest.first == 0 {
            isSecure = true
            rest = rest.dropFirst()
        }
        let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
        let hadAsked = dialogue.hasAskedForTLS
        let step = dialogue.read(rest[rest.startIndex..<end], isSecure: isSecure)
        rest = rest[end...]
        require(!hadAsked || dialogue.hasAskedForTLS, "STARTTLS is taken back")
        switch step {
        case .goOn: require(dialogue.failure == nil, "goes on after a failure")
        case .quit:
            require(dialogue.failure != nil, "quits for no reason")
            return
        case .drop:
            require(dialogue.failure != nil || isSecure, "drops for no reason")
            return
        }
    }
}
