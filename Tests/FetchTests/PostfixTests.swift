import Evidence
import Fetch
import Foundation
import Lab
import Testing

extension PolicyFetch.MailProbes {
    /// The hosts of the lab are ours, and so may share our mistakes; Postfix does not.
    @Suite("A real Postfix", .enabled(if: Postfix.isUsable, "\(Postfix.obstacle ?? "")"))
    struct RealPostfix {
        /// The same for the lab's host of a row and for Postfix's, which are at other ports.
        static func address(_ row: PostfixRow) throws -> String {
            let index = try #require(PostfixRow.all.firstIndex { $0.label == row.label })
            return MailHosts.address(100 + index)
        }

        /// The parameters that name the row's files.
        private static func certificate(
            _ row: PostfixRow, _ files: CertificateFiles
        ) throws -> [String] {
            guard let recipe = row.certificate else { return [] }
            let chain = try files.write(row.host, recipe)
            guard let other = row.keyOf else { return ["smtpd_tls_chain_files=\(chain)"] }
            let key = try files.write("key." + row.host, other)
            return ["smtpd_tls_cert_file=\(chain)", "smtpd_tls_key_file=\(key)"]
        }

        private static func probe(
            _ row: PostfixRow, _ caFile: String, port: UInt16
        ) async throws -> MailProbe {
            let configuration = FetchConfiguration(
                caFile: caFile, connectTimeout: .seconds(40), addressGuard: .loopback,
                mailPort: port, mailTimeout: row.isSilent ? .seconds(2) : .seconds(60),
                ehloName: "probe.lab.example")
            let address = try #require(IPAddress(try address(row)))
            return try await withFetcher(configuration) { fetcher in
                await fetcher.probe(mailHost: row.host, from: address)
            }.get()
        }

        /// From the lab's hosts, by label.
        private static func simulated() async throws -> [String: MailProbe] {
            var hosts: [String: MailBehaviour] = [:]
            for row in PostfixRow.all { hosts[try address(row)] = row.lab }
            var probes: [String: MailProbe] = [:]
            try await MailBench.run(hosts) { bench in
                for row in PostfixRow.all {
                    probes[row.label] = try await probe(
                        row, bench.server.caFile, port: bench.server.port)
                }
            }
            return probes
        }

        @Test("the same outcome and evidence as from the lab's hosts, and no message")
        func same() async throws {
            #expect(Set(PostfixRow.all.map(\.label)).count == PostfixRow.all.count)
            let simulated = try await Self.simulated()
            let folder = try TemporaryFolder()
            let files = try CertificateFiles(folder: folder.path)
            let hosts = try PostfixRow.all.map { row in
                Postfix.Host(
                    label: row.label, address: try Self.address(row),
                    options: row.options + (try Self.certificate(row, files)))
            }
            let postfix = try await Postfix.start(hosts, in: folder.path)
            do {
                for row in PostfixRow.all {
                    let wanted = try #require(simulated[row.label])
                    try await check(row, wanted, postfix, files.caFile)
                }
            } catch {
                await postfix.stop()
                throw error
            }
            await postfix.stop()
            for trace in ["from=<", "message-id=", "mail=", "rcpt=", "data="] {
                #expect(!postfix.log.contains(trace), "\(trace) in the log")
            }
            #expect(postfix.queued.isEmpty)
        }

        private func check(
            _ row: PostfixRow, _ wanted: MailProbe, _ postfix: Postfix, _ caFile: String
        ) async throws {
            for _ in 0..<row.earlier {
                _ = try await Self.probe(row, caFile, port: postfix.port)
            }
            let found = try await Self.probe(row, caFile, port: postfix.port)
            #expect(found.outcome == row.outcome, "\(row.label): \(row.what)")
            #expect(wanted.outcome == row.outcome, "\(row.label), from the lab")
            #expect((found.tlsVersion == nil) == (row.outcome != .verified), "\(row.label)")
            #expect(found.withoutChain == wanted.withoutChain, "\(row.label)")
            #expect(found.chain.map(\.facts) == wanted.chain.map(\.facts), "\(row.label)")
            let presents =
                switch row.outcome {
                case .verified, .failed(.certificate): true
                case .failed: false
                }
            #expect(found.chain.isEmpty == !presents, "\(row.label)")
            // Its own and the lab's intermediate.
            if presents, row.certificate?.issuer == .trusted {
                #expect(found.chain.count == 2, "\(row.label)")
            }
            let hasEnded = try await postfix.hasLogged(row.label, "] \(row.session)")
            let log = postfix.log(of: row.label)
            #expect(hasEnded, "\(row.label): \(log.joined(separator: "\n"))")
            let connects = log.count { $0.contains(": connect from ") }
            #expect(connects == 1 + row.earlier, "\(row.label): one connection")
        }
    }
}

/// Without a condition: the page is there where Postfix is not.
@Suite("The documentation's table of Postfix")
struct PostfixPageTests {
    @Test("Postfix: the rows")
    func page() throws {
        let wanted = PostfixRow.all.map { row in
            "| Postfix | \(row.cell) | `\(row.outcome.words)` |"
        }
        #expect(try Self.rows(below: "| mail server | what it does |") == wanted)
    }

    private static func rows(below header: String) throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/stsaudit/Documentation.docc/RealServers.md")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let table = lines.drop { !$0.hasPrefix(header) }
        return Array(table.dropFirst(2).prefix { $0.hasPrefix("| ") })
    }
}

extension PostfixRow {
    /// What it does, and the parameters that make it do so.
    fileprivate var cell: String {
        let own = options.filter { $0 != Self.offered }.map { "`\($0)`" }
        return own.isEmpty ? what : "\(what): \(own.joined(separator: ", "))"
    }
}

extension MailProbe.Outcome {
    /// As it stands in `Evidence`, without the types' names.
    fileprivate var words: String {
        switch self {
        case .verified: "verified"
        case .failed(let failure):
            "\(failure)".replacing("Evidence.CertificateProblem.", with: "")
                .replacing("Evidence.TLSProblem.", with: "")
        }
    }
}

extension MailProbe {
    /// The certificates are compared one by one.
    fileprivate var withoutChain: MailProbe {
        var copy = self
        copy.chain = []
        return copy
    }
}

extension Certificate {
    /// Without what is another one each time a certificate is minted: digest and times.
    fileprivate var facts: [String] { [subject, issuer, key] + dnsNames }
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
