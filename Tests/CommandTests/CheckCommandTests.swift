import Foundation
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    @Suite("check")
    struct CheckCommandTests {
        /// Checks domains of `ScenarioWorld`, each by its scenario's name.
        private static func check(
            _ scenarios: [String], _ more: [String] = []
        ) async throws -> Tool.Outcome {
            try await Lab.withLab(world: ScenarioWorld()) { lab in
                try await Tool.run(
                    ["check"] + scenarios.map { $0 + ".lab.example" } + (try lab.flags()) + more,
                    in: Scratch())
            }
        }

        /// The page with what changes from run to run replaced by words.
        private static func page(_ text: String) -> String {
            text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/, with: "MOMENT")
                .replacing(/[0-9]+ ms/, with: "SOME ms")
                .replacing(/[0-9]+ days left/, with: "SOME days left")
        }

        @Test("a sound domain, step by step", .timeLimit(.minutes(6)))
        func sound() async throws {
            let outcome = try await Self.check(["sound"], ["--fail-on", "advice"])
            #expect(outcome.status == 0)
            #expect(outcome.errors == "")
            #expect(
                Self.page(outcome.out) == """
                    sound.lab.example: enforced
                      A compliant sender delivers only over verified TLS to listed MX hosts; all are \
                    covered.

                    S1  Query the STS record
                        _mta-sts.sound.lab.example TXT "v=STSv1; id=20240131T093000;"

                    S2  Fetch the policy over HTTPS: no redirect, no certificate warning
                        mta-sts.sound.lab.example A 127.0.0.1
                        mta-sts.sound.lab.example has no AAAA record
                        127.0.0.1: status 200, text/plain, 102 bytes, TLSv1.3

                    S3  Check that the mode and the MX list fit today
                        mode enforce, max_age 604800 s, mx mx1.sound.lab.example, \
                    mx2.sound.lab.example

                    S4  Compare the MX hosts with the policy
                        mx1.sound.lab.example: covered by mx1.sound.lab.example
                        mx2.sound.lab.example: covered by mx2.sound.lab.example

                    S5  Check the certificate and that access is stable
                        subject CN=mta-sts.sound.lab.example,O=stsaudit lab, issuer CN=stsaudit lab \
                    intermediate,O=stsaudit lab, EC P-256
                        names mta-sts.sound.lab.example, valid MOMENT to MOMENT, \
                    SOME days left

                    S6  Read the TLS reports
                        _smtp._tls.sound.lab.example TXT \
                    "v=TLSRPTv1; rua=mailto:tls-reports@sound.lab.example"

                    Senders (by their published code: stsaudit causes policy-sender-disagreement)
                        postfix-mta-sts-resolver  enforces
                        postfix-tlspol            enforces
                        mox                       enforces
                        maddy                     enforces
                        chasquid                  enforces
                        KumoMTA                   enforces
                        Stalwart                  enforces
                        Halon                     enforces
                        Mimecast mta-sts          enforces
                        mailauth                  enforces
                        mailauth (strict)         enforces
                        mailpiece                 enforces

                    Measured MOMENT: 8 DNS queries, 1 requests, SOME ms

                    """)
        }

        @Test(
            "a broken domain: the evidence, what a sender does, what to do",
            .timeLimit(.minutes(6)))
        func broken() async throws {
            let outcome = try await Self.check(["mx-all-uncovered"], ["--fail-on", "error"])
            #expect(outcome.status == 1)
            let page = Self.page(outcome.out)
            #expect(page.hasPrefix("mx-all-uncovered.lab.example: bouncing\n"))
            let step = try #require(page.range(of: "\nS4  Compare the MX hosts with the policy\n"))
            #expect(
                page[step.upperBound...].hasPrefix(
                    """
                        in1.provider.example: not covered
                        in2.provider.example: not covered
                      ERROR mx-all-uncovered (RFC 8461 §4.1)
                    """))
            #expect(page.contains("\n      Do: "))
        }

        @Test("a domain that does not exist: nothing more was asked", .timeLimit(.minutes(6)))
        func missing() async throws {
            let outcome = try await Self.check(["domain-missing"])
            #expect(outcome.status == 0)
            #expect(
                Self.page(outcome.out) == """
                    domain-missing.lab.example: no-domain
                      A compliant sender finds that the domain does not exist.

                    S1  Query the STS record
                        domain-missing.lab.example does not exist

                    S4  Compare the MX hosts with the policy
                        domain-missing.lab.example does not exist

                    S9  Keep DNS, hosting and provider changes documented together
                      ERROR domain-missing (RFC 2308 §2.1)
                          domain-missing.lab.example does not exist (NXDOMAIN)
                          A sender returns mail for the domain as undeliverable.
                          Do: Renew or delegate the domain, or take it out of the portfolio if it was \
                    given up.

                    Measured MOMENT: 3 DNS queries, 0 requests, SOME ms

                    """)
        }

        @Test(
            "several domains, in the order given, an odd spelling included",
            .timeLimit(.minutes(6)))
        func several() async throws {
            let outcome = try await Self.check(["testing", "Absent", "testing"])
            #expect(outcome.status == 0)
            let heads = outcome.out.split(separator: "\n").filter {
                $0.contains(".lab.example: ") && !$0.hasPrefix(" ")
            }
            #expect(
                heads == [
                    "testing.lab.example: testing", "absent.lab.example: absent",
                    "testing.lab.example: testing",
                ])
        }

        @Test("what could not be measured is said to be so", .timeLimit(.minutes(6)))
        func unmeasured() async throws {
            let outcome = try await Self.check(["record-servfail"], ["--fail-on", "advice"])
            // Nothing is known, so there is nothing to fail on.
            #expect(outcome.status == 0)
            #expect(outcome.out.hasPrefix("record-servfail.lab.example: unmeasured\n"))
            #expect(outcome.out.contains("\n  NOT MEASURED record-lookup-failed ("))
            #expect(outcome.out.contains("SERVFAIL"))
        }
    }
}
