import Evidence
import Fetch
import Lab
import Testing

extension PolicyFetch {
    @Suite("Handshake: RFC 8461 §3.3, RFC 8446")
    struct Handshake {
        struct Row: Sendable, CustomTestStringConvertible {
            var name: String
            var handshake: HandshakeBehaviour
            var failure: FetchFailure
            var why: String
            var testDescription: String { name }
        }

        static let rows: [Row] = [
            Row(
                name: "alert", handshake: .alert, failure: .tls(.alert(112)),
                why: "unrecognized_name (112): the server does not know the host"),
            Row(
                name: "old-version", handshake: .oldVersion, failure: .tls(.oldVersion),
                why: "TLS 1.1 at most, and we begin at 1.2"),
            Row(
                name: "plain-http", handshake: .plainText, failure: .tls(.notTLS),
                why: "the bytes are no TLS record"),
            Row(
                name: "reset", handshake: .reset, failure: .tls(.reset),
                why: "a reset in reply to the ClientHello"),
        ]

        @Test("faults") func faults() async throws {
            let hosts = Dictionary(
                uniqueKeysWithValues: Self.rows.map {
                    ($0.name, HostBehaviour(handshake: $0.handshake, response: .silence))
                })
            try await Bench.run(hosts) { bench async throws in
                for row in Self.rows {
                    let fetch = try await bench.fetch(row.name)
                    #expect(fetch.failure == row.failure, "\(row.name): \(row.why)")
                    #expect(fetch.tlsVersion == nil, "\(row.name): no handshake was finished")
                    #expect(fetch.chain.isEmpty, "\(row.name): nothing was presented")
                }
            }
        }

        @Test(
            "messages without end behind the handshake: given up for their number",
            arguments: [TLSMischief.tickets, .keyUpdates])
        func laterMessages(mischief: TLSMischief) async throws {
            let host = HostBehaviour(handshake: .afterwards(mischief), response: .silence)
            // So many bytes of them would take minutes.
            let patient: (inout FetchConfiguration) -> Void = {
                $0.limitBytes = 256 * 1_048_576
                $0.totalTimeout = .seconds(20)
            }
            try await Bench.run(["flood": host], configuring: patient) { bench async throws in
                #expect(try await bench.fetch("flood").failure == .brokenResponse(.notHTTP))
            }
        }

        @Test(
            "messages behind the handshake: as many as any server may send, and not one more",
            arguments: [(64, true), (65, false)])
        func laterMessageCount(times: Int, isSound: Bool) async throws {
            let hosts = Dictionary(
                uniqueKeysWithValues: [TLSMischief.tickets, .keyUpdates].map { mischief in
                    (
                        "\(mischief)".lowercased(),
                        HostBehaviour(
                            handshake: .afterwards(mischief, times: times),
                            response: .reply(body: PolicyHosts.policy))
                    )
                })
            try await Bench.run(hosts) { bench async throws in
                for name in hosts.keys {
                    let fetch = try await bench.fetch(name)
                    #expect(fetch.response?.status == (isSound ? 200 : nil), "\(name)")
                    #expect(fetch.failure == (isSound ? nil : .brokenResponse(.notHTTP)), "\(name)")
                }
            }
        }

        @Test("empty messages in place of a handshake: 256 KiB of them are enough")
        func emptyMessages() async throws {
            // HelloRequest (RFC 5246 §7.4.1.1), which OpenSSL passes over. Less than 1 MiB in all:
            // who reads on waits for more until the deadline.
            let hello: [UInt8] = [22, 3, 3, 0, 4, 0, 0, 0, 0]
            let torrent = Torrent(
                Array((0..<40_000).map { _ in hello }.joined()), ending: .silence)
            let host = HostBehaviour(handshake: .torrent(torrent), response: .silence)
            try await Bench.run(["empty": host], configuring: { $0.connectTimeout = .seconds(10) })
            {
                bench async throws in
                let excessiveMessageSize = 152
                #expect(
                    try await bench.fetch("empty").failure == .tls(.other(excessiveMessageSize)))
            }
        }

        @Test("a handshake that hangs is a TLS timeout, not one of TCP") func hang() async throws {
            let host = HostBehaviour(handshake: .hang, response: .silence)
            try await Bench.run(["hang": host], configuring: { $0.connectTimeout = .seconds(1) }) {
                bench async throws in
                #expect(try await bench.fetch("hang").failure == .tlsTimeout)
            }
        }
    }

    @Suite("Certificate: RFC 8461 §3.3, RFC 6125")
    struct Certificates {
        struct Row: Sendable {
            var name: String
            var recipe: CertificateRecipe
            /// Empty: accepted.
            var problems: Set<CertificateProblem>
            var why: String
        }

        static let rows: [Row] = [
            Row(name: "sound", recipe: .init(), problems: [], why: "EC P-256 under the lab's root"),
            Row(
                name: "rsa", recipe: .init(key: .rsa2048), problems: [], why: "112 bits are enough"),
            Row(
                name: "wildcard", recipe: .init(names: .wildcard), problems: [],
                why: "RFC 8461 §3.3 allows a wildcard as the left label"),
            Row(
                name: "expired", recipe: .init(notBeforeDays: -100, notAfterDays: -10),
                problems: [.expired], why: "notAfter has passed"),
            Row(
                name: "early", recipe: .init(notBeforeDays: 2, notAfterDays: 90),
                problems: [.notYetValid], why: "notBefore is to come"),
            Row(
                name: "other-name", recipe: .init(names: .other), problems: [.nameMismatch],
                why: "a dNSName for another host"),
            Row(
                name: "common-name", recipe: .init(names: .commonNameOnly),
                problems: [.noSubjectAlternativeName],
                why: "a matching common name does not make up for a dNSName"),
            Row(
                name: "incomplete", recipe: .init(issuer: .missingIntermediate),
                problems: [.chainIncomplete], why: "browsers fetch the intermediate, senders do not"
            ),
            Row(
                name: "untrusted", recipe: .init(issuer: .untrusted), problems: [.untrusted],
                why: "its root is presented and not in the CA file"),
            Row(
                name: "self-signed", recipe: .init(issuer: .selfSigned), problems: [.selfSigned],
                why: "its own issuer"),
            Row(
                name: "weak", recipe: .init(key: .rsa1024), problems: [.weak],
                why: "80 bits are below the security level"),
            Row(
                name: "expired-other",
                recipe: .init(names: .other, notBeforeDays: -100, notAfterDays: -10),
                problems: [.expired, .nameMismatch], why: "both are found, not just the first"),
            Row(
                name: "expired-untrusted",
                recipe: .init(issuer: .untrusted, notBeforeDays: -100, notAfterDays: -10),
                problems: [.expired, .untrusted], why: "a renewal alone would not help"),
            Row(
                name: "all-wrong",
                recipe: .init(
                    issuer: .selfSigned, names: .other, notBeforeDays: -100, notAfterDays: -10),
                problems: [.selfSigned, .nameMismatch, .expired], why: "three things to mend"),
        ]

        @Test("every problem, and the chain in any case") func problems() async throws {
            let hosts = Dictionary(
                uniqueKeysWithValues: Self.rows.map {
                    (
                        $0.name,
                        HostBehaviour(
                            handshake: .certificate($0.recipe),
                            response: .reply(body: PolicyHosts.policy))
                    )
                })
            try await Bench.run(hosts) { bench async throws in
                for row in Self.rows {
                    let fetch = try await bench.fetch(row.name)
                    try check(fetch, row)
                    // Nothing is asked of a host that could not prove who it is.
                    let requests = row.problems.isEmpty ? 1 : 0
                    #expect(bench.server.requests(for: PolicyHosts.name(row.name)) == requests)
                }
            }
        }

        private func check(_ fetch: Fetch, _ row: Row) throws {
            let leaf = try #require(fetch.chain.first, "\(row.name): captured though refused")
            switch fetch.outcome {
            case .response(let response):
                #expect(row.problems.isEmpty, "\(row.name): \(row.why)")
                #expect(response.body.bytes == PolicyHosts.policy)
                #expect(fetch.tlsVersion == "TLSv1.3")
            case .failed(.certificate(let problems)):
                #expect(Set(problems) == row.problems, "\(row.name): \(row.why)")
                #expect(problems.count == row.problems.count, "\(row.name): without repeats")
                #expect(fetch.tlsVersion == nil)
            case .failed(let failure):
                Issue.record("\(row.name): \(failure)")
            }
            #expect(
                fetch.chain.count
                    == (row.recipe.issuer == .selfSigned
                        || row.recipe.issuer == .missingIntermediate
                        ? 1 : 2))
            #expect(leaf.notAfter > leaf.notBefore)
            switch row.recipe.key {
            case .p256: #expect(leaf.key == "EC P-256")
            case .rsa2048: #expect(leaf.key == "RSA 2048")
            case .rsa1024: #expect(leaf.key == "RSA 1024")
            }
            switch row.recipe.names {
            case .matching: #expect(leaf.dnsNames == [PolicyHosts.name(row.name)])
            case .wildcard: #expect(leaf.dnsNames == ["*.\(row.name).example"])
            case .other: #expect(leaf.dnsNameCount == 1)
            case .commonNameOnly:
                #expect(leaf.dnsNameCount == 0)
                #expect(leaf.subject.contains(PolicyHosts.name(row.name)))
            }
        }
    }
}
