import Foundation
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    /// What other programs take from the environment must not lead an audit elsewhere: its view is
    /// that of a sender, and it may run where the environment was made for something else.
    @Suite("Environment")
    struct EnvironmentTests {
        struct Row: Sendable, CustomTestStringConvertible {
            var settings: [String]
            var why: String
            var testDescription: String { settings.joined(separator: " ") }
        }

        /// Nothing listens at 127.0.0.2: what heeds one of these cannot succeed.
        static let rows: [Row] = [
            .init(
                settings: [
                    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                    "smtp_proxy", "SMTP_PROXY",
                ].map { "\($0)=http://127.0.0.2:9" }, why: "a sender goes to the host itself"),
            .init(
                settings: ["all_proxy=socks5h://127.0.0.2:9"], why: "which would ask DNS too"),
            .init(
                settings: ["no_proxy=*", "NO_PROXY=127.0.0.0/8"], why: "nothing to except from"),
            .init(
                settings: ["RES_OPTIONS=ndots:15 attempts:1 timeout:1 rotate use-vc"],
                why: "options of the C library's resolver"),
            .init(settings: ["LOCALDOMAIN=elsewhere.example"], why: "no search list"),
            .init(settings: ["HOSTALIASES=$PWD/aliases"], why: "no aliases"),
            .init(
                settings: ["HOME=$PWD", "CURL_HOME=$PWD", "NETRC=$PWD/.netrc"],
                why: "the lab refuses a request with a password"),
            .init(
                settings: ["CURL_CA_BUNDLE=$PWD/empty", "SSL_CERT_FILE=$PWD/empty"],
                why: "--ca-file says which roots count"),
            .init(
                settings: ["SSL_CERT_DIR=$PWD/nowhere"],
                why: "no folder of roots beside the bundle"),
            .init(
                settings: ["SSLKEYLOGFILE=$PWD/keys"],
                why: "the keys of our connections are nobody's"),
        ]

        @Test("changes neither the way nor the verdict", .timeLimit(.minutes(6)), arguments: rows)
        func ignored(row: Row) async throws {
            let scratch = try Scratch()
            try scratch.write(
                "default login stranger password secret\n"
                    + "machine mta-sts.a.custom.example login x password y\n", to: ".netrc")
            try scratch.write("proxy = http://127.0.0.2:9\n", to: ".curlrc")
            try scratch.write("a elsewhere.example\nmta-sts elsewhere.example\n", to: "aliases")
            try scratch.write("", to: "empty")
            let world = CustomWorld(domains: ["a": .init()])
            try await Lab.withLab(world: world) { lab in
                let words =
                    [Tool.path, "check", "a.custom.example", "--fail-on", "advice"]
                    + (try lab.flags()) + lab.probeFlags
                // In double quotes: $PWD is the folder of this test.
                let settings = row.settings.map { "\"\($0)\"" }.joined(separator: " ")
                let outcome = try await Tool.shell(
                    "env \(settings) " + words.map(Shell.quoted).joined(separator: " "),
                    in: scratch)
                #expect(outcome.status == 0, "\(row.why): \(outcome.out)\(outcome.errors)")
                #expect(outcome.out.contains("enforced"))
                #expect(!scratch.exists("keys"), "\(row.why)")
            }
        }

        @Test("a proxy is used where --proxy names one, and it is that one")
        func proxy() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: CustomWorld(domains: ["a": .init()])) { lab in
                // Nothing listens there either: the policy cannot come.
                let words =
                    [Tool.path, "check", "a.custom.example", "--proxy", "127.0.0.3:9"]
                    + (try lab.flags())
                let outcome = try await Tool.shell(
                    "env https_proxy=http://127.0.0.2:9 no_proxy='*' NO_PROXY='*' "
                        + words.map(Shell.quoted).joined(separator: " "), in: scratch)
                #expect(outcome.out.contains("unmeasured"), "\(outcome.out)\(outcome.errors)")
                #expect(outcome.out.contains("or none to the proxy"), "\(outcome.out)")
            }
        }

        @Test("SSL_CERT_FILE is what it says: the roots, where --ca-file names none")
        func roots() async throws {
            let scratch = try Scratch()
            let world = CustomWorld(domains: ["a": .init()])
            try await Lab.withLab(world: world) { lab in
                var flags = try lab.flags()
                let place = try #require(flags.firstIndex(of: "--ca-file"))
                flags.removeSubrange(place...(place + 1))
                let words =
                    [Tool.path, "check", "a.custom.example", "--fail-on", "advice"] + flags
                let outcome = try await Tool.shell(
                    "env SSL_CERT_FILE=\(Shell.quoted(lab.caFile)) "
                        + words.map(Shell.quoted).joined(separator: " "), in: scratch)
                #expect(outcome.status == 0, "\(outcome.out)\(outcome.errors)")
            }
        }
    }
}
