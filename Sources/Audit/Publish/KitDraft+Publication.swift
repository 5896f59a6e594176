import Evidence
import MTASTS

extension KitDraft {
    /// A new policy with all that belongs to it, published or not.
    struct Draft {
        let mode: KitWishes.Mode
        let plan: Plan
        let policy: KitPolicy
        let records: [RecordChange]
        let forecast: Assessment

        init(_ kit: KitDraft) throws(KitStop) {
            let domain = kit.past.domain
            // RFC 1035 §2.3.4: two names that have to exist, of which this is the longer one.
            guard domain.recordName.utf8.count <= DomainName.maximumLength else {
                throw .obstacle(.nameTooLong)
            }
            guard !kit.isMXUnknown else { throw .obstacle(.plan(.mxUnknown)) }
            // Who enforces is not taken back: that is a decision of its own (`Plan.Goal.testing`).
            mode = kit.found.verdict == .enforced ? .enforce : kit.wishes.mode
            let hosts = MailService(kit.evidence, of: domain).knownHosts ?? []
            let operators = MailOperator.serving(hosts)
            plan = Self.plan(kit, mode, operators)
            if let obstacle = plan.obstacle { throw .obstacle(.plan(obstacle)) }
            guard let publication = plan.steps.lazy.compactMap(\.publication).first else {
                throw .obstacle(.elsewhere)
            }
            let changes = RecordChanges(
                domain: domain, evidence: kit.evidence, wishes: kit.wishes)
            let host = changes.policyHost()
            let reporting = changes.reportingRecord()
            policy = KitPolicy(
                mode: mode, publication: publication, operators: operators,
                servedBy: changes.hostState == .present
                    ? kit.evidence.policyHost?.aliases.last : nil)
            records = host + changes.stsRecord(publication.record) + reporting
            var forecast = KitForecast(kit.evidence)
            forecast.publish(publication)
            if !host.isEmpty { forecast.moveHost(publication) }
            if !reporting.isEmpty, let text = kit.wishes.reportingRecord {
                forecast.publishReporting(text)
            }
            self.forecast = forecast.assessment(of: domain, now: kit.now)
        }

        private static func plan(
            _ kit: KitDraft, _ mode: KitWishes.Mode, _ operators: [MailOperator]
        ) -> Plan {
            var situation = kit.past.situation(at: kit.now)
            // The record gives way to the kit's, whatever stands there.
            situation.hasRecord = false
            situation.isPublicationKnown = true
            situation.renewal = PlanRenewal(
                patterns: operators.map(\.pattern), skipsTesting: mode == .enforce)
            // The way to enforce leads through testing. From enforce, back to testing first.
            let isLoosened = mode == .testing && situation.caches.live?.isEnforced == true
            return Plan(isLoosened ? .testing : .enforce, in: situation)
        }

        func result(curing cures: Set<Cause>, adding held: [Finding]) -> Result {
            Result(
                standing: .publish, records: records, policy: policy, plan: plan, cures: cures,
                forecast: forecast, remaining: Self.toDo(forecast) + held)
        }

        /// Without what the kit itself decides.
        static func toDo(_ forecast: Assessment) -> [Finding] {
            forecast.findings.filter { $0.cause.stage != .mode }
        }
    }
}
