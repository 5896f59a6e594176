import Evidence
import Fetch
import Lab
import Testing

@testable import class Fetch.PolicyFetcher

extension PolicyFetch.MailProbes {
    @Suite("Outcomes of the lab's mail hosts")
    struct Outcomes {
        struct Row: Sendable {
            var host: LabMailHost
            var failure: MailProbeFailure?
            var commands: [String]
            var why: String
        }

        /// What a whole look consists of.
        static let whole = ["EHLO", "EHLO", "STARTTLS", "NOOP", "QUIT"]
        static let upToTLS = ["EHLO", "STARTTLS"]

        static let rows: [Row] = [
            // Before TLS.
            Row(
                host: .noStartTLS, failure: .startTLSMissing, commands: ["EHLO", "QUIT"],
                why: "EHLO does not offer it"),
            Row(
                host: .startTLSDeferred, failure: .startTLSRefused(code: 454),
                commands: upToTLS + ["QUIT"], why: "RFC 3207 §4: TLS not available for now"),
            Row(
                host: .startTLSRefused, failure: .startTLSRefused(code: 502),
                commands: upToTLS + ["QUIT"], why: "offered, and unknown when asked for"),
            Row(
                host: .greetingDeferred, failure: .refused(code: 421), commands: [],
                why: "the host closes by itself (RFC 5321 §3.8); what is sent then is not read"),
            Row(
                host: .greetingRefused, failure: .refused(code: 554), commands: ["QUIT"],
                why: "RFC 5321 §3.1: QUIT is all that may follow"),
            Row(
                host: .helloRefused, failure: .refused(code: 550), commands: ["EHLO", "QUIT"],
                why: "this client is refused, which says nothing of TLS"),
            Row(host: .web, failure: .notSMTP, commands: [], why: "an HTTP status line"),
            Row(
                host: .mute, failure: .connectionLost, commands: [],
                why: "closed without a word"),
            Row(
                host: .endlessGreeting, failure: .notSMTP, commands: [],
                why: "a greeting of more than 64 KiB is none"),
            // The handshake.
            Row(
                host: .dropAfterStartTLS, failure: .tls(.reset), commands: upToTLS,
                why: "closed after 220: any sender meets this"),
            Row(
                host: .resetInHandshake, failure: .tls(.reset), commands: upToTLS,
                why: "a reset in reply to the ClientHello"),
            Row(
                host: .alert, failure: .tls(.alert(112)), commands: upToTLS,
                why: "unrecognized_name (112)"),
            Row(
                host: .oldTLS, failure: .tls(.oldVersion), commands: upToTLS,
                why: "TLS 1.1 at most, and we begin at 1.2"),
            Row(
                host: .plainText, failure: .tls(.notTLS), commands: upToTLS,
                why: "an SMTP reply in place of the ServerHello"),
            // The certificate.
            Row(
                host: .expired, failure: .certificate([.expired]), commands: upToTLS,
                why: "notAfter has passed"),
            Row(
                host: .notYetValid, failure: .certificate([.notYetValid]), commands: upToTLS,
                why: "notBefore is to come"),
            Row(
                host: .otherName, failure: .certificate([.nameMismatch]), commands: upToTLS,
                why: "RFC 8461 §4.2: a DNS-ID for the MX host"),
            Row(
                host: .commonNameOnly, failure: .certificate([.noSubjectAlternativeName]),
                commands: upToTLS, why: "a common name is no DNS-ID"),
            Row(
                host: .selfSigned, failure: .certificate([.selfSigned]), commands: upToTLS,
                why: "opportunistic TLS takes it, MTA-STS does not"),
            Row(
                host: .untrustedRoot, failure: .certificate([.untrusted]), commands: upToTLS,
                why: "its root is not in the CA file"),
            Row(
                host: .missingIntermediate, failure: .certificate([.chainIncomplete]),
                commands: upToTLS, why: "senders do not fetch intermediates"),
            Row(
                host: .weak, failure: .certificate([.weak]), commands: upToTLS,
                why: "RSA of 1,024 bits is below the security level"),
            Row(
                host: .expiredOtherName, failure: .certificate([.expired, .nameMismatch]),
                commands: upToTLS, why: "both are found, not just the first"),
            // Nothing that keeps mail from coming.
            Row(host: .expiring, failure: nil, commands: whole, why: "nine days are nine days"),
            Row(host: .manyLines, failure: nil, commands: whole, why: "40 extensions"),
            Row(host: .slow, failure: nil, commands: whole, why: "a byte every 2 ms"),
        ]

        @Test("to the exact outcome, and nothing is said but what a look needs") func rows()
            async throws
        {
            try await MailBench.run { bench async throws in
                for row in Self.rows {
                    let name = row.host.rawValue
                    let probe = try await bench.probe(row.host.address)
                    check(probe.failure, row)
                    #expect(probe.host == MailHosts.name && probe.address != nil)
                    let hasTLS = row.failure == nil
                    #expect(probe.tlsVersion == (hasTLS ? "TLSv1.3" : nil), "\(name)")
                    #expect(probe.cipher == (hasTLS ? "TLS_AES_256_GCM_SHA384" : nil), "\(name)")
                    let commands = try await bench.commands(
                        at: row.host.address, count: row.commands.count)
                    #expect(commands == row.commands, "\(name): \(row.why)")
                }
                #expect(bench.server.tally.mailCommands == 0)
                #expect(bench.server.tally.hellos(from: "probe.lab.example") > 0)
                // Otherwise libcurl's cache of the CA bundle is defeated: 20 ms a handshake.
                #expect(await bench.fetcher.trustStoreLoads == 1)
            }
        }

        private func check(_ failure: MailProbeFailure?, _ row: Row) {
            if case .certificate(let problems)? = failure,
                case .certificate(let expected)? = row.failure
            {
                #expect(Set(problems) == Set(expected), "\(row.host): \(row.why)")
                #expect(problems.count == expected.count, "\(row.host): without repeats")
            } else {
                #expect(failure == row.failure, "\(row.host): \(row.why)")
            }
        }
    }
}
