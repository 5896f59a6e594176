/// What is asked beside the questions that a verdict follows.
///
/// An answer may show something that is a finding; no answer is none. So the evidence names the
/// questions without one, lest a finding that could not be looked for count as cleared.
///
/// Codes are stable: never reworded, never reused.
public enum SideQuestion: String, Hashable, Sendable, Codable, CaseIterable {
    /// Whether an STS record is where senders do not look.
    case misplacedRecords = "misplaced-records"
    /// Which MX hosts are aliases.
    case mxAliases = "mx-aliases"
    /// Whether a policy is served where there is no record.
    case orphanedPolicy = "orphaned-policy"
    /// Which addresses the policy host has beside those that were found.
    case policyHostAddresses = "policy-host-addresses"
    /// What the TLSRPT record is where there is no STS record. Beside one it has a finding.
    case reporting
    /// Whether any name below the domain answers.
    case wildcard
}
