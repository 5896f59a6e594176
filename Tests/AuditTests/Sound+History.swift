import Audit
import Evidence
import MTASTS

extension Sound {
    static let recordID = "20261101T000000"

    static func days(_ days: Int64) -> Timestamp {
        now.adding(seconds: days * Timestamp.secondsPerDay)
    }

    /// A policy as the judge finds it published.
    static func livePolicy(id: String = recordID, _ text: String = policy) -> LivePolicy {
        let bytes = Array(text.utf8)
        let policy = STSPolicyReading.read(bytes).policy
        return LivePolicy(
            recordID: id, digest: digest(of: bytes), mode: policy?.mode.rawValue ?? "",
            maxAge: policy?.maxAge ?? 0, patterns: policy?.mx.map(\.description) ?? [])
    }
}

extension PublishedPolicy {
    /// - Parameters: days from `Sound.now`; without `gone` it stands.
    init(
        id: String = Sound.recordID, _ text: String = Sound.policy, from first: Int64,
        gone: Int64? = nil
    ) {
        self.init(
            policy: Sound.livePolicy(id: id, text), firstSeen: Sound.days(first),
            lastSeen: Sound.days(gone.map { $0 - 1 } ?? -1), goneBy: gone.map(Sound.days))
    }
}

extension History {
    /// - Parameter observed: days from `Sound.now`.
    static func published(
        _ policies: PublishedPolicy..., observed: Int64? = -400
    ) -> History {
        History(
            publications: PublicationHistory(
                policies: policies, observedSince: observed.map(Sound.days)))
    }
}
