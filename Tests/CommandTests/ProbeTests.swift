import Audit
import Evidence
import Foundation
import Lab
import MTASTS
import Survey
import Testing

@testable import stsaudit

extension EndToEnd {
    /// What domains have in common is probed once.
    @Suite("Probes of shared MX hosts")
    struct ProbeTests {
        /// 20,000 domains with `STSAUDIT_SCALE`, 2,000 otherwise: the numbers are the same.
        private static var domains: Int {
            ProcessInfo.processInfo.environment["STSAUDIT_SCALE"] == nil ? 2000 : 20_000
        }

        @Test("thousands of domains and 40 MX hosts: 40 connections", .timeLimit(.minutes(6)))
        func sharedHosts() async throws {
            let world = ProviderWorld(count: Self.domains)
            try await Lab.withLab(world: world) { lab in
                let candidates = try (0..<world.count).map {
                    Candidate(id: Int64($0), domain: try DomainName(world.domain(at: $0)))
                }
                let outcome = try await TwoPasses.run(
                    candidates, with: try lab.probingConfiguration)
                #expect(outcome.results.count == world.count)
                #expect(
                    outcome.results.values.allSatisfy {
                        $0.assessment.verdict == .enforced
                            && $0.evidence.mailProbes?.count == 2
                    })
                #expect(outcome.progress.probes == 40)
                #expect(lab.mailTally.connections == 40)
                #expect(lab.mailTally.handshakes == 40)
                for index in world.hosts.indices {
                    let address = ProviderWorld.address(ofHost: index)
                    #expect(lab.mailTally.connections(to: address) == 1)
                    #expect(
                        lab.mailTally.handshakes(for: ProviderWorld.name(ofHost: index)) == 1,
                        "RFC 8461 §7.1: SNI names the MX host")
                }
                #expect(lab.mailTally.mailCommands == 0)
            }
        }

        @Test(
            "no connection gets out: one note in the summary, no finding at any domain",
            .timeLimit(.minutes(6)))
        func blockedPort() async throws {
            let world = ProviderWorld(count: 200)
            let scratch = try Scratch()
            try await Lab.withLab(world: world) { lab in
                let rows = (0..<world.count).map { world.domain(at: $0) + "\n" }
                try scratch.write("domain\n" + rows.joined(), to: "portfolio.csv")
                // The discard port: nothing listens there on loopback.
                let outcome = try await Tool.run(
                    ["audit", "portfolio.csv", "--output", "out", "--fail-on", "advice"]
                        + lab.flags() + lab.probeFlags + ["--mail-port", "9"], in: scratch)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let note =
                    "Port 9 cannot be reached from here: MX hosts were not probed (40 hosts)."
                #expect(outcome.out.components(separatedBy: note).count == 2, "\(outcome.out)")
                let domains = try scratch.csv("out/domains.csv")
                #expect(domains.rows.count == world.count)
                #expect(domains.rows.allSatisfy { $0["verdict"] == "enforced" })
                #expect(try scratch.csv("out/findings.csv").rows.isEmpty)
                #expect(lab.mailTally.connections == 0)
            }
        }

        @Test("check shows what was seen at each MX host", .timeLimit(.minutes(6)))
        func check() async throws {
            let domain = "mx-certificate-expired.lab.example"
            let outcome = try await Lab.withLab(world: ScenarioWorld()) { lab in
                try await Tool.run(
                    ["check", domain, "--fail-on", "error"]
                        + lab.flags() + lab.probeFlags, in: Scratch())
            }
            #expect(outcome.status == 1)
            let page = outcome.out
                .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/, with: "MOMENT")
                .replacing(/[0-9]+ days left/, with: "SOME days left")
            let start = try #require(page.range(of: "S4  "))
            let end = try #require(page.range(of: "\n\nS5  "))
            #expect(
                page[start.lowerBound..<end.lowerBound] == """
                    S4  Compare the MX hosts with the policy
                        mx1.\(domain): covered by mx1.\(domain)
                        mx2.\(domain): covered by mx2.\(domain)
                        mx1.\(domain) (127.0.0.1): STARTTLS, TLSv1.3, TLS_AES_256_GCM_SHA384
                          certificate for mx1.\(domain), issuer CN=stsaudit lab \
                    intermediate,O=stsaudit lab, EC P-256, valid MOMENT to MOMENT, SOME days left
                        mx2.\(domain) (\(LabAddress.mail(.expired))): the certificate of \
                    mx2.\(domain) expired at MOMENT
                          certificate for mx2.\(domain), issuer CN=stsaudit lab \
                    intermediate,O=stsaudit lab, EC P-256, valid MOMENT to MOMENT
                      ERROR mx-certificate-expired (RFC 8461 §4.2)
                          the certificate of mx2.\(domain) expired at
                          MOMENT
                          Under enforce a sender delivers nothing to this host.
                          Do: Renew the certificate of the MX host and have its mail server load it.
                    """)
        }

        @Test("check of one domain: nothing connects, and why that may be", .timeLimit(.minutes(6)))
        func checkBlocked() async throws {
            let outcome = try await Lab.withLab(world: ScenarioWorld()) { lab in
                try await Tool.run(
                    ["check", "sound.lab.example"] + lab.flags() + lab.probeFlags
                        + ["--mail-port", "9"], in: Scratch())
            }
            #expect(outcome.status == 0)
            #expect(outcome.out.hasPrefix("sound.lab.example: enforced\n"))
            #expect(outcome.out.contains("NOT MEASURED mx-unreachable (RFC 8461 §4.2)"))
            #expect(
                outcome.out.contains(
                    "    no MX host takes a connection: the SMTP port may be blocked from here\n"))
        }

        @Test("a demo with probes agrees with the truth", .timeLimit(.minutes(6)))
        func demo() async throws {
            let scratch = try Scratch()
            let demo = try await Tool.run(
                ["demo", "--probe-mx", "--output", "out", "--concurrency", "200"], in: scratch)
            #expect(demo.status == 0, "\(demo.out)\(demo.errors)")
            #expect(demo.out.contains("Verdicts: 1,000 of 1,000 equal the truth\n"))
            #expect(demo.out.contains("Cause sets: 1,000 of 1,000 equal the truth\n"))
            let shown = Set(try scratch.csv("out/causes.csv").rows.compactMap { $0["cause"] })
            #expect(shown.isSuperset(of: Scenario.transport.flatMap(\.causes)))
        }

        @Test("a name for EHLO that is none ends it at once", .timeLimit(.minutes(6)))
        func ehloName() async throws {
            let outcome = try await Lab.withLab(world: ScenarioWorld()) { lab in
                try await Tool.run(
                    ["check", "sound.lab.example"] + lab.flags() + lab.probeFlags
                        + ["--ehlo", "not a name"], in: Scratch())
            }
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("not a name"))
        }
    }
}
