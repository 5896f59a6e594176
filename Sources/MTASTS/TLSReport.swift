/// A sender's TLS report (RFC 8460 §4), as far as it was given.
///
/// All of it is hearsay: whoever can send a mail to the address of a TLSRPT record, or post to its
/// HTTPS address, can write one. Texts are as given, cut off where they are long.
public struct TLSReport: Hashable, Sendable {
    /// `organization-name`.
    public var organization: String
    /// `report-id`, unique within the organization.
    public var id: String
    /// `contact-info`; nil when absent or null.
    public var contact: String?
    /// `date-range`, in seconds since 1970 UTC, both ends included.
    public var start: Int64
    public var end: Int64
    public var policies: [Policy]

    public init(
        organization: String, id: String, contact: String? = nil, start: Int64, end: Int64,
        policies: [Policy]
    ) {
        self.organization = organization
        self.id = id
        self.contact = contact
        self.start = start
        self.end = end
        self.policies = policies
    }

    /// What one policy was and what came of it.
    public struct Policy: Hashable, Sendable {
        /// `policy-type` as given: `sts`, `tlsa`, `no-policy-found`; nil when absent.
        public var type: String?
        /// `policy-domain`, lower case, without the final dot; nil when absent. Such a policy
        /// belongs to no domain, and counts for none.
        public var domain: String?
        /// `policy-string`, line by line.
        public var strings: [String]
        /// `mx-host` patterns, lower case.
        public var mxHosts: [String]
        /// `total-successful-session-count` and `total-failure-session-count`: 0 to 10¹². The
        /// failure rows need not sum up to the latter (RFC 8460 §4).
        public var successfulSessions: Int
        public var failedSessions: Int
        public var failures: [Failure]

        public init(
            type: String?, domain: String?, strings: [String] = [], mxHosts: [String] = [],
            successfulSessions: Int, failedSessions: Int, failures: [Failure] = []
        ) {
            self.type = type
            self.domain = domain
            self.strings = strings
            self.mxHosts = mxHosts
            self.successfulSessions = successfulSessions
            self.failedSessions = failedSessions
            self.failures = failures
        }
    }

    /// One kind of failure (`failure-details`, RFC 8460 §4.4).
    public struct Failure: Hashable, Sendable {
        /// `result-type` as given; the registry is in RFC 8460 §6.6. Nil when absent.
        public var resultType: String?
        /// `failed-session-count`: 0 to 10¹².
        public var sessions: Int
        public var sendingMTA: String?
        /// `receiving-mx-hostname`, lower case, without the final dot.
        public var receivingMX: String?
        public var receivingHELO: String?
        public var receivingIP: String?
        public var additionalInformation: String?
        public var reasonCode: String?

        public init(
            resultType: String?, sessions: Int, sendingMTA: String? = nil,
            receivingMX: String? = nil, receivingHELO: String? = nil, receivingIP: String? = nil,
            additionalInformation: String? = nil, reasonCode: String? = nil
        ) {
            self.resultType = resultType
            self.sessions = sessions
            self.sendingMTA = sendingMTA
            self.receivingMX = receivingMX
            self.receivingHELO = receivingHELO
            self.receivingIP = receivingIP
            self.additionalInformation = additionalInformation
            self.reasonCode = reasonCode
        }
    }
}
