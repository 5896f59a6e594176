import Audit
import MTASTS
import Testing

@testable import Store

@Suite("Shards of a portfolio")
struct ShardTests {
    struct Golden: Sendable, CustomStringConvertible {
        var key: String
        var hash: UInt64
        var ofFour: Int
        var ofHundred: Int
        var description: String { "'\(key)'" }
    }

    /// Worked out with another implementation:
    /// `openssl mac -macopt hexkey:00000000000000000000000000000000 -macopt size:16 -in FILE SIPHASH`
    static let goldens = [
        Golden(key: "example.com", hash: 0x25F6_B348_28E7_C020, ofFour: 1, ofHundred: 65),
        Golden(key: "a.example", hash: 0x8CAA_BA2D_BF51_759D, ofFour: 2, ofHundred: 98),
        Golden(
            key: "xn--bcher-kva.example", hash: 0x214E_31AF_E2A3_2F7A, ofFour: 3, ofHundred: 19),
        Golden(key: "not a domain", hash: 0xE2D4_2E05_3A0D_453C, ofFour: 1, ofHundred: 5),
        Golden(key: "", hash: 0x7DE0_A380_47D7_4950, ofFour: 1, ofHundred: 65),
    ]

    @Test("the hash never changes: stored runs depend on it", arguments: goldens)
    func golden(row: Golden) throws {
        #expect(Shard.hash(row.key) == row.hash)
        #expect(try #require(Shard(index: row.ofFour, count: 4)).contains(row.key))
        #expect(try #require(Shard(index: row.ofHundred, count: 100)).contains(row.key))
    }

    @Test("a partition: each row is in exactly one part", arguments: [1, 2, 3, 4, 7, 100, 10_000])
    func partition(count: Int) throws {
        let shards = (1...count).compactMap { Shard(index: $0, count: count) }
        #expect(shards.count == count)
        let rows =
            try (0..<200).map { try Sample.row($0 + 1, "d\($0).example") }
            + ["", "?", "a b", "\u{0}", "ü.example"].enumerated().map {
                Sample.invalid(1000 + $0.offset, $0.element, .badCharacter)
            }
        for row in rows {
            #expect(shards.filter { $0.contains(row) }.count == 1, "\(row.input)")
        }
    }

    @Test("parts are about equal, also where names differ in little", arguments: [2, 4, 16])
    func balance(count: Int) throws {
        var sizes = [Int](repeating: 0, count: count)
        for number in 0..<16_000 {
            sizes[Int(Shard.hash("d\(number * 2).example") % UInt64(count))] += 1
        }
        let mean = 16_000 / count
        // Five standard deviations of an even spread.
        let tolerance = Int(5 * Double(mean).squareRoot())
        #expect(sizes.allSatisfy { abs($0 - mean) < tolerance }, "\(sizes)")
    }

    @Test("a domain is hashed by its A-labels in lower case, a row without one by its text")
    func keys() throws {
        let shards = (1...50).compactMap { Shard(index: $0, count: 50) }
        func shard(_ row: PortfolioRow) -> Shard? { shards.first { $0.contains(row) } }
        let written = PortfolioRow(
            line: 9, input: "EXAMPLE.com.", domain: try DomainName("EXAMPLE.com."), account: "x",
            tags: "t", carried: ["c"])
        #expect(shard(written) == shard(try Sample.row(1, "example.com")))
        #expect(
            shard(Sample.invalid(1, "a b", .badCharacter))
                == shard(Sample.invalid(77, "a b", .badCharacter)), "whatever its line")
    }

    static let forms: [(text: String, expected: String?, why: String)] = [
        ("1/1", "1/1", "the whole, as a part"), ("4/4", "4/4", "the last"),
        ("01/4", "1/4", "digits are digits"), ("0/4", nil, "counted from 1"),
        ("5/4", nil, "beyond the last"), ("1/0", nil, "no parts"), ("1/10001", nil, "too many"),
        ("1", nil, "no count"), ("1/2/3", nil, "too much"), ("/2", nil, "no index"),
        ("1/", nil, "no count"), ("+1/2", nil, "a sign"), ("-1/2", nil, "a sign"),
        (" 1/2", nil, "a space"), ("1/٤", nil, "no ASCII digit"), ("", nil, "nothing"),
        ("99999999999999999999/2", nil, "beyond any number"),
    ]

    @Test("what a part is written as", arguments: forms)
    func parse(row: (text: String, expected: String?, why: String)) {
        #expect(Shard(row.text)?.description == row.expected, "\(row.why)")
    }

    @Test("a store keeps to the part it began with, and a run to its own")
    func kept() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let (first, other) = (Shard("1/2"), Shard("2/2"))
        func request(_ shard: Shard?) -> RunRequest {
            RunRequest(portfolio: "test", fingerprint: "f", toolVersion: "0", shard: shard)
        }
        let run = try await store.beginRun(request(first), at: Sample.moment(0))
        #expect(run.run.shard == first)
        try await run.ingestAll([try Sample.row(1, "a.example")])
        try await run.finish(.interrupted, at: Sample.moment(1))
        for asked in [other, nil, Shard("1/3")] {
            let refusal = StoreError.otherShard(path: scratch.path, stored: first, asked: asked)
            await #expect(throws: refusal) {
                try await store.resumeRun(portfolio: "test", fingerprint: "f", shard: asked)
            }
            await #expect(throws: refusal) {
                try await store.beginRun(request(asked), at: Sample.moment(2))
            }
        }
        let resumed = try await store.resumeRun(portfolio: "test", fingerprint: "f", shard: first)
        try await resumed.finish(.finished, at: Sample.moment(3))
        let rejudge = try await store.beginRejudge(
            of: store.run(run.id), options: "{}", toolVersion: "1", at: Sample.moment(4))
        #expect(rejudge.run.shard == first)
        // Another portfolio of the file is another matter.
        try await rejudge.finish(.finished, at: Sample.moment(5))
        let whole = try await store.beginRun(
            RunRequest(portfolio: "other", fingerprint: "f", toolVersion: "0"),
            at: Sample.moment(6))
        #expect(whole.run.shard == nil)
        try await whole.finish(.failed, at: Sample.moment(7))
    }
}
