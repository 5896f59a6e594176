internal import DNSMessage
internal import Evidence
@testable internal import Resolve

func fuzzDNS(_ bytes: [UInt8]) {
    guard let message = try? Message.decode(bytes) else { return }
    let encoded = message.encoded()
    guard var again = try? Message.decode(encoded) else {
        fail("what was encoded cannot be decoded")
    }
    // Compression remembers a limited number of names, so a message near the largest size may
    // grow beyond it and lose records.
    if encoded.count < Message.maximumLength / 2 {
        var expected = message
        // OPT is written last.
        expected.additionals.removeAll { $0.type == .opt }
        again.additionals.removeAll { $0.type == .opt }
        require(again == expected, "decoding, encoding and decoding gives another message")
        require(
            message.edns == (try? Message.decode(encoded))?.edns, "another OPT than before")
    }
    for record in message.answers {
        require(
            (try? DNSName(record.name.description)) == record.name,
            "a name is not what it says it is")
    }
    for question in message.questions {
        for type in [question.type, .mx, .txt, .a, .aaaa] {
            let asked = Message.Question(
                name: question.name, type: type, recordClass: question.recordClass)
            let reply = Reply(message, to: asked)
            require(reply.aliases.count <= Reply.maximumAliases, "an endless chain of aliases")
            if case .found(let data) = reply.outcome {
                require(!data.isEmpty, "found, and nothing there")
                require(Set(data).count == data.count, "the same data twice")
            }
        }
    }
}
