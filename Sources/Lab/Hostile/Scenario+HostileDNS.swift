import DNSMessage

/// A DNS server that answers wrongly at every step, and others that pretend to be it.
///
/// The rule behind the truths: what cannot be an answer to the question is passed over, what is
/// meant as one and cannot be read is not measured, and nothing of it is taken for "no record".
extension Scenario {
    static let hostileDNS: [Scenario] =
        forgedAnswers + oddMessages + aliasGames + floods + streams

    // RFC 5452 §9.1: source address and port, id, question.
    private static let forgedAnswers: [Scenario] = [
        passedOver("hostile-dns-other-id", .forged(.otherID), "NXDOMAIN with another id"),
        passedOver(
            "hostile-dns-other-question", .forged(.otherQuestion), "the id is right by chance"),
        passedOver("hostile-dns-other-type", .forged(.otherType), "an answer to an NS query"),
        passedOver(
            "hostile-dns-other-port", .forged(.otherPort), "all is right but the source port"),
        passedOver(
            "hostile-dns-other-address", .forged(.otherAddress),
            "all is right but the source address"),
        passedOver("hostile-dns-noise", .forged(.noise), "400 bytes of noise behind our id"),
        passedOver("hostile-dns-stump", .forged(.stump), "three bytes"),
        unread(
            "hostile-dns-only-forged", .onlyForged(.otherID), "nobody but a forger answers",
            .blackHole),
        unread(
            "hostile-dns-only-elsewhere", .onlyForged(.otherPort),
            "an answer from another port is none, even where no other comes", .blackHole),
    ]

    private static let oddMessages: [Scenario] = [
        unread("hostile-dns-echo", .echo, "our own query, sent back"),
        unread(
            "hostile-dns-question-missing", .questionMissing, "whose answer is it?", .blackHole),
        unread("hostile-dns-question-twice", .questionTwice, "we asked one", .blackHole),
        .fault(
            "hostile-dns-other-name", .absent, ["record-missing"],
            why: "the records of another name are not this one's"
        ) { $0.record?.fault = .mischief(.otherName) },
        .fault(
            "hostile-dns-other-class", .absent, ["record-missing"], why: "CH is not the Internet"
        ) { $0.record?.fault = .mischief(.otherClass) },
        unread("hostile-dns-pointer-loop", .pointerLoop, "a name that points to itself"),
        unread("hostile-dns-one-missing", .oneMissing, "one record less than announced"),
        unread("hostile-dns-trailing-bytes", .trailingBytes, "64 bytes behind the message"),
        unread("hostile-dns-opt-twice", .optTwice, "RFC 6891 §6.1.1: at most one"),
        unread("hostile-dns-bad-version", .badVersion, "BADVERS to version 0, without end"),
        .sound("hostile-dns-ttl-zero", why: "an answer that may not be kept is one all the same") {
            $0.record?.fault = .mischief(.ttl(0))
        },
        .sound("hostile-dns-ttl-largest", why: "68 years") {
            $0.record?.fault = .mischief(.ttl(UInt32(Int32.max)))
        },
        .sound("hostile-dns-ttl-negative", why: "RFC 2181 §8: the top bit set is zero") {
            $0.record?.fault = .mischief(.ttl(.max))
        },
    ]

    private static let aliasGames: [Scenario] = [
        .sound("hostile-dns-alias-chain-16", why: "as long as resolvers follow") {
            $0.record?.fault = .mischief(.aliasChain(16))
        },
        unread("hostile-dns-alias-chain-17", .aliasChain(17), "one more than is followed"),
        unread("hostile-dns-alias-chain-1000", .aliasChain(1_000), "over TCP"),
        unread("hostile-dns-alias-of-itself", .aliasOfItself, "the shortest ring"),
        unread("hostile-dns-alias-loop", .aliasLoop, "a ring of two"),
        .sound("hostile-dns-alias-beside-data", why: "the data are there") {
            $0.record?.fault = .mischief(.aliasBesideData)
        },
    ]

    private static let floods: [Scenario] = [
        .notice(
            "hostile-dns-texts-4000", ["record-sender-disagreement", "record-unrelated-text"],
            why: "63 KB of TXT records at the name, the right one among them"
        ) { $0.record?.fault = .mischief(.texts(4_000)) },
        // A message holds 65,535 bytes, and a TXT record takes 13 at least: 5,041 is the most.
        unread("hostile-dns-texts-10000", .texts(10_000), "more than a message holds: TC over TCP"),
        .sound("hostile-dns-text-64k", why: "one TXT record of 65,000 bytes, a valid one") {
            $0.record?.fault = .mischief(.longText(65_000))
        },
        .sound("hostile-dns-mx-2000", why: "2,000 MX hosts, all covered by one pattern") {
            $0.mx = (0..<2_000).map { MailExchange(10, "m\($0).{domain}") }
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .fault(
            "hostile-dns-addresses-3000", .ineffective, ["policy-host-special-address"],
            why: "3,000 addresses of a private network: none is contacted"
        ) {
            $0.policyHost?.addresses = (0..<3_000).map { "10.9.\($0 / 250).\($0 % 250 + 1)" }
        },
    ]

    private static let streams: [Scenario] = [
        unread("hostile-dns-truncated", .truncated, "TC over TCP too"),
        unread(
            "hostile-dns-tcp-silence", .stream(.stalls(afterBytes: 0)), "no answer over TCP",
            .blackHole),
        unread(
            "hostile-dns-tcp-half-length", .stream(.stalls(afterBytes: 1)), "half of the length",
            .blackHole),
        unread(
            "hostile-dns-tcp-stall", .stream(.stalls(afterBytes: 40)), "half of the message",
            .blackHole),
        unread("hostile-dns-tcp-close", .stream(.closes(afterBytes: 0)), "FIN for an answer"),
        unread(
            "hostile-dns-tcp-close-half-length", .stream(.closes(afterBytes: 1)),
            "FIN within the length"),
        unread(
            "hostile-dns-tcp-close-midway", .stream(.closes(afterBytes: 40)),
            "FIN within the message"),
        unread(
            "hostile-dns-tcp-length-zero", .stream(.announces(length: 0)),
            "an empty message, and one that nobody announced"),
        unread(
            "hostile-dns-tcp-length-largest", .stream(.announces(length: .max)),
            "65,535 bytes announced, some 80 sent", .blackHole),
    ]

    /// A forgery comes first and is no answer; the true one follows.
    private static func passedOver(
        _ name: String, _ mischief: DNSMischief, _ why: String
    ) -> Scenario {
        .sound(name, why: why) { $0.record?.fault = .mischief(mischief) }
    }

    private static func unread(
        _ name: String, _ mischief: DNSMischief, _ why: String, _ cost: Cost = .quick
    ) -> Scenario {
        .fault(name, .unmeasured, ["record-lookup-failed"], cost: cost, why: why) {
            $0.record?.fault = .mischief(mischief)
        }
    }
}
