import Evidence
import MTASTS

/// A publish kit in the making.
struct KitDraft {
    let past: DomainPast
    let evidence: Evidence
    /// The last look, with what senders may hold.
    let found: Assessment
    let wishes: KitWishes
    let isAskedFor: Bool
    let now: Timestamp

    struct Result {
        var standing: KitStanding
        var records: [RecordChange] = []
        var policy: KitPolicy?
        var plan: Plan?
        var cures: Set<Cause> = []
        var forecast: Assessment?
        var remaining: [Finding] = []
    }

    private var domain: DomainName { past.domain }
    private var changes: RecordChanges {
        RecordChanges(domain: domain, evidence: evidence, wishes: wishes)
    }

    var result: Result {
        switch found.verdict {
        case .noDomain: return blocked(.noDomain)
        case .noMail: return found.findings.isEmpty ? sound : blocked(.noMail)
        // What is published may be as good as can be; and no list of hosts is made of guesses.
        case .unmeasured: return blocked(.plan(isMXUnknown ? .mxUnknown : .policyUnmeasured))
        case .invalidInput: return sound
        // Switched off, as its owner wanted.
        case .disabled where !isAskedFor: return sound
        case .absent, .ineffective, .bouncing, .degraded, .testing, .enforced, .disabled: break
        }
        let draft: Draft
        do throws(KitStop) {
            draft = try Draft(self)
        } catch {
            switch error {
            case .obstacle(let obstacle):
                return isDueAnyway ? blocked(obstacle) : sound
            }
        }
        let cures = cures(by: draft.forecast)
        if cures.contains(where: { $0.stage != .reporting }) || isDue(draft) {
            return draft.result(curing: cures, adding: heldFindings)
        }
        if let reporting = reportingOnly(), !reporting.cures.isEmpty { return reporting }
        return isDueAnyway ? blocked(.elsewhere) : sound
    }

    private var sound: Result { Result(standing: .sound) }

    private func blocked(_ obstacle: KitObstacle) -> Result {
        Result(standing: .blocked(obstacle), remaining: found.findings)
    }

    // MARK: - Whether to publish

    /// Senders do not find what they should.
    private var isDueAnyway: Bool {
        switch found.verdict {
        case .absent, .ineffective, .bouncing, .degraded, .unmeasured: true
        case .enforced, .testing, .disabled, .noMail, .noDomain, .invalidInput: false
        }
    }

    /// Whether a new policy is wanted even if it clears no finding.
    private func isDue(_ draft: Draft) -> Bool {
        switch found.verdict {
        case .absent: true
        // A policy that is good as it stands is left alone: its host is what is broken. Where
        // there is no host, there is no policy.
        case .ineffective: changes.hostState != .present
        case .bouncing, .degraded: draft.mode == .testing
        case .testing, .disabled, .enforced: isAskedFor && found.mode != draft.mode.rawValue
        case .noMail, .noDomain, .unmeasured, .invalidInput: false
        }
    }

    /// Findings of today that are gone once the kit is published.
    private func cures(by forecast: Assessment) -> Set<Cause> {
        let today = Judge().assess(evidence, of: domain, expecting: Expectations(), now: now)
        let gone = Set(today.findings.map(\.cause)).subtracting(forecast.findings.map(\.cause))
            .filter { $0.stage != .mode }
        // A fresh id ends these.
        return gone.union(
            found.findings.map(\.cause).filter { $0 == .idUnchanged || $0 == .idReused })
    }

    /// What senders hold is not ended by publishing, but by waiting.
    private var heldFindings: [Finding] {
        found.findings.filter {
            $0.cause == .cachedPolicyBlocksMX || $0.cause == .cachedPolicyOutlivesRemoval
        }
    }

    var isMXUnknown: Bool { MailService(evidence, of: domain).isUnknown }

    /// A TLSRPT record beside a policy that stays as it is.
    private func reportingOnly() -> Result? {
        let records = changes.reportingRecord()
        guard !records.isEmpty, let text = wishes.reportingRecord else { return nil }
        var forecast = KitForecast(evidence)
        forecast.publishReporting(text)
        let assessment = forecast.assessment(of: domain, now: now)
        return Result(
            standing: .publish, records: records, cures: cures(by: assessment),
            forecast: assessment,
            remaining: Draft.toDo(assessment) + heldFindings)
    }
}

/// Ends the making of a kit.
enum KitStop: Error {
    case obstacle(KitObstacle)
}
