import Evidence
import Testing

@testable import Audit

/// What changed of a domain, and what only could not be told.
@Suite("Changes between runs: not measured is never regressed or fixed")
struct ComparisonTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// The latest first.
        var before: [Standing]
        var after: Standing
        var wasMeasured = true
        var kind: ChangeKind
        var appeared: [Cause] = []
        var cleared: [Cause] = []
        var why: String

        var testDescription: String { why }
    }

    /// Findings of the causes' own severities.
    static func standing(
        _ verdict: Verdict, _ causes: Cause..., probes: Bool = false,
        unanswered: [SideQuestion] = []
    ) -> Standing {
        Standing(
            verdict: verdict,
            findings: causes.map { Finding(cause: $0, severity: $0.defaultSeverity, detail: "") },
            probesMail: probes, unanswered: unanswered)
    }

    static func throttled(_ verdict: Verdict) -> Standing {
        Standing(
            verdict: verdict,
            findings: [Finding(cause: .policyStatus, severity: .unmeasured, detail: "429")])
    }

    static let rows: [Row] = [
        // Verdicts
        Row(
            before: [standing(.enforced)], after: standing(.bouncing, .mxAllUncovered),
            kind: .regressed, appeared: [.mxAllUncovered], why: "mail bounces since"),
        Row(
            before: [standing(.enforced)], after: standing(.testing, .modeTesting),
            kind: .regressed, appeared: [.modeTesting], why: "less protection without an error"),
        Row(
            before: [standing(.bouncing, .mxAllUncovered)], after: standing(.enforced),
            kind: .fixed, cleared: [.mxAllUncovered], why: "the MX is listed again"),
        Row(
            before: [standing(.absent)], after: standing(.degraded, .mxUncovered),
            kind: .regressed, appeared: [.mxUncovered],
            why: "more protection, and errors where there were none"),
        Row(
            before: [standing(.degraded, .mxUncovered)], after: standing(.testing, .modeTesting),
            kind: .regressed, appeared: [.modeTesting], cleared: [.mxUncovered],
            why: "less protection counts even though the error is gone"),
        Row(
            before: [standing(.testing, .modeTesting)],
            after: standing(.testing, .mxUncovered, .modeTesting),
            kind: .regressed, appeared: [.mxUncovered], why: "the verdict stays, an error is new"),
        Row(
            before: [standing(.testing, .mxUncovered, .modeTesting)],
            after: standing(.testing, .modeTesting), kind: .fixed, cleared: [.mxUncovered],
            why: "the verdict stays, the error is gone"),
        Row(
            before: [standing(.ineffective, .recordSyntax)],
            after: standing(.ineffective, .recordMultiple), kind: .changed,
            appeared: [.recordMultiple], cleared: [.recordSyntax],
            why: "as bad as before, for another cause"),
        Row(
            before: [standing(.enforced)], after: standing(.enforced, .tlsrptMissing),
            kind: .changed, appeared: [.tlsrptMissing], why: "advice is no regression"),
        Row(
            before: [standing(.enforced)], after: standing(.enforced), kind: .changed,
            why: "the same findings with other evidence"),

        // No mail
        Row(
            before: [standing(.enforced, .tlsrptMissing)],
            after: standing(.noDomain, .domainMissing), kind: .lapsed, appeared: [.domainMissing],
            why: "a name that is gone is no broken MTA-STS, and clears nothing"),
        Row(
            before: [standing(.absent)], after: standing(.noMail), kind: .lapsed,
            why: "a null MX is published"),
        Row(
            before: [standing(.noDomain, .domainMissing)],
            after: standing(.ineffective, .recordSyntax), kind: .revived,
            cleared: [.domainMissing], why: "back in DNS, whatever it is like"),
        Row(
            before: [standing(.noDomain, .domainMissing)], after: standing(.noMail),
            kind: .changed, cleared: [.domainMissing], why: "neither takes mail"),

        // Not measured now
        Row(
            before: [standing(.enforced)], after: standing(.unmeasured, .recordLookupFailed),
            kind: .notMeasured, why: "a SERVFAIL is no regression"),
        Row(
            before: [standing(.ineffective, .policyStatus)], after: throttled(.unmeasured),
            kind: .notMeasured, why: "429 after 404: the same cause code, and nothing is fixed"),
        Row(
            before: [standing(.testing, .mxUncovered)],
            after: standing(.testing, .mxLookupFailed), kind: .notMeasured,
            why: "testing stands, and whether the MX is covered is not known"),
        Row(
            before: [standing(.enforced, .tlsrptMissing)],
            after: standing(.enforced, .tlsrptLookupFailed), kind: .notMeasured,
            why: "an unreadable TLSRPT record clears nothing"),
        Row(
            before: [standing(.enforced)],
            after: standing(.ineffective, .policyHostMissing, .tlsrptLookupFailed),
            kind: .regressed, appeared: [.policyHostMissing],
            why: "what was measured is compared, whatever else was not"),
        Row(
            before: [standing(.enforced, .tlsrptLookupFailed)],
            after: standing(.enforced, .tlsrptLookupFailed), kind: .changed,
            why: "never measurable in part: what is measured still changes"),

        // Not measured then
        Row(
            before: [], after: standing(.bouncing, .mxAllUncovered), wasMeasured: false,
            kind: .measuredAgain, why: "nothing to compare with"),
        Row(
            before: [standing(.unmeasured, .recordLookupFailed), standing(.enforced)],
            after: standing(.bouncing, .mxAllUncovered), wasMeasured: false, kind: .regressed,
            appeared: [.mxAllUncovered], why: "compared with the last time it was measured"),
        Row(
            before: [standing(.unmeasured, .recordLookupFailed), standing(.enforced)],
            after: standing(.enforced), wasMeasured: false, kind: .measuredAgain,
            why: "as before the failure"),
        Row(
            before: [standing(.testing, .mxLookupFailed)],
            after: standing(.testing, .mxUncovered), kind: .measuredAgain,
            why: "an error that may have been there then is no new one"),
        Row(
            before: [
                standing(.testing, .mxLookupFailed), standing(.testing, .mxLookupFailed),
                standing(.testing),
            ], after: standing(.testing, .mxUncovered), kind: .regressed,
            appeared: [.mxUncovered], why: "before the failure it was not there"),
        Row(
            before: [standing(.testing, .mxLookupFailed), standing(.testing, .mxUncovered)],
            after: standing(.testing), kind: .fixed, cleared: [.mxUncovered],
            why: "before the failure it was there"),
        Row(
            before: [
                standing(.enforced, .tlsrptLookupFailed), standing(.enforced, .tlsrptMissing),
            ],
            after: standing(.enforced, .tlsrptMissing), kind: .measuredAgain,
            why: "there before, and there again"),

        // What one break hides
        Row(
            before: [standing(.degraded, .mxUncovered)],
            after: standing(.ineffective, .policyCertificateExpired), kind: .regressed,
            appeared: [.policyCertificateExpired],
            why: "an uncovered MX is not fixed because the policy cannot be fetched"),
        Row(
            before: [
                standing(.ineffective, .policyCertificateExpired),
                standing(.degraded, .mxUncovered),
            ], after: standing(.degraded, .mxUncovered), kind: .fixed,
            cleared: [.policyCertificateExpired], why: "and has not appeared when it can again"),
        Row(
            before: [standing(.ineffective, .policyCertificateExpired)],
            after: standing(.ineffective, .policyModeInvalid), kind: .changed,
            cleared: [.policyCertificateExpired],
            why: "the text could not be read before: it may have been wrong all the time"),

        // Side questions, which leave no finding where they get no answer
        Row(
            before: [standing(.absent, .recordMissing)],
            after: standing(.absent, unanswered: [.orphanedPolicy]), kind: .notMeasured,
            why: "a policy that could not be fetched is not known to be gone"),
        Row(
            before: [
                standing(.absent, unanswered: [.orphanedPolicy]), standing(.absent, .recordMissing),
            ], after: standing(.absent, .recordMissing), kind: .measuredAgain,
            why: "and is none that appeared when it can be again"),
        Row(
            before: [standing(.absent, unanswered: [.orphanedPolicy])],
            after: standing(.absent, .recordMissing), kind: .measuredAgain,
            why: "it may have been there all the time"),
        Row(
            before: [standing(.absent, unanswered: [.orphanedPolicy]), standing(.absent)],
            after: standing(.absent, .recordMissing), kind: .regressed,
            appeared: [.recordMissing], why: "it was not there when that could be told"),
        Row(
            before: [
                standing(.absent, unanswered: [.orphanedPolicy]), standing(.absent, .recordMissing),
            ], after: standing(.absent), kind: .fixed, cleared: [.recordMissing],
            why: "it was there when that could be told"),
        Row(
            before: [standing(.absent, .recordMisplaced)],
            after: standing(.absent, unanswered: [.misplacedRecords]), kind: .notMeasured,
            why: "a text that could not be looked up is not known to be gone"),
        Row(
            before: [standing(.absent, .tlsrptRUAInvalid)],
            after: standing(.absent, unanswered: [.reporting]), kind: .notMeasured,
            why: "without an STS record nothing else says that TLSRPT could not be read"),
        Row(
            before: [standing(.enforced, .mxAlias, .recordWildcard)],
            after: standing(.enforced, unanswered: [.mxAliases, .wildcard]), kind: .notMeasured,
            why: "neither is known to be gone"),
        Row(
            before: [standing(.enforced, .policyAddressInconsistent)],
            after: standing(.enforced, unanswered: [.policyHostAddresses]), kind: .notMeasured,
            why: "the address that differs may be the one that could not be looked up"),
        Row(
            before: [standing(.enforced, .mxAlias)],
            after: standing(.enforced, unanswered: [.wildcard]), kind: .changed,
            cleared: [.mxAlias], why: "one question hides what it asks for, and nothing else"),
        Row(
            before: [standing(.enforced, .mxAlias)],
            after: standing(.enforced, .mxAlias, unanswered: [.mxAliases]), kind: .notMeasured,
            why: "one alias is there still, another host could not be looked up"),
        Row(
            before: [standing(.testing, .modeTesting)],
            after: standing(.testing, .mxUncovered, .modeTesting, unanswered: [.wildcard]),
            kind: .regressed, appeared: [.mxUncovered],
            why: "what was measured is compared, whatever was not answered"),
        Row(
            before: [standing(.enforced, unanswered: [.policyHostAddresses])],
            after: standing(.enforced, unanswered: [.policyHostAddresses]), kind: .changed,
            why: "never answered: what is measured still changes"),

        // The MX probe, which is asked for or not
        Row(
            before: [standing(.bouncing, .mxCertificateExpired, probes: true)],
            after: standing(.enforced), kind: .notMeasured,
            why: "not probed now: nothing is fixed"),
        Row(
            before: [standing(.enforced)],
            after: standing(.bouncing, .mxCertificateExpired, probes: true), kind: .measuredAgain,
            why: "probed for the first time: nothing has become worse"),
        Row(
            before: [standing(.enforced), standing(.enforced, probes: true)],
            after: standing(.bouncing, .mxCertificateExpired, probes: true), kind: .regressed,
            appeared: [.mxCertificateExpired], why: "when it was last probed it was sound"),
        Row(
            before: [standing(.bouncing, .mxCertificateExpired, probes: true)],
            after: standing(.enforced, probes: true), kind: .fixed,
            cleared: [.mxCertificateExpired], why: "probed both times"),
        Row(
            before: [standing(.degraded, .mxStartTLSMissing, probes: true)],
            after: standing(.ineffective, .policyHostMissing), kind: .regressed,
            appeared: [.policyHostMissing], why: "worse, whatever probing would have said"),
        Row(
            before: [standing(.enforced, .mxStartTLSMissing, probes: true)],
            after: standing(.enforced, .mxUnreachable, probes: true), kind: .notMeasured,
            why: "a host that cannot be reached is not fixed"),
        Row(
            before: [standing(.bouncing, .mxCertificateExpired, probes: true)],
            after: standing(.enforced, .mxUnreachable, probes: true), kind: .notMeasured,
            why: "a better verdict because the bad host did not answer is no fix"),
        Row(
            before: [standing(.enforced, .mxUnreachable, probes: true)],
            after: standing(.bouncing, .mxCertificateExpired, probes: true), kind: .measuredAgain,
            why: "the host may have been as bad when it did not answer"),
        Row(
            before: [
                standing(.enforced, .mxUnreachable, probes: true),
                standing(.enforced, probes: true),
            ], after: standing(.bouncing, .mxCertificateExpired, probes: true), kind: .regressed,
            appeared: [.mxCertificateExpired], why: "it was good before it did not answer"),
        Row(
            before: [standing(.bouncing, .mxCertificateExpired, probes: true)],
            after: standing(.absent), kind: .fixed, cleared: [.mxCertificateExpired],
            why: "where nothing is published no host is probed, and mail is delivered again"),
        Row(
            before: [standing(.absent)],
            after: standing(.bouncing, .mxCertificateExpired, probes: true), kind: .regressed,
            appeared: [.mxCertificateExpired], why: "published, and mail bounces since"),
        Row(
            before: [standing(.bouncing, .mxCertificateExpired, probes: true)],
            after: standing(.testing, .modeTesting), kind: .fixed, appeared: [.modeTesting],
            why: "in testing mail is delivered, whatever the host's certificate"),
    ]

    @Test("what became of a domain", arguments: rows)
    func compared(row: Row) {
        var baseline = Baseline(for: row.after)
        for standing in row.before { baseline.add(standing) }
        let found = baseline.comparison(wasMeasured: row.wasMeasured, isSame: false)
        #expect(
            found == Comparison(kind: row.kind, appeared: row.appeared, cleared: row.cleared),
            "\(row.why)")
    }

    @Test("an unchanged domain is no change, unless it could not be measured then")
    func same() {
        var baseline = Baseline(for: Self.standing(.enforced))
        let isBase = baseline.add(Self.standing(.enforced))
        #expect(isBase)
        #expect(baseline.comparison(wasMeasured: true, isSame: true) == nil)
        #expect(baseline.comparison(wasMeasured: false, isSame: true)?.kind == .measuredAgain)
    }

    @Test("whatever the verdicts, an unmeasured side is never regressed or fixed")
    func never() {
        let open = Self.standing(.unmeasured, .recordLookupFailed)
        for verdict in Verdict.allCases {
            var now = Baseline(for: open)
            now.add(Self.standing(verdict))
            #expect(now.comparison(wasMeasured: true, isSame: false)?.kind == .notMeasured)
            var then = Baseline(for: Self.standing(verdict))
            then.add(open)
            let kind = then.comparison(wasMeasured: false, isSame: false)?.kind
            #expect(kind == (verdict == .unmeasured ? .notMeasured : .measuredAgain))
        }
    }

    @Test("nothing further back is read than is needed")
    func complete() {
        var baseline = Baseline(for: Self.standing(.enforced))
        #expect(!baseline.isComplete)
        baseline.add(Self.standing(.enforced, .mxLookupFailed))
        #expect(!baseline.isComplete, "the MX stage is open")
        baseline.add(Self.standing(.enforced))
        #expect(baseline.isComplete)
    }

    @Test("the order of protection tells all but removal's two last steps apart (§8.3)")
    func protection() {
        let ranked = Verdict.allCases.compactMap(\.protection)
        #expect(Set(ranked).count == ranked.count - 1)
        #expect(Verdict.disabled.protection == Verdict.absent.protection)
        #expect(Verdict.allCases.filter { $0.protection == nil }.count == 4)
    }
}
