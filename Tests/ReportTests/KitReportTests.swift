import Audit
import Evidence
import Foundation
import MTASTS
import Testing

@testable import Report

@Suite("Publish kits, written (RFC 1035 §5.1, RFC 4180, RFC 8461 §3.3)")
struct KitReportTests {
    struct TextRow: CustomTestStringConvertible, Sendable {
        var bytes: [UInt8]
        var data: String
        var why: String
        var testDescription: String { why }

        init(_ bytes: some Sequence<UInt8>, _ data: String, why: String) {
            self.bytes = Array(bytes)
            self.data = data
            self.why = why
        }
    }

    static let texts: [TextRow] = [
        TextRow("v=STSv1; id=1;".utf8, #""v=STSv1; id=1;""#, why: "no comment begins in quotes"),
        TextRow("".utf8, #""""#, why: "a TXT record has at least one string"),
        TextRow("a\"b\\c".utf8, #""a\"b\\c""#, why: "a quote and a backslash are escaped"),
        TextRow(
            [0x1B, 0x5B, 0x0A, 0xFF], #""\027[\010\255""#, why: "octets that act on a terminal"),
        TextRow(
            String(repeating: "a", count: 256).utf8,
            "\"" + String(repeating: "a", count: 255) + "\" \"a\"",
            why: "RFC 1035 §3.3: a string holds 255 octets"),
        TextRow(
            [UInt8](repeating: 0, count: 255),
            "\"" + String(repeating: "\\000", count: 255) + "\"",
            why: "octets are counted before they are escaped"),
    ]

    @Test("TXT data of a zone file", arguments: texts)
    func zoneText(row: TextRow) { #expect(ZoneText.text(row.bytes) == row.data) }

    // MARK: - A domain with a hostile record

    private static let now = Timestamp(seconds: 1_795_435_200)

    private static func past(_ other: Evidence? = nil) throws -> DomainPast {
        let evidence =
            other
            ?? Evidence(
                mx: Lookup(.found([MXRecord(preference: 10, host: "mx.example.com")])),
                record: Lookup(.found(["v=STSv1; id=\u{1B}[2J\n=1+1;"])),
                tlsrpt: Lookup(.nameMissing, aliases: ["=cmd|x.example"]),
                policyHost: HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing)))
        let look = TimelineLook(
            firstSeen: now, lastSeen: now, verdict: .ineffective, evidence: evidence)
        return try #require(
            DomainPast(
                try DomainName("example.com"), looks: [look],
                publications: PublicationHistory()))
    }

    private static func wishes(_ mode: KitWishes.Mode = .testing) throws -> KitWishes {
        KitWishes(
            mode: mode, reportsTo: ["mailto:r@example.org"],
            policyHost: .alias(try DomainName("sts.example.org")))
    }

    private static func written(
        _ format: KitFormat, in folder: URL, of other: Evidence? = nil, wishes: KitWishes? = nil
    ) throws -> String {
        let file = folder.appendingPathComponent("kit")
        var report = try KitReport(
            try wishes ?? Self.wishes(), at: now, format: format,
            to: OutputFile(path: file.path, .whenDone))
        try report.add(try past(other), isAskedFor: false)
        try report.finish()
        return try String(contentsOf: file, encoding: .utf8)
    }

    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("kit-tests-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("zone lines: what goes is a comment, and a stranger's text stays in it")
    func zone() throws {
        try Self.withFolder { folder in
            let zone = try Self.written(.zone, in: folder)
            let lines = zone.split(separator: "\n").map(String.init)
            let live = lines.filter { !$0.hasPrefix(";") }
            #expect(
                live == [
                    "mta-sts.example.com. 3600 IN CNAME sts.example.org.",
                    #"_mta-sts.example.com. 3600 IN TXT "v=STSv1; id=20261123T120000Z;""#,
                    #"_smtp._tls.example.com. 3600 IN TXT "v=TLSRPTv1; rua=mailto:r@example.org""#,
                ])
            #expect(
                lines.contains(
                    #"; replaces: _mta-sts.example.com. 3600 IN TXT "v=STSv1; id=\027[2J\010=1+1;""#
                ))
            #expect(
                lines.contains("; delete: _smtp._tls.example.com. 3600 IN CNAME =cmd|x.example."))
        }
    }

    @Test("CSV rows for a bulk import, formula-safe")
    func csv() throws {
        try Self.withFolder { folder in
            let rows = try Self.written(.csv, in: folder).components(separatedBy: "\r\n")
            #expect(
                rows == [
                    "domain,owner,type,ttl,value,action",
                    "example.com,mta-sts.example.com,CNAME,3600,sts.example.org,add",
                    "example.com,_mta-sts.example.com,TXT,3600,\"v=STSv1; id=20261123T120000Z;\","
                        + "replace",
                    "example.com,_smtp._tls.example.com,CNAME,3600,\"'=cmd|x.example\",delete",
                    "example.com,_smtp._tls.example.com,TXT,3600,"
                        + "\"v=TLSRPTv1; rua=mailto:r@example.org\",add",
                    "",
                ])
        }
    }

    @Test("text and JSON hold no escape and no line end of a stranger")
    func inert() throws {
        try Self.withFolder { folder in
            let text = try Self.written(.text, in: folder)
            #expect(text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F })
            #expect(text.contains("instead of \"v=STSv1; id=\\027[2J\\010=1+1;\""))
            #expect(text.hasPrefix("example.com: ineffective; with all of this published: testing"))
            let json = try Self.written(.json, in: folder)
            #expect(json.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F })
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(json.utf8))
            }
        }
    }

    /// Mail at a provider that tells its customers what to list.
    private static func hosted(_ policyHost: HostAddresses) -> Evidence {
        Evidence(
            mx: Lookup(
                .found([
                    MXRecord(preference: 0, host: "example-com.mail.protection.outlook.com")
                ])),
            record: Lookup(.nameMissing), tlsrpt: Lookup(.nameMissing), policyHost: policyHost)
    }

    @Test("an operator's wildcard comes with the document that promises it")
    func mailOperator() throws {
        let missing = Self.hosted(HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing)))
        try Self.withFolder { folder in
            let text = try Self.written(.text, in: folder, of: missing)
            #expect(
                text.contains(
                    "*.mail.protection.outlook.com is what Microsoft 365 tells its customers"))
            #expect(text.contains("https://learn.microsoft.com/"))
            let json = try Self.written(.json, in: folder, of: missing)
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
            let kit = try #require(object as? [String: Any])
            let operators = try #require(kit["operators"] as? [[String: String]])
            #expect(operators.map { $0["pattern"] } == ["*.mail.protection.outlook.com"])
            #expect(operators.map { $0["name"] } == ["Microsoft 365"])
            #expect(Set(operators.flatMap(\.keys)) == ["name", "pattern", "document", "read"])
        }
    }

    @Test("a policy host that leads elsewhere is named: the file goes there")
    func servedElsewhere() throws {
        let address = try #require(IPAddress("203.1.113.5"))
        let aliased = Self.hosted(
            HostAddresses(
                v4: Lookup(.found([address]), aliases: ["web.example.net"]), v6: Lookup(.noData)))
        try Self.withFolder { folder in
            let text = try Self.written(
                .text, in: folder, of: aliased, wishes: KitWishes(mode: .testing))
            #expect(text.contains("That name leads to web.example.net: the file goes there"))
        }
    }

    @Test("a folder: policies to the byte, replaced in one step, and nothing else touched")
    func folder() throws {
        try Self.withFolder { folder in
            let path = "policies/mta-sts.example.com/.well-known/mta-sts.txt"
            for mode in KitWishes.Mode.allCases {
                var report = try KitReport(try Self.wishes(mode), at: Self.now, folder: folder.path)
                try report.add(try Self.past(), isAskedFor: false)
                try report.finish()
                let policy = try Data(contentsOf: folder.appendingPathComponent(path))
                let age = mode == .testing ? 86_400 : 604_800
                #expect(
                    policy
                        == Data(
                            ("version: STSv1\r\nmode: \(mode.rawValue)\r\nmx: mx.example.com\r\n"
                                + "max_age: \(age)\r\n").utf8))
                // The second round finds this one there.
                try Data("mine".utf8).write(to: folder.appendingPathComponent("policies/mine"))
                try Data("mine".utf8).write(to: folder.appendingPathComponent("notes.txt"))
            }
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            #expect(
                names == [
                    "nginx.conf", "notes.txt", "plan.txt", "policies", "policies/mine",
                    "policies/mta-sts.example.com", "policies/mta-sts.example.com/.well-known",
                    path, "records.csv", "records.zone",
                ])
        }
    }

    @Test("a file where a folder has to be is refused, not removed")
    func blocked() throws {
        try Self.withFolder { folder in
            try Data("mine".utf8).write(to: folder.appendingPathComponent("policies"))
            #expect(throws: ReportError.self) {
                try KitReport(try Self.wishes(), at: Self.now, folder: folder.path)
            }
            let left = try Data(contentsOf: folder.appendingPathComponent("policies"))
            #expect(left == Data("mine".utf8))
        }
    }
}
