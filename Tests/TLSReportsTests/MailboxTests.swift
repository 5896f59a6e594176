import Foundation
import MTASTS
import TLSReports
import Testing

@Suite("Mailboxes and folders")
struct MailboxTests {
    private static func mail(_ id: String) -> String {
        SampleMail.mail([
            SampleMail.note, SampleMail.report(Sample.report(["report-id": "\"\(id)\""])),
        ])
    }

    private static let other = "Subject: lunch\n\nFrom noon on, or\n\nFrom one?\n"

    private static func mbox(_ mails: [String], lineEnd: String = "\n") -> [UInt8] {
        let text = mails.map { "From a@b.example Sun Mar  1 00:00:00 2026\n\($0)\n" }.joined()
        return Array(text.replacingOccurrences(of: "\n", with: lineEnd).utf8)
    }

    @Test("an mbox, message by message", arguments: ["\n", "\r\n"])
    func mbox(lineEnd: String) throws {
        let files = try Files([
            (
                "box",
                Self.mbox(
                    [Self.mail("a"), Self.other, "", Self.mail("b"), Self.mail("c")],
                    lineEnd: lineEnd)
            )
        ])
        let name = SampleMail.fileName + ".gz"
        #expect(
            files.read() == [
                "/box message 1 (\(name)): a", "/box message 2: a mail without a TLS report",
                "/box message 3: a mail without a TLS report", "/box message 4 (\(name)): b",
                "/box message 5 (\(name)): c",
            ])
    }

    @Test("messages at every place of the read buffer")
    func placement() throws {
        // The buffer is 65,536 bytes, and 320 of them are looked at for a line `From `.
        let box = Self.mbox([Self.mail("b")])
        for length in [65_215, 65_216, 65_217] + Array(65_528...65_540) {
            var first = Array("From x\nSubject: \n\n".utf8)
            first += Array(repeating: UInt8(ascii: "x"), count: length - first.count - 2)
            let results = try Reading.file(first + [0x0A, 0x0A] + box)
            #expect(results.map(MailTests.line) == ["a mail without a TLS report", "b"])
        }
    }

    @Test("an oversized message costs itself and no other")
    func oversized() throws {
        var limits = TLSReportLimits()
        limits.messageBytes = 3_000
        let huge = "Subject: huge\n\n" + String(repeating: "line of text\n", count: 20_000)
        let box = Self.mbox([Self.mail("a"), huge, Self.mail("b")])
        #expect(
            try Reading.file(box, limits: limits).map(MailTests.line)
                == ["a", "a message larger than 0 MiB", "b"])
    }

    @Test("a compressed mbox, cut off: what came before stands")
    func cutOff() throws {
        let box = Gzip.stored(Self.mbox([Self.mail("a"), Self.mail("b"), Self.mail("c")]))
        #expect(try Reading.file(box).map(MailTests.line) == ["a", "b", "c"])
        let cut = Array(box.prefix(box.count - 2_000))
        let lines = try Reading.file(cut).map(MailTests.line)
        #expect(lines.first == "a")
        #expect(lines.last == "a gzip file, but it is cut off")
    }

    @Test("folders: names in order, links to folders not followed, hidden files passed over")
    func folders() throws {
        let report = { (id: String) in Array(Sample.report(["report-id": "\"\(id)\""]).utf8) }
        let files = try Files([
            ("b.json", report("b")), ("a/2.gz", Gzip.stored(report("a2"))), ("a/1", report("a1")),
            ("a/notes.txt", Array("see above".utf8)), (".hidden.json", report("hidden")),
            (".git/x.json", report("git")), ("c.json.gz", report("c: no gzip at all")),
        ])
        try FileManager.default.createSymbolicLink(
            atPath: files.path + "/a/loop", withDestinationPath: files.path)
        try FileManager.default.createSymbolicLink(
            atPath: files.path + "/d.json", withDestinationPath: files.path + "/b.json")
        try FileManager.default.createSymbolicLink(
            atPath: files.path + "/gone", withDestinationPath: "/nowhere")
        #expect(
            files.read() == [
                "/a/1: a1", "/a/2.gz: a2", "/a/notes.txt: neither JSON, gzip, mail nor mbox",
                "/b.json: b", "/c.json.gz: c: no gzip at all", "/d.json: b",
                "/gone: cannot be opened: No such file or directory",
            ])
    }

    @Test("a Maildir: new and cur, and the folders beside them")
    func maildir() throws {
        let files = try Files([
            ("box/cur/1:2,S", Array(Self.mail("1").utf8)),
            ("box/new/2", Array(Self.mail("2").utf8)),
            ("box/tmp/3", Array(Self.mail("3").utf8)),
            ("box/dovecot-uidlist", Array("3 V1".utf8)),
            ("box/.Reports/cur/4", Array(Self.mail("4").utf8)),
            ("box/.Reports/new/5", Array(Self.mail("5").utf8)),
        ])
        let name = SampleMail.fileName + ".gz"
        #expect(
            files.read() == [
                "/box/.Reports/cur/4 (\(name)): 4", "/box/.Reports/new/5 (\(name)): 5",
                "/box/cur/1:2,S (\(name)): 1", "/box/new/2 (\(name)): 2",
            ])
    }

    @Test("folders within each other beyond the limit")
    func depth() throws {
        var limits = TLSReportLimits()
        limits.folderDepth = 2
        let files = try Files([("a/b/x.json", Array(Sample.report().utf8)), ("a/y.json", [])])
        #expect(
            files.read(limits: limits)
                == ["/a/b: too many folders within each other", "/a/y.json: it is empty"])
    }

    @Test("paths that are not there, and several paths in their order")
    func paths() throws {
        let files = try Files([("x.json", Array(Sample.report().utf8))])
        #expect(
            Reading.all(["/nowhere/at/all", files.path + "/x.json", files.path + "/x.json"])
                .map { $0.replacing(files.path, with: "") } == [
                    "/nowhere/at/all: cannot be opened: No such file or directory",
                    "/x.json: r-1", "/x.json: r-1",
                ])
    }
}
