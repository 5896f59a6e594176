import DNSMessage
import Evidence
import Testing

@testable import Resolve

@Suite("Reading a reply: RFC 1034 §3.6.2, RFC 2308, RFC 6604")
struct ReplyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var why: String
        var type: RecordType = .a
        var rcode: ResponseCode = .noError
        var answers: [ResourceRecord] = []
        var authorities: [ResourceRecord] = []
        var outcome: Reply.Outcome
        var aliases: [String] = []
        var ttl: UInt32?
        var testDescription: String { why }
    }

    static let address: RecordData = .a([192, 0, 2, 1])
    static let other: RecordData = .a([192, 0, 2, 2])

    static func chain(_ count: Int) -> [ResourceRecord] {
        (0..<count).map { record($0 == 0 ? "x" : "x\($0)", .cname(name("x\($0 + 1)"))) }
            + [record("x\(count)", address)]
    }

    static let rows: [Row] = [
        .init(
            why: "the plain case", answers: [record("x", address, ttl: 7)],
            outcome: .found([address]), ttl: 7),
        .init(
            why: "owner in another case", answers: [record("X", address, ttl: 7)],
            outcome: .found([address]), ttl: 7),
        .init(
            why: "the least TTL of the set counts",
            answers: [record("x", address, ttl: 7), record("x", other, ttl: 5)],
            outcome: .found([address, other]), ttl: 5),
        .init(
            why: "a record given twice is one",
            answers: [record("x", address), record("x", other), record("x", address)],
            outcome: .found([address, other]), ttl: 300),
        .init(
            why: "a CNAME is followed, and its TTL counts",
            answers: [
                record("x", .cname(name("Y.example")), ttl: 3), record("y.Example", address),
            ],
            outcome: .found([address]), aliases: ["y.example"], ttl: 3),
        .init(
            why: "the chain may be in any order",
            answers: [
                record("z", address), record("y", .cname(name("z"))),
                record("x", .cname(name("y"))),
            ],
            outcome: .found([address]), aliases: ["y", "z"], ttl: 300),
        .init(
            why: "records the chain does not reach are ignored",
            answers: [record("y", address), record("x", .txt("t"))], outcome: .noData),
        .init(
            why: "a chain without its end is no data",
            answers: [record("x", .cname(name("y")), ttl: 9)], outcome: .noData, aliases: ["y"],
            ttl: 9),
        .init(
            why: "a CNAME asked for is the answer", type: .cname,
            answers: [record("x", .cname(name("y")))], outcome: .found([.cname(name("y"))]),
            ttl: 300),
        .init(
            why: "16 aliases are followed", answers: chain(16), outcome: .found([address]),
            aliases: (1...16).map { "x\($0)" }, ttl: 300),
        .init(
            why: "17 are too many", answers: chain(17), outcome: .failed(.aliasLoop),
            aliases: (1...16).map { "x\($0)" }, ttl: 300),
        .init(
            why: "an alias of itself", answers: [record("x", .cname(name("X")))],
            outcome: .failed(.aliasLoop)),
        .init(
            why: "a loop of two",
            answers: [record("x", .cname(name("y"))), record("y", .cname(name("x")))],
            outcome: .failed(.aliasLoop), aliases: ["y"], ttl: 300),
        .init(
            why: "NXDOMAIN, kept as long as the SOA says", rcode: .nameError,
            authorities: [soa("", ttl: 900, minimum: 60)], outcome: .nameMissing, ttl: 60),
        .init(
            why: "the SOA's own TTL is the lesser", authorities: [soa("", ttl: 30, minimum: 60)],
            outcome: .noData, ttl: 30),
        .init(
            why: "NXDOMAIN speaks of the end of the chain", rcode: .nameError,
            answers: [record("x", .cname(name("gone")))], outcome: .nameMissing,
            aliases: ["gone"], ttl: 300),
        .init(why: "FORMERR", rcode: .formatError, outcome: .failed(.formatError)),
        .init(why: "SERVFAIL", rcode: .serverFailure, outcome: .failed(.serverFailure)),
        .init(
            why: "SERVFAIL behind an alias", rcode: .serverFailure,
            answers: [record("x", .cname(name("y")))], outcome: .failed(.serverFailure),
            aliases: ["y"], ttl: 300),
        .init(why: "NOTIMP", rcode: .notImplemented, outcome: .failed(.notImplemented)),
        .init(why: "REFUSED", rcode: .refused, outcome: .failed(.refused)),
        .init(
            why: "any other code", rcode: ResponseCode(rawValue: 9),
            outcome: .failed(.responseCode(9))),
        .init(
            why: "a code above 15", rcode: ResponseCode(rawValue: 23),
            outcome: .failed(.responseCode(23))),
    ]

    @Test("outcome, aliases and TTL", arguments: rows)
    func reads(row: Row) {
        let question = Message.Question(name: name("x"), type: row.type)
        let message = Message(
            id: 1, flags: [.response], rcode: row.rcode, questions: [question],
            answers: row.answers, authorities: row.authorities)
        #expect(
            Reply(message, to: question)
                == Reply(row.outcome, aliases: row.aliases, ttl: row.ttl))
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var why: String
        var change: @Sendable (inout Message) -> Void
        var testDescription: String { why }
    }

    static let wrong: [Wrong] = [
        .init(why: "not a response") { $0.flags = [] },
        .init(why: "another opcode") { $0.opcode = 4 },
        .init(why: "no question") { $0.questions = [] },
        .init(why: "two questions") { $0.questions += $0.questions },
        .init(why: "another name") { $0.questions[0].name = name("y") },
        .init(why: "another type") { $0.questions[0].type = .mx },
        .init(why: "another class") { $0.questions[0].recordClass = RecordClass(rawValue: 3) },
        .init(why: "cut short") { $0.flags.insert(.truncated) },
    ]

    @Test("what does not answer our question is malformed", arguments: wrong)
    func malformed(row: Wrong) {
        let question = Message.Question(name: name("x"), type: .a)
        var message = Message(
            id: 1, flags: [.response], questions: [question],
            answers: [record("x", Self.address)])
        row.change(&message)
        #expect(Reply(message, to: question).outcome == .failed(.malformedReply))
    }

    @Test("AD is passed on")
    func authenticated() {
        let question = Message.Question(name: name("x"), type: .a)
        let message = Message(
            id: 1, flags: [.response, .authenticData], questions: [question])
        #expect(Reply(message, to: question).isAuthenticated)
    }
}
