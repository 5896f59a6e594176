/// What a step of a plan is. Codes are stable.
public enum PlanAction: String, Hashable, Sendable, Codable, CaseIterable {
    case restoreMX = "restore-mx"
    case publishUnion = "publish-union"
    case waitForCaches = "wait-for-caches"
    case moveMX = "move-mx"
    case waitForDNS = "wait-for-dns"
    case publishWithoutOld = "publish-without-old"
    case publishNone = "publish-none"
    case waitForExpiry = "wait-for-expiry"
    case removeRecord = "remove-record"
    case publishReporting = "publish-reporting"
    case publishTesting = "publish-testing"
    case waitForReports = "wait-for-reports"
    case publishEnforce = "publish-enforce"

    /// Whether only time has to pass.
    public var isWait: Bool {
        switch self {
        case .waitForCaches, .waitForDNS, .waitForExpiry, .waitForReports: true
        case .restoreMX, .publishUnion, .moveMX, .publishWithoutOld, .publishNone, .removeRecord,
            .publishReporting, .publishTesting, .publishEnforce:
            false
        }
    }

    /// One imperative sentence, without the full stop.
    public var title: String {
        switch self {
        case .restoreMX: "Put an old MX host back until senders have let go of earlier policies"
        case .publishUnion: "Publish a policy that covers the old and the new MX hosts"
        case .waitForCaches: "Wait until no sender holds a policy that acts otherwise"
        case .moveMX: "Move the MX records to the new hosts"
        case .waitForDNS: "Wait until the old MX records have left the resolvers"
        case .publishWithoutOld: "Publish the policy without the old MX hosts"
        case .publishNone: "Publish a policy in mode none with a small max_age"
        case .waitForExpiry: "Wait until every policy served before has expired"
        case .removeRecord: "Delete the STS record, and after its TTL the policy host"
        case .publishReporting: "Publish a TLSRPT record to receive senders' reports"
        case .publishTesting: "Publish a policy in mode testing that covers every MX host"
        case .waitForReports: "Wait for senders' reports, and clear what they report"
        case .publishEnforce: "Publish the policy in mode enforce"
        }
    }

    /// Why, and by which section.
    public var reason: String {
        switch self {
        case .restoreMX:
            "A sender that holds an earlier policy finds no MX host it may use (RFC 8461 §5)."
        case .publishUnion, .publishWithoutOld:
            "Serve the new text first, then change the record's id (RFC 8461 §8.1)."
        case .waitForCaches:
            "A sender goes by the policy it holds until its max_age is over (RFC 8461 §5.1)."
        case .moveMX: "From here on every policy that may be held covers the new hosts."
        case .waitForDNS: "Until then some senders deliver to the old hosts (RFC 8461 §8.1)."
        case .publishNone:
            "It tells senders that hold a policy to stop enforcing it (RFC 8461 §8.3 steps 1, 2)."
        case .waitForExpiry:
            "An older policy may have a greater max_age than the last (RFC 8461 §8.3 step 3)."
        case .removeRecord: "No sender expects a policy any more (RFC 8461 §8.3 step 3)."
        case .publishReporting: "Mode testing is worth its reports alone (RFC 8460 §3)."
        case .publishTesting: "Senders report failures and deliver in any case (RFC 8461 §5)."
        case .waitForReports:
            "Reports come once a day; two weeks of them show the rare senders (RFC 8460 §4.1)."
        case .publishEnforce:
            "Serve the text first, then change the id; prefer a long max_age (RFC 8461 §10.2)."
        }
    }
}
