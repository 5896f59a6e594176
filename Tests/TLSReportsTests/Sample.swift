import Foundation
import MTASTS
import TLSReports

/// Reports as JSON text, of which any field can be replaced or left out.
enum Sample {
    /// Fields in their order, each with its JSON text.
    typealias Fields = [(name: String, json: String)]
    /// JSON text for a field; nil leaves it out.
    typealias Changes = [String: String?]

    static func report(_ changes: Changes = [:]) -> String {
        object(
            [
                ("organization-name", #""Sender Ltd""#),
                (
                    "date-range",
                    #"{"start-datetime":"2026-03-01T00:00:00Z","#
                        + #""end-datetime":"2026-03-01T23:59:59Z"}"#
                ),
                ("contact-info", #""tls@sender.example""#), ("report-id", #""r-1""#),
                ("policies", "[\(policy())]"),
            ], changes)
    }

    /// A report of one policy.
    static func report(policy: Changes) -> String {
        report(["policies": "[\(Self.policy(policy))]"])
    }

    /// A report of one failure row.
    static func report(row: Changes) -> String {
        report(policy: ["failure-details": "[\(Self.row(row))]"])
    }

    static func report(range: String) -> String { report(["date-range": range]) }

    /// An element of `policies`; `fields` are those of its `policy` object.
    static func policy(_ changes: Changes = [:], fields: Changes = [:]) -> String {
        let policy = object(
            [
                ("policy-type", #""sts""#),
                ("policy-string", #"["version: STSv1","mode: testing"]"#),
                ("policy-domain", #""rcpt.example""#), ("mx-host", #"["*.rcpt.example"]"#),
            ], fields)
        let summary = #"{"total-successful-session-count":9,"total-failure-session-count":3}"#
        return object(
            [("policy", policy), ("summary", summary), ("failure-details", "[\(row())]")], changes)
    }

    static func row(_ changes: Changes = [:]) -> String {
        object(
            [
                ("result-type", #""certificate-expired""#),
                ("sending-mta-ip", #""192.0.2.7""#),
                ("receiving-mx-hostname", #""mx1.rcpt.example""#),
                ("receiving-ip", #""2001:db8::25""#), ("failed-session-count", "3"),
            ], changes)
    }

    private static func object(_ fields: Fields, _ changes: Changes) -> String {
        var members: [String] = []
        for (name, json) in fields {
            if let change = changes[name] {
                if let change { members.append(#""\#(name)":\#(change)"#) }
            } else {
                members.append(#""\#(name)":\#(json)"#)
            }
        }
        for name in changes.keys.sorted() where !fields.contains(where: { $0.name == name }) {
            if let change = changes[name], let change {
                members.append(#""\#(name)":\#(change)"#)
            }
        }
        return "{\(members.joined(separator: ","))}"
    }
}

/// A folder for one test, with files in it.
struct Files: ~Copyable {
    let folder = FileManager.default.temporaryDirectory.appending(
        path: "stsaudit-tlsreports-\(UUID().uuidString)", directoryHint: .notDirectory)

    init(_ files: [(String, [UInt8])] = []) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (path, bytes) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.path(percentEncoded: false) }

    /// What reading the folder gives, paths being relative to it.
    func read(limits: TLSReportLimits = TLSReportLimits()) -> [String] {
        Reading.all([path], limits: limits).map { $0.replacing(path, with: "") }
    }
}

enum Reading {
    /// `a.json: r-1 [observations]`, or `a.json: reason`.
    static func all(_ paths: [String], limits: TLSReportLimits = TLSReportLimits()) -> [String] {
        var reader = TLSReportReader(paths, limits: limits)
        var lines: [String] = []
        while let result = reader.next() {
            switch result {
            case .success(let found):
                let observed = found.observations.isEmpty ? "" : " [\(found.observations)]"
                lines.append("\(found.source): \(found.report.id)\(observed)")
            case .failure(let failure): lines.append(failure.description)
            }
        }
        return lines
    }

    /// What a file of these bytes gives.
    static func file(
        _ bytes: [UInt8], limits: TLSReportLimits = TLSReportLimits()
    ) throws -> [Result<FoundReport, TLSReportFailure>] {
        let files = try Files([("file", bytes)])
        var reader = TLSReportReader([files.path + "/file"], limits: limits)
        var results: [Result<FoundReport, TLSReportFailure>] = []
        while let result = reader.next() { results.append(result) }
        return results
    }
}
