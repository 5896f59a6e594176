import Evidence
import Fetch
import Foundation
import Lab
import Testing

extension PolicyFetch.MailProbes {
    /// The hosts of the lab are ours, and so may share our mistakes; Postfix does not.
    @Suite("A real Postfix", .enabled(if: Postfix.isUsable, "\(Postfix.obstacle ?? "")"))
    struct RealPostfix {
        struct Row: Sendable {
            var host: Postfix.Host
            var outcome: MailProbe.Outcome
            /// The end of the line with which Postfix sums up the session.
            var session: String
            var why: String
        }

        static let whole = "ehlo=2 starttls=1 noop=1 quit=1 commands=5"

        static func rows(_ files: CertificateFiles) throws -> [Row] {
            let expired = CertificateRecipe(notBeforeDays: -100, notAfterDays: -10)
            return [
                Row(
                    host: .init(
                        label: "sound", address: "127.0.0.5",
                        chainFile: try files.write("sound.lab.example", CertificateRecipe())),
                    outcome: .verified, session: whole, why: "what a sender needs"),
                Row(
                    host: .init(
                        label: "expired", address: "127.0.0.6",
                        chainFile: try files.write("expired.lab.example", expired)),
                    outcome: .failed(.certificate([.expired])),
                    session: "ehlo=1 starttls=0/1 commands=1/2", why: "ten days ago"),
                Row(
                    host: .init(
                        label: "wrongname", address: "127.0.0.7",
                        chainFile: try files.write(
                            "wrongname.lab.example", CertificateRecipe(names: .other))),
                    outcome: .failed(.certificate([.nameMismatch])),
                    session: "ehlo=1 starttls=0/1 commands=1/2", why: "another host's name"),
                Row(
                    host: .init(label: "plain", address: "127.0.0.8", chainFile: nil),
                    outcome: .failed(.startTLSMissing), session: "ehlo=1 quit=1 commands=2",
                    why: "smtpd_tls_security_level = none"),
            ]
        }

        @Test("sound, expired, wrong name, no STARTTLS: told apart, and no message") func hosts()
            async throws
        {
            let folder = try TemporaryFolder()
            let files = try CertificateFiles(folder: folder.path)
            let rows = try Self.rows(files)
            let postfix = try await Postfix.start(rows.map(\.host), in: folder.path)
            let configuration = FetchConfiguration(
                caFile: files.caFile, addressGuard: .loopback, mailPort: postfix.port,
                ehloName: "probe.lab.example")
            let result = await withFetcher(configuration) { fetcher in
                for row in rows { try await check(row, fetcher, postfix) }
            }
            await postfix.stop()
            try result.get()
            for trace in ["from=<", "message-id=", "mail=", "rcpt=", "data="] {
                #expect(!postfix.log.contains(trace), "\(trace) in the log")
            }
            #expect(postfix.queued.isEmpty)
        }

        private func check(_ row: Row, _ fetcher: PolicyFetcher, _ postfix: Postfix) async throws {
            let label = row.host.label
            let probe = await fetcher.probe(
                mailHost: "\(label).lab.example", from: try #require(IPAddress(row.host.address)))
            #expect(probe.outcome == row.outcome, "\(label): \(row.why)")
            #expect(probe.chain.count == (row.host.chainFile == nil ? 0 : 2), "\(label)")
            #expect((probe.tlsVersion == nil) == (row.outcome != .verified), "\(label)")
            let hasEnded = try await postfix.hasLogged(label, "] \(row.session)")
            #expect(hasEnded, "\(label): \(postfix.log(of: label).joined(separator: "\n"))")
            let connects = postfix.log(of: label).count { $0.contains(": connect from ") }
            #expect(connects == 1, "\(label): one connection")
        }
    }
}

/// A new folder that everybody may enter; removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/stsaudit-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
