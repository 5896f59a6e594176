import Audit
import MTASTS
import Testing

@testable import Survey

/// Everything a portfolio gives, rows written as `line input -> domain or problem`.
struct Read: Equatable {
    var rows: [String] = []
    var notes: [String] = []
    var header = PortfolioHeader()
    var all: [PortfolioRow] = []
    var failure: PortfolioFailure?

    init(_ bytes: [UInt8], limits: PortfolioLimits = PortfolioLimits()) {
        do {
            var reader = try PortfolioReader.open(.bytes(bytes), limits: limits)
            header = reader.header
            while let item = try reader.next() {
                switch item {
                case .row(let row):
                    all.append(row)
                    let outcome = row.domain?.description ?? row.problem?.rawValue ?? "nothing"
                    rows.append("\(row.line) \(outcome)")
                case .note(let note): notes.append("\(note.line) \(note.text)")
                }
            }
        } catch {
            failure = error
        }
    }

    init(_ text: String, limits: PortfolioLimits = PortfolioLimits()) {
        self.init(Array(text.utf8), limits: limits)
    }
}

@Suite("Portfolio: forms and lines")
struct PortfolioReaderTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var rows: [String]
        var why: String
        init(_ text: String, _ rows: [String], why: String) {
            self.text = text
            self.rows = rows
            self.why = why
        }
        var testDescription: String { why }
    }

    static let lists: [Case] = [
        .init("", [], why: "an empty file"),
        .init("a.example\nb.example\n", ["1 a.example", "2 b.example"], why: "LF"),
        .init("a.example\r\nb.example", ["1 a.example", "2 b.example"], why: "CRLF, no last end"),
        .init("a.example\rb.example\r", ["1 a.example", "2 b.example"], why: "CR"),
        .init("a.example\n\r\n\rb.example", ["1 a.example", "4 b.example"], why: "mixed ends"),
        .init("\u{FEFF}a.example\n", ["1 a.example"], why: "a byte order mark"),
        .init("# x\n\n \t\n  # y\na.example", ["5 a.example"], why: "comments and blank lines"),
        .init("A.Example.\n", ["1 a.example"], why: "canonical form"),
        .init(
            "example.com,foo\n", ["1 missing-header"],
            why: "columns without a header are not guessed at"),
        .init(
            "a.example;x\nb.example\tx", ["1 missing-header", "2 missing-header"],
            why: "semicolon and tab"),
        .init(
            "name,owner\na.example,me", ["1 missing-header", "2 missing-header"],
            why: "a header without domain: even the first row is told"),
        .init("a.example b.example", ["1 bad-character"], why: "two names on a line"),
        .init("\"a.example", ["1 bad-character"], why: "a quote means nothing in a list"),
        .init("domains\na.example", ["1 single-label", "2 a.example"], why: "nearly a header"),
    ]

    static let tables: [Case] = [
        .init("domain\na.example\n", ["2 a.example"], why: "one column"),
        .init("# c\n\nDOMAIN,x\n#d\n\na.example,1", ["6 a.example"], why: "comments and case"),
        .init("x;Domain;y\n1;a.example;2", ["2 a.example"], why: "semicolons"),
        .init("x\tdomain\n1\ta.example\n\tb.example", ["2 a.example", "3 b.example"], why: "tabs"),
        .init("\"domain\",\"x,y\"\na.example,\"1,2\"", ["2 a.example"], why: "quoted header"),
        .init("domain,x\na.example", ["2 a.example"], why: "fewer fields"),
        .init("x,domain\na.example", ["2 empty"], why: "too few to hold a domain"),
        .init("domain,x\n,1\n", ["2 empty"], why: "no domain in the row"),
        .init("domain,x\na.example,1,,\n", ["2 a.example"], why: "empty surplus of a spreadsheet"),
        .init("domain,x\na.example,Acme, Inc.\n", ["2 bad-row"], why: "an unquoted comma"),
        .init("domain,x\na.example,5\" disk\n", ["2 a.example"], why: "a quote inside a field"),
        .init(
            "domain,x\n\"a.example\"z,1\nb.example", ["2 bad-row", "3 b.example"],
            why: "text after a quote"),
        .init(
            "domain,x\na.example,\"1\n2\n\"\nb.example", ["2 a.example", "5 b.example"],
            why: "line ends in quotes"),
        .init(
            "domain,x\n\"a.example,1\nb.example,2\nc.example",
            ["2 bad-row", "3 b.example", "4 c.example"],
            why: "an unclosed quote costs its own line"),
        .init(
            "\"domain\na.example", ["1 bad-character", "2 a.example"],
            why: "an unclosed quote in the first line: a list"),
        .init("\u{FEFF}domain,x\r\na.example,1\r\n", ["2 a.example"], why: "mark and CRLF"),
        .init("domain,x\ra.example,1\r", ["2 a.example"], why: "CR"),
        .init("domain\n\"a.example\"", ["2 a.example"], why: "quoted, at the end of the file"),
        .init("domain\n\"a.example", ["2 bad-row"], why: "unclosed at the end of the file"),
    ]

    @Test("rows and lines", arguments: lists + tables)
    func rows(row: Case) {
        let read = Read(row.text)
        #expect(read.rows == row.rows, "\(row.why)")
        #expect(read.failure == nil)
    }

    @Test("columns are understood, carried and padded")
    func columns() {
        let read = Read(
            """
            Owner,Account,DOMAIN,Expected_Mode,tags,note,domain
            me, acme ,a.example, Enforce ,x y,"say ""hi"", then
            go",second
            you,b,b.example,strict,,
            z
            "bad"row
            """)
        #expect(read.header.carried == ["Owner", "note", "domain"])
        #expect(read.header.hasAccount && read.header.hasExpectedMode && read.header.hasTags)
        #expect(read.rows == ["2 a.example", "4 b.example", "5 empty", "6 bad-row"])
        #expect(read.all[0].account == "acme")
        #expect(read.all[0].expectedMode == .enforce)
        #expect(read.all[0].tags == "x y")
        #expect(read.all[0].carried == ["me", "say \"hi\", then\ngo", "second"])
        #expect(read.all[1].expectedMode == nil)
        #expect(read.all[1].carried == ["you", "", ""])
        #expect(read.all[3].carried == ["", "", ""])
        #expect(read.all[3].input == "\"bad\"row")
        #expect(read.notes.count == 1)
        #expect(read.notes.first?.hasPrefix("4 expected_mode \"strict\"") == true)
    }

    @Test("a field that is not UTF-8 spoils the row only when it is the domain")
    func encoding() {
        let bytes =
            Array("domain,account\nex".utf8) + [0xFC] + Array(".com,x\na.example,M".utf8)
            + [0xFC] + Array("ller\n".utf8)
        let read = Read(bytes)
        #expect(read.rows == ["2 bad-encoding", "3 a.example"])
        #expect(read.all[0].input == "ex\u{FFFD}.com")
        #expect(read.all[1].account == "M\u{FFFD}ller")
        #expect(read.notes.count == 1)
    }

    @Test("over-long rows and fields are reported and skipped")
    func overlong() {
        let limits = PortfolioLimits(fieldBytes: 50, rowBytes: 200)
        let long = String(repeating: "x", count: 60)
        let veryLong = String(repeating: "y", count: 300_000)
        let read = Read(
            "domain,x,y\na.example,\(long)\nb.example,1\n\(veryLong)\n"
                + "c.example,\"\(long)\nd.example\n",
            limits: limits)
        #expect(
            read.rows == ["2 bad-row", "3 b.example", "4 bad-row", "5 bad-row", "6 d.example"])
        #expect(read.all[2].input.utf8.count == 1024)
        #expect(
            Read("\(veryLong)\na.example", limits: limits).rows == ["1 bad-row", "2 a.example"])
        let quoted = "domain,x\na.example,\"" + String(repeating: "1\n", count: 40)
        #expect(Read(quoted, limits: limits).rows.first == "2 bad-row")
        #expect(Read(quoted, limits: limits).rows.count == 40)
    }

    @Test("lines that each open a quote cost no more than their number", .timeLimit(.minutes(6)))
    func quotesNeverClosed() {
        // Each line ends within quotes, whether it begins within them or not.
        let lines = 20_000
        let read = Read("domain,a,b\n" + String(repeating: "x\",\"\n", count: lines))
        #expect(read.rows.count == lines)
        #expect(read.rows.last == "20001 bad-row")
        // A cell of as many lines as a spreadsheet's may have is no mistake.
        let cell = String(repeating: "\n", count: 253)
        #expect(Read("domain,a\nexample.com,\"\(cell)\"\n").rows == ["2 example.com"])
    }

    @Test("what is no text in UTF-8 is refused with its kind")
    func refused() {
        #expect(Read([0xFF, 0xFE, 0x61, 0]).failure == .utf16)
        #expect(Read([0xFE, 0xFF, 0, 0x61]).failure == .utf16)
        #expect(Read([0x61, 0, 0x2E, 0, 0x62, 0]).failure == .utf16)
        #expect(Read([0x50, 0x4B, 3, 4, 0, 0]).failure == .notText(.zip))
        #expect(Read([0x42, 0x5A, 0x68, 0x39]).failure == .notText(.bzip2))
        #expect(throws: PortfolioFailure.cannotOpen(path: "/nonexistent/x", errno: 2)) {
            _ = try PortfolioReader.open(.path("/nonexistent/x")).header
        }
        #expect(throws: PortfolioFailure.cannotRead(errno: 21, line: 1)) {
            _ = try PortfolioReader.open(.path("/")).header
        }
    }

    @Test("line ends and signatures may fall on the edge of a chunk")
    func chunkEdges() {
        for shift in 65_530...65_540 {
            let text = "#" + String(repeating: "-", count: shift) + "\r\na.example\r\nb.example"
            #expect(Read(text).rows == ["2 a.example", "3 b.example"])
            let packed = Gzip.member(Array(text.utf8))
            #expect(Read(packed).rows == ["2 a.example", "3 b.example"])
        }
    }
}

@Suite("Portfolio: gzip, RFC 1952")
struct PortfolioGzipTests {
    static let text = Array("domain,account\na.example,x\nb.example,y\n".utf8)
    static let rows = ["2 a.example", "3 b.example"]

    @Test("one member, several, and padding")
    func members() {
        #expect(Read(Gzip.member(Self.text)).rows == Self.rows)
        let cut = Self.text.count / 2
        let several =
            Gzip.member(Array(Self.text[..<cut])) + Gzip.member([])
            + Gzip.member(Array(Self.text[cut...]))
        #expect(Read(several).rows == Self.rows)
        #expect(Read(several + [0, 0, 0]).rows == Self.rows)
        #expect(Read(several + [0, 0, 0]).failure == nil)
        #expect(Read(Gzip.member([])) == Read(""))
    }

    /// 20,000 lines of `example.com`, compressed by zlib at level 9.
    static let packed =
        "1f8b0800000000000203edc6a10d0020100430cf30ec44c8393e20199f19f0ad6aeea8b3d2e7ae16"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "77777777777777777777777777777777777777777777777777777777777777777777777777777777"
        + "777777777777777777777777777777777777777777777777f7cf3f03f00d0680a90300"

    @Test("a text much larger than the file")
    func expansion() throws {
        let digits = Array(Self.packed.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        let read = Read(bytes)
        #expect(read.rows.count == 20_000)
        #expect(read.rows.last == "20000 example.com")
    }

    @Test("rows before the damage are delivered, then the failure names the place")
    func truncated() {
        let bytes = Gzip.member(Self.text)
        for count in 2..<bytes.count {
            let read = Read(Array(bytes[..<count]))
            guard case .gzip(.truncated, let byte, let line) = read.failure else {
                Issue.record("\(count) bytes gave \(String(describing: read.failure))")
                continue
            }
            #expect(byte == count)
            #expect((1...4).contains(line))
        }
        #expect(Read(Array(bytes.dropLast(8))).rows == Self.rows)
    }

    @Test("damage and what follows the last member")
    func corrupt() {
        var bytes = Gzip.member(Self.text)
        #expect(Read(bytes + [0x41]).failure == .gzip(.trailingBytes, byte: bytes.count, line: 3))
        bytes[bytes.count - 6] ^= 1
        guard case .gzip(.corrupt, _, _) = Read(bytes).failure else {
            Issue.record("a wrong checksum passed")
            return
        }
        guard case .gzip(.corrupt, _, _) = Read([0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9]).failure
        else {
            Issue.record("a wrong method passed")
            return
        }
    }
}
