internal import Audit
internal import Evidence
internal import MTASTS

/// Plans for a person.
enum PlanText {
    static func page(_ domain: DomainName, _ plan: Plan) -> String {
        var text = "\(domain): \(standing(plan.standing))\n"
        for (index, step) in plan.steps.enumerated() {
            text += "\n\(index + 1)  \(step.action.title)\(state(step))\n"
            text += "   \(step.action.reason)\n"
            if !step.hosts.isEmpty {
                text += "   MX: \(InertText.line(step.hosts.joined(separator: ", ")))\n"
            }
            if let publication = step.publication {
                text += block(publication, of: domain)
            }
        }
        if plan.isAtLeast, plan.obstacle == nil, plan.steps.contains(where: { $0.date != nil }) {
            text +=
                "\nThe domain was not watched for as long as its policies are held: an earlier "
                + "policy, never seen, may be held beyond these dates.\n"
        }
        return text
    }

    /// Nothing for a domain that is done with or not concerned.
    static func line(_ domain: DomainName, _ plan: Plan) -> String {
        switch plan.standing {
        case .done, .obstructed(.notConcerned): ""
        case .act, .wait, .obstructed: "\(domain): \(standing(plan.standing))\n"
        }
    }

    private static func standing(_ standing: PlanStanding) -> String {
        switch standing {
        case .done: "done"
        case .act(let action): "now: \(action.title)"
        case .wait(let until): "wait until \(until)"
        case .obstructed(let obstacle): "no plan (\(obstacle.rawValue)): \(obstacle.explanation)"
        }
    }

    static func state(_ step: PlanStep) -> String {
        let date = step.date.map { "\($0)" } ?? ""
        return switch step.state {
        case .done: ": done"
        case .now: ": now"
        case .waiting(let until): ": until \(until)"
        case .notYet where date.isEmpty: ": not yet"
        case .notYet: step.action.isWait ? ": until \(date) at the earliest" : ": from \(date)"
        }
    }

    private static func block(_ publication: PlannedPublication, of domain: DomainName) -> String {
        var text = "   https://\(domain.policyHost)/.well-known/mta-sts.txt\n"
        for line in publication.policy.split(separator: "\r\n") {
            text += "       \(InertText.line(String(line)))\n"
        }
        text += "   then \(domain.recordName) TXT\n"
        return text + "       \"\(InertText.line(publication.record))\"\n"
    }
}
