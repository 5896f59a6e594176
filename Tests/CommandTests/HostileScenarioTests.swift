import ArgumentParser
import Audit
import Evidence
import Foundation
import Lab
import MTASTS
import Survey
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Every step of DNS, TLS, HTTP and SMTP answered wrongly in turn, through resolver, libcurl and
    /// judge on real sockets: bounded time, the exact evidence, the right cause.
    @Suite("Hostile networks, end to end")
    struct HostileScenarioTests {
        static let scenarios = Scenario.hostile + Scenario.hostileTransport

        /// All at once, in the two passes of an audit: what holds up the loop holds up everybody.
        ///
        /// Those that spoil a TCP connection of the resolver's have a survey of their own each: a
        /// channel has one such connection, and a resolver that ruins it for all names at once is
        /// no stranger's doing.
        private static let results = Task {
            try await Lab.withLab(world: ScenarioWorld()) { lab in
                let configuration = try configuration(lab)
                let (alone, together) = (
                    scenarios.filter(\.spoilsStream),
                    scenarios.filter { !$0.spoilsStream }
                )
                return try await withThrowingTaskGroup(of: [String: Examined].self) { group in
                    for scenarios in [together] + alone.map({ [$0] }) {
                        group.addTask { try await results(of: scenarios, configuration) }
                    }
                    return try await group.reduce(into: [:]) { all, some in
                        all.merge(some) { $1 }
                    }
                }
            }
        }

        private static func results(
            of scenarios: [Scenario], _ configuration: SurveyConfiguration
        ) async throws -> [String: Examined] {
            let world = ScenarioWorld()
            let candidates = try scenarios.enumerated().map { index, scenario in
                Candidate(
                    id: Int64(index), domain: try DomainName(world.domain(of: scenario)),
                    expectations: Expectations())
            }
            let outcome = try await TwoPasses.run(candidates, with: configuration)
            return Dictionary(
                uniqueKeysWithValues: outcome.results.map { id, result in
                    (scenarios[Int(id)].name, result)
                })
        }

        @Test(
            "verdict, causes, evidence and time are as expected", .timeLimit(.minutes(6)),
            arguments: scenarios)
        func row(scenario: Scenario) async throws {
            let result = try #require(try await Self.results.value[scenario.name])
            let evidence = result.evidence
            let seen =
                "\(evidence.record.outcome) \(evidence.fetches.map(\.outcome)) "
                + "\(evidence.mailProbes?.map(\.outcome) ?? [])"
            let shown = "\(scenario.why): \(seen.prefix(1_000))"
            #expect(result.assessment.verdict.rawValue == scenario.verdict, "\(shown)")
            let causes = Set(result.assessment.findings.map(\.cause.code)).sorted()
            #expect(causes == scenario.causes, "\(shown)")
            #expect(HostileEvidence(evidence) == HostileEvidence.expected(of: scenario), "\(shown)")
            // What is transient is asked three times, a late response twice: 40 s at most, and as
            // much again for a machine that is busy with other tests.
            #expect(
                .milliseconds(result.measurement.elapsedMilliseconds) < .seconds(80),
                "\(scenario.why)")
        }

        /// More patience than a lab needs: the machine may be busy with all the other tests.
        private static func configuration(_ lab: Lab) throws -> SurveyConfiguration {
            let patience = [
                "--dns-timeout", "2", "--connect-timeout", "4", "--fetch-timeout", "12",
                "--probe-timeout", "8",
            ]
            return try EngineOptions.parse(lab.flags() + lab.probeFlags + patience).configuration
        }

        /// Hosts that send without end, all at once, in a process of their own: what it ever held.
        @Test("memory does not depend on what hosts send", .timeLimit(.minutes(6)))
        func memory() async throws {
            let scratch = try Scratch()
            let world = ScenarioWorld()
            let quick = Self.scenarios.filter { !$0.isBlackHole }
            try scratch.write(
                quick.map { world.domain(of: $0) + "\n" }.joined(), to: "portfolio.txt")
            try await Lab.withLab(world: world) { lab in
                let words =
                    [Tool.path, "audit", "portfolio.txt", "--progress", "none"]
                    + (try lab.flags()) + lab.probeFlags
                let outcome = try await Tool.shell(
                    """
                    \(words.map(Shell.quoted).joined(separator: " ")) >summary.txt & tool=$!
                    while kill -0 $tool 2>/dev/null; do
                        now=$(awk '/VmHWM/ { print $2 }' /proc/$tool/status 2>/dev/null)
                        [ "${now:-0}" -gt "${peak:-0}" ] && peak=$now
                        sleep 0.05
                    done
                    wait $tool || exit
                    echo $peak
                    """, in: scratch)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let peak = try #require(
                    Int(outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)))
                // A debug build; a sound domain takes some 60 MB of it.
                #expect(peak < 160 * 1_024, "\(peak) KB")
            }
        }

        @Test("a row of the evidence for every scenario that is not sound")
        func coverage() {
            let unsound = Self.scenarios.filter { HostileEvidence.expected(of: $0) != .sound }
            let named = Set(HostileEvidence.rows.map(\.name))
            #expect(named.count == HostileEvidence.rows.count)
            #expect(named == Set(unsound.map(\.name)))
            #expect(Set(Self.scenarios.map(\.name)).count == Self.scenarios.count)
        }
    }
}

extension Scenario {
    /// The resolver's TCP connection ends or hangs in its answer.
    fileprivate var spoilsStream: Bool { name.hasPrefix("hostile-dns-tcp-") }
}

/// The one fact that a hostile scenario is about.
enum HostileEvidence: Hashable {
    /// A record was found, the policy fetched and, where that was asked for, each MX host verified.
    case sound
    case record(LookupFailure)
    /// No record at the name.
    case noRecord
    case guarded
    case status(Int)
    case fetch(FetchFailure)
    /// Of the MX host that is not verified.
    case probe(MailProbeFailure)

    init(_ evidence: Evidence) {
        let probes: [MailProbeFailure] = (evidence.mailProbes ?? []).compactMap { probe in
            switch probe.outcome {
            case .verified: nil
            case .failed(let failure): failure
            }
        }
        self =
            switch (evidence.record.outcome, evidence.fetches.first?.outcome, probes.first) {
            case (.failed(let failure), _, _): .record(failure)
            case (.noData, _, _), (.nameMissing, _, _): .noRecord
            case (.found, nil, _): evidence.guardedAddresses.isEmpty ? .noRecord : .guarded
            case (.found, .failed(let failure), _): .fetch(failure)
            case (.found, .response(let response), _) where response.status != 200:
                .status(response.status)
            case (.found, .response, let failure?): .probe(failure)
            case (.found, .response, nil): .sound
            }
    }

    static func expected(of scenario: Scenario) -> HostileEvidence {
        rows.first { $0.name == scenario.name }?.evidence ?? .sound
    }

    static let rows: [(name: String, evidence: HostileEvidence)] =
        dns + tls + http
        + mail.map { (name: "hostile-mx-" + $0.host.rawValue, evidence: .probe($0.failure)) }

    private static let dns: [(name: String, evidence: HostileEvidence)] = [
        ("hostile-dns-only-forged", .record(.timeout)),
        ("hostile-dns-only-elsewhere", .record(.timeout)),
        ("hostile-dns-echo", .record(.malformedReply)),
        ("hostile-dns-question-missing", .record(.timeout)),
        ("hostile-dns-question-twice", .record(.timeout)),
        ("hostile-dns-other-name", .noRecord),
        ("hostile-dns-other-class", .noRecord),
        ("hostile-dns-pointer-loop", .record(.malformedReply)),
        ("hostile-dns-one-missing", .record(.malformedReply)),
        ("hostile-dns-trailing-bytes", .record(.malformedReply)),
        ("hostile-dns-opt-twice", .record(.malformedReply)),
        ("hostile-dns-bad-version", .record(.responseCode(16))),
        ("hostile-dns-alias-chain-17", .record(.aliasLoop)),
        ("hostile-dns-alias-chain-1000", .record(.aliasLoop)),
        ("hostile-dns-alias-of-itself", .record(.aliasLoop)),
        ("hostile-dns-alias-loop", .record(.aliasLoop)),
        ("hostile-dns-texts-10000", .record(.malformedReply)),
        ("hostile-dns-addresses-3000", .guarded),
        ("hostile-dns-truncated", .record(.malformedReply)),
        ("hostile-dns-tcp-silence", .record(.timeout)),
        ("hostile-dns-tcp-half-length", .record(.timeout)),
        ("hostile-dns-tcp-stall", .record(.timeout)),
        ("hostile-dns-tcp-close", .record(.transport)),
        ("hostile-dns-tcp-close-half-length", .record(.transport)),
        ("hostile-dns-tcp-close-midway", .record(.transport)),
        ("hostile-dns-tcp-length-zero", .record(.transport)),
        ("hostile-dns-tcp-length-largest", .record(.timeout)),
    ]

    /// OpenSSL's reason codes (sslerr.h), where the failure is its.
    private static let tls: [(name: String, evidence: HostileEvidence)] = [
        // SSL_R_EXCESSIVE_MESSAGE_SIZE
        ("hostile-tls-names-16000", .fetch(.tls(.other(152)))),
        ("hostile-tls-chain-300", .fetch(.tls(.other(152)))),
        ("hostile-tls-drip", .fetch(.tlsTimeout)),
        // SSL_R_PACKET_LENGTH_TOO_LONG
        ("hostile-tls-oversized-record", .fetch(.tls(.other(198)))),
        ("hostile-tls-huge-message", .fetch(.tls(.other(152)))),
        ("hostile-tls-hello-requests", .fetch(.tls(.other(152)))),
        // SSL_R_TOO_MANY_WARN_ALERTS
        ("hostile-tls-warnings", .fetch(.tls(.other(409)))),
        // SSL_R_UNEXPECTED_MESSAGE
        ("hostile-tls-cipher-changes", .fetch(.tls(.other(244)))),
        // SSL_R_RECORD_TOO_SMALL
        ("hostile-tls-empty-records", .fetch(.tls(.other(298)))),
        ("hostile-tls-noise", .fetch(.tls(.notTLS))),
        ("hostile-tls-tickets", .fetch(.brokenResponse(.notHTTP))),
        ("hostile-tls-key-updates", .fetch(.brokenResponse(.notHTTP))),
        // handshake_failure: what OpenSSL's server says to a client that will not.
        ("hostile-tls-renegotiation", .fetch(.tls(.alert(40)))),
    ]

    private static let http: [(name: String, evidence: HostileEvidence)] = [
        ("hostile-http-line-64k", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-line-endless", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-fields-100000", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-interim-endless", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-interim-fields", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-status-line-endless", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-version-9", .fetch(.brokenResponse(.notHTTP))),
        ("hostile-http-status-long", .fetch(.brokenResponse(.notHTTP))),
        ("hostile-http-nul", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-header-drip", .fetch(.responseTimeout)),
        ("hostile-http-body-endless", .fetch(.tooLarge(limitBytes: 65_536))),
        ("hostile-http-length-largest", .fetch(.tooLarge(limitBytes: 65_536))),
        ("hostile-http-chunk-largest", .fetch(.tooLarge(limitBytes: 65_536))),
        ("hostile-http-chunk-overflow", .fetch(.brokenResponse(.badChunk))),
        ("hostile-http-chunk-negative", .fetch(.brokenResponse(.badChunk))),
        ("hostile-http-chunk-zeros", .fetch(.brokenResponse(.badChunk))),
        ("hostile-http-chunk-extension", .fetch(.brokenResponse(.badChunk))),
        ("hostile-http-trailers", .fetch(.brokenResponse(.badHeader))),
        ("hostile-http-chunk-unended", .fetch(.brokenResponse(.badChunk))),
        ("hostile-http-length-short", .fetch(.brokenResponse(.truncated))),
        ("hostile-http-challenge", .status(401)),
        ("hostile-http-redirect-inward", .status(302)),
        ("hostile-http-transfer-gzip", .fetch(.brokenResponse(.badHeader))),
    ]

    private static let mail: [(host: HostileMailHost, failure: MailProbeFailure)] = [
        (.greetingLine, .notSMTP), (.greetingNoise, .notSMTP), (.helloLines, .notSMTP),
        (.helloLine, .notSMTP), (.oddCodes, .notSMTP), (.ahead, .startTLSMissing),
        (.injected, .tls(.notTLS)), (.startTLSLines, .tls(.notTLS)), (.startTLSDrip, .tlsTimeout),
        (.helloRequests, .tls(.notTLS)), (.names, .tls(.other(152))),
        (.handshakeDrip, .tlsTimeout), (.renegotiation, .tls(.alert(40))),
    ]
}
