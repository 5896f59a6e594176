internal import Audit
internal import Evidence
internal import MTASTS

/// Kits for a person: what to publish, in which order, and what publishing does not cure.
enum KitText {
    static func page(_ kit: PublishKit, wishes: KitWishes) -> String {
        var text = "\(kit.domain): \(headline(kit))\n"
        if !kit.cures.isEmpty {
            text += "   cures \(kit.cures.map(\.code).joined(separator: ", "))\n"
        }
        let first = kit.remaining.filter(\.comesFirst)
        let later = kit.remaining.filter { !$0.comesFirst }
        if kit.standing.obstacle != nil { return text + tasks(kit.remaining, "To do") }
        text += tasks(first, "To do before anything is published")
        if wishes.policyHost == nil, first.contains(where: \.isOfMissingHost) {
            text += "   With --policy-host-target NAME or --policy-host-address IP its record is "
            text += "written, too.\n"
        }
        let groups = RecordGroups(kit)
        text += records(groups.host, "Policy host")
        if let policy = kit.policy { text += block(policy, of: kit.domain) }
        text += records(groups.sts, "When the policy is served")
        text += records(groups.reporting, "For senders' reports")
        if kit.standing == .publish, wishes.reportsTo.isEmpty,
            kit.remaining.contains(where: { $0.cause.stage == .reporting })
        {
            text +=
                "\nTLSRPT is left out: there is no usable record, and nobody said where reports "
                + "are to go.\n   Add --tlsrpt-rua mailto:ADDRESS or --tlsrpt-rua https://URL.\n"
        }
        if let plan = kit.plan { text += steps(plan) }
        text += tasks(later, "To do besides")
        return text
    }

    /// Where the policy is fetched (RFC 8461 §3.3).
    static func url(_ domain: DomainName) -> String {
        "https://\(domain.policyHost)/.well-known/mta-sts.txt"
    }

    private static func headline(_ kit: PublishKit) -> String {
        switch kit.standing {
        case .sound: return "\(kit.verdict.rawValue); nothing to publish"
        case .blocked(let obstacle):
            return "\(kit.verdict.rawValue); nothing is published (\(obstacle.code)): "
                + obstacle.explanation
        case .publish:
            let forecast = kit.forecast.map { "; with all of this published: \($0.rawValue)" }
            return kit.verdict.rawValue + (forecast ?? "")
        }
    }

    private struct RecordGroups {
        var host: [RecordChange] = []
        var sts: [RecordChange] = []
        var reporting: [RecordChange] = []

        init(_ kit: PublishKit) {
            for change in kit.records {
                switch (change.owner, change.value) {
                case (kit.domain.reportingName, _): reporting.append(change)
                case (kit.domain.policyHost, .alias), (kit.domain.policyHost, .address):
                    host.append(change)
                default: sts.append(change)
                }
            }
        }
    }

    private static func records(_ changes: [RecordChange], _ heading: String) -> String {
        guard !changes.isEmpty else { return "" }
        var text = "\n\(heading)\n"
        for change in changes {
            text += "   \(change.action.rawValue): \(ZoneText.line(change))\n"
            for value in change.replaced {
                text += "       instead of \(ZoneText.data(value))\n"
            }
            text += "       (\(InertText.line(change.note)))\n"
        }
        return text
    }

    private static func block(_ policy: KitPolicy, of domain: DomainName) -> String {
        var text = "\nPolicy, served as text/plain at \(url(domain))\n"
        for line in policy.publication.policy.split(separator: "\r\n") {
            text += "       \(InertText.line(String(line)))\n"
        }
        if let host = policy.servedBy {
            text +=
                "   That name leads to \(InertText.line(host)): the file goes there, or the name "
            text += "elsewhere.\n"
        }
        for entry in policy.operators {
            text += "   \(entry.pattern) is what \(entry.name) tells its customers to list:\n"
            text += "       \(entry.document) (read \(entry.read))\n"
        }
        return text
    }

    private static func steps(_ plan: Plan) -> String {
        var text = "\nPlan\n"
        var steps: [PlanStep] = []
        for step in plan.steps {
            // Nothing to wait for beyond the step before.
            if step.action.isWait, step.state == .notYet, step.date == steps.last?.date { continue }
            steps.append(step)
        }
        for (index, step) in steps.enumerated() {
            text += "   \(index + 1)  \(step.action.title)\(PlanText.state(step))\n"
        }
        if plan.isAtLeast, plan.steps.contains(where: { $0.date != nil }) {
            text +=
                "   The domain was not watched for as long as its policies are held: an earlier "
                + "policy may be held for longer.\n"
        }
        return text
    }

    private static func tasks(_ findings: [Finding], _ heading: String) -> String {
        guard !findings.isEmpty else { return "" }
        var text = "\n\(heading)\n"
        for finding in findings {
            text += "   \(finding.cause.code) (\(finding.severity.rawValue)): "
            text += InertText.line(finding.detail) + "\n"
            text += "       \(Catalogue.remedy(finding.cause))\n"
        }
        return text
    }
}

extension Finding {
    /// What a record of the kit would clear, had it been asked for.
    fileprivate var isOfMissingHost: Bool {
        cause == .policyHostMissing || cause == .policyHostDangling
            || cause == .policyHostSpecialAddress
    }

    /// Without it the records would announce a policy that nobody can fetch.
    fileprivate var comesFirst: Bool {
        cause.stage == .policyHost && (severity == .error || severity == .unmeasured)
    }
}
