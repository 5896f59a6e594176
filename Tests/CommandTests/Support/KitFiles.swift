import Foundation
import Testing

/// What `stsaudit fix --output` wrote, held to the programs that read it.
struct KitFiles {
    private let folder: String
    private let zone: String
    private let scratch: Scratch

    init(folder: String, zone: String, in scratch: Scratch) {
        self.folder = folder
        self.zone = zone
        self.scratch = scratch
    }

    func expectSound() async throws {
        try expectLines()
        try await expectZone()
        try await expectServer()
        let left = try FileManager.default.subpathsOfDirectory(atPath: scratch.path(folder))
            .filter { $0.hasSuffix(".partial") }
        #expect(left == [])
    }

    /// Strictly: an absolute owner, TTL, class, type and data, or a comment, or nothing.
    private func expectLines() throws {
        let owner = #"[a-z0-9_.-]+\. [0-9]+ IN "#
        let string = #""(?:[^"\\]|\\[0-9]{3}|\\["\\])*""#
        let expression = try Regex(
            owner + "(?:TXT \(string)(?: \(string))*|"
                + #"CNAME [a-z0-9_.-]+\.|A [0-9.]+|AAAA [0-9a-f:]+)"#)
        let text = try scratch.text(folder + "/records.zone")
        let wrong = try text.split(separator: "\n").filter { text in
            try !text.hasPrefix(";") && expression.wholeMatch(in: text) == nil
        }
        #expect(wrong == [])
    }

    /// By BIND's own reader, where it is installed.
    private func expectZone() async throws {
        guard let checker = Self.find("named-checkzone", for: "the zone") else { return }
        let head = "@ 3600 IN SOA ns hostmaster 1 3600 600 86400 300\n@ 3600 IN NS ns\n"
        let glue = "ns 3600 IN A 192.0.2.53\n"
        try scratch.write(
            head + glue + (try scratch.text(folder + "/records.zone")), to: folder + ".zone")
        let outcome = try await Tool.shell("'\(checker)' '\(zone)' '\(folder).zone'", in: scratch)
        #expect(outcome.status == 0, "\(outcome.out)\(outcome.errors)")
    }

    /// By nginx, where it is installed. Its test binds what it listens on and makes its folders.
    private func expectServer() async throws {
        guard let server = Self.find("nginx", for: "its file") else { return }
        let site = try scratch.text(folder + "/nginx.conf")
            .replacing("listen 443 ssl;", with: "listen unix:\(scratch.path("nginx.socket")) ssl;")
            .replacing("listen [::]:443 ssl;", with: "")
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(scratch.path($0));\n"
        }
        try scratch.write(
            "pid \(scratch.path("nginx.pid"));\nevents { }\nhttp {\naccess_log off;\n"
                + folders.joined() + site + "}\n", to: folder + ".nginx")
        let outcome = try await Tool.shell(
            "'\(server)' -t -e stderr -p '\(scratch.folder)' -c '\(scratch.path(folder)).nginx'",
            in: scratch)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Nil where it is not installed, which is said, and in CI is a failure.
    private static func find(_ program: String, for what: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let found = (path.split(separator: ":") + ["/usr/sbin", "/usr/local/sbin"])
            .map { $0 + "/" + program }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil {
            print("\(program) is not installed: \(what) is not checked by it")
            #expect(!Strictness.isCI, "\(program) is not installed")
        }
        return found
    }
}
