import Evidence
import MTASTS

/// What the present look says of the policy being there, for comparison with earlier ones.
struct PresentLook {
    var publication: Publication
    /// The record is gone, or the policy behind it: not broken, but taken away.
    var isTakenAway = false
    /// SHA-256 of what the policy host serves with status 200, whatever the record says.
    var served: Set<Digest> = []
    var mail: MailService
    var now: Timestamp
}

extension Judge {
    /// Judges what senders hold from before (RFC 8461 §3.3, §5.1, §8.1, §8.3).
    ///
    /// - Returns: when the last of what was found is over; nil when nothing was found.
    /// - Complexity: nothing without a history.
    func judgeCaches(
        _ history: PublicationHistory, _ look: PresentLook, into findings: inout Findings
    ) -> Recheck? {
        guard !history.policies.isEmpty else { return nil }
        let caches = SenderCaches(
            history, publication: look.publication, mxHosts: look.mail.knownHosts,
            now: look.now)
        judgeChurn(caches, now: look.now, into: &findings)
        // All of them, in this order: `??` would leave the later ones out.
        let dates = [
            judgeID(.idUnchanged, caches, .idUnchanged, into: &findings),
            judgeID(.idReused, caches, .idReused, into: &findings),
            judgeBlocking(caches, into: &findings),
            judgeRemoval(caches, look, into: &findings),
        ]
        let after =
            dates.compactMap(\.self).max() ?? judgeDifference(caches, into: &findings)
        // RFC 8461 §10.2: senders may renew what they hold whatever the record says, for as long
        // as the host serves it.
        let isRenewable =
            look.publication == .nothing
            && caches.held.contains { look.served.contains($0.policy.digest) }
        return after.map { Recheck(after: $0, isAtLeast: caches.isAtLeast || isRenewable) }
    }

    private func judgeID(
        _ cause: Cause, _ caches: SenderCaches, _ likeness: HeldPolicy.Likeness,
        into findings: inout Findings
    ) -> Timestamp? {
        guard let last = caches.held.filter({ $0.likeness == likeness }).lastToExpire
        else { return nil }
        findings.add(
            cause,
            "id \(Wording.quote(last.policy.recordID)) stood for another text until "
                + "\(last.gone), which senders may hold until \(last.until)")
        return last.until
    }

    private func judgeChurn(
        _ caches: SenderCaches, now: Timestamp, into findings: inout Findings
    ) {
        let recent = caches.idChanges.filter { $0.at.adding(seconds: Self.churnWindow) > now }
        // The latest text that this happened to. Its last two changes are named: they stand as
        // long as there is no third.
        guard
            let text = recent.last(where: { change in
                recent.count { $0.text == change.text } >= 2
            })?.text
        else { return }
        let times = recent.filter { $0.text == text }.suffix(2).map { "\($0.at)" }
        findings.add(
            .idChurn, "the id changed over the same text by \(times.joined(separator: " and by "))")
    }

    private static let churnWindow = 30 * Timestamp.secondsPerDay

    private func judgeBlocking(
        _ caches: SenderCaches, into findings: inout Findings
    ) -> Timestamp? {
        let blocking = caches.held.filter { !caches.hostsBlocked(by: $0).isEmpty }
        guard let until = blocking.lastToExpire?.until else { return nil }
        // The worst leaves a sender no host; of two as bad, the one that is held longer.
        let worst = blocking.filter(\.coversNoHost).lastToExpire ?? blocking.lastToExpire
        guard let worst else { return nil }
        let severity = profile.severity(of: .cachedPolicyBlocksMX)
        let patterns = Wording.list(worst.policy.patterns, limit: 6)
        let blocked = caches.hostsBlocked(by: worst)
        findings.add(
            .cachedPolicyBlocksMX, worst.coversNoHost ? severity : min(severity, .warning),
            "\(worst.phrase), covers \(worst.coversNoHost ? "no MX host" : "not every MX host") of "
                + "today: MX \(Wording.list(blocked)) \(blocked.count == 1 ? "is" : "are") covered by "
                + "no pattern of it (\(patterns)); senders may hold one like it until \(until)")
        return until
    }

    private func judgeRemoval(
        _ caches: SenderCaches, _ look: PresentLook, into findings: inout Findings
    ) -> Timestamp? {
        guard look.isTakenAway, caches.live == nil, let last = caches.earlier.last,
            last.policy.isEnforced,
            // RFC 8461 §8.3: "policies older than the previously published policy may have been
            // served with a greater max_age": not the last one, but the last to expire.
            let held = caches.held.filter(\.policy.isEnforced).lastToExpire
        else { return nil }
        findings.add(
            .cachedPolicyOutlivesRemoval,
            "\(held.phrase), had no mode none after it; senders may enforce it until "
                + "\(held.until)")
        return held.until
    }

    /// Only where none of the others says it already.
    private func judgeDifference(
        _ caches: SenderCaches, into findings: inout Findings
    ) -> Timestamp? {
        guard let last = caches.held.filter(\.differs).lastToExpire else { return nil }
        findings.add(
            .recheckAfter,
            "\(last.phrase), says something else than what is published now; senders may hold it "
                + "until \(last.until)")
        return last.until
    }
}

extension SenderCaches {
    /// Today's MX hosts that a sender with an earlier policy does not deliver to. Left out is
    /// what has a finding of its own: what is no host name, and what senders with the live policy
    /// do not deliver to either.
    func hostsBlocked(by policy: HeldPolicy) -> [String] {
        guard policy.policy.isEnforced, let hosts = policy.mxHosts, let mxHosts else { return [] }
        return zip(hosts, mxHosts).filter { earlier, today in
            guard earlier.isSkipped else { return false }
            switch live?.knownMode ?? .none {
            case .enforce: return today.pattern != nil
            // RFC 8461 §5: these two refuse no host, and whoever holds the earlier one does.
            case .testing, .none: return true
            }
        }.map(\.0.host)
    }
}

extension HeldPolicy {
    fileprivate var coversNoHost: Bool { mxHosts?.allSatisfy { $0.pattern == nil } ?? false }

    /// The look that found it gone: it may have been taken away at any time before.
    fileprivate var gone: String { "\(published.goneBy ?? until)" }

    fileprivate var phrase: String {
        "the policy of id \(Wording.quote(policy.recordID)) in mode \(policy.knownMode.rawValue), "
            + "gone by \(gone)"
    }
}

extension Sequence<HeldPolicy> {
    /// Of two with the same date, the later one.
    fileprivate var lastToExpire: HeldPolicy? {
        var last: HeldPolicy?
        for policy in self where last.map({ $0.until <= policy.until }) ?? true { last = policy }
        return last
    }
}

extension Evidence {
    /// SHA-256 of each body that came with status 200.
    var servedTexts: Set<Digest> {
        Set(
            fetches.compactMap { fetch in
                guard case .response(let response) = fetch.outcome, response.status == 200
                else { return nil }
                return response.body.digest
            })
    }
}
