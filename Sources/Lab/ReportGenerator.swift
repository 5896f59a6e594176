/// TLS reports (RFC 8460 §4.4) as some large senders would write them, computed from a seed: any
/// number of them, in any order, the same every time.
///
/// Report *n* is of organization *n* mod 5, and of one day of one domain; every organization
/// reports each day of a domain before the next domain's turn comes.
public struct ReportGenerator: Sendable {
    /// What is in a report, to check an import against.
    public struct Facts: Hashable, Sendable {
        public var organization: String
        public var id: String
        public var domain: String
        /// First second of the day reported on, since 1970 UTC.
        public var start: Int64
        public var successfulSessions: Int
        public var rows: [Row]

        public var failedSessions: Int { rows.reduce(0) { $0 + $1.sessions } }
    }

    public struct Row: Hashable, Sendable {
        public var resultType: String
        public var mxHost: String
        public var sessions: Int
        public var sendingMTA: String
    }

    private let seed: UInt64
    private let domains: [String]
    private let firstDay: Int64
    private let days: Int
    private let rows: Int

    /// - Parameters:
    ///   - domains: A-labels. Must not be empty.
    ///   - firstDay: days since 1970-01-01.
    ///   - days: how many days are reported on, at least 1.
    ///   - rows: failure rows of each report.
    public init(seed: UInt64, domains: [String], firstDay: Int64, days: Int, rows: Int = 10) {
        self.seed = seed
        self.domains = domains.isEmpty ? ["example.com"] : domains
        self.firstDay = firstDay
        self.days = max(1, days)
        self.rows = max(0, rows)
    }

    public func facts(_ index: Int) -> Facts {
        let organization = Self.organizations[index % Self.organizations.count]
        let turn = index / Self.organizations.count
        let domain = domains[turn / days % domains.count]
        return Facts(
            organization: organization.name, id: "\(index)_\(domain)@\(organization.domain)",
            domain: domain, start: (firstDay + Int64(turn % days)) * 86_400,
            successfulSessions: Int(hash(index, 0) % 5_000),
            rows: (0..<rows).map { row(of: domain, index, $0) })
    }

    /// The JSON text, in one line as most senders write it.
    public func report(_ index: Int) -> [UInt8] {
        let facts = facts(index)
        let day = Self.date(facts.start / 86_400)
        let rows = facts.rows.map { row in
            #"{"result-type":"\#(row.resultType)","sending-mta-ip":"\#(row.sendingMTA)","#
                + #""receiving-mx-hostname":"\#(row.mxHost)","receiving-ip":"203.0.113.9","#
                + #""failed-session-count":\#(row.sessions)}"#
        }
        let text =
            #"{"organization-name":"\#(facts.organization)","#
            + #""date-range":{"start-datetime":"\#(day)T00:00:00Z","#
            + #""end-datetime":"\#(day)T23:59:59Z"},"#
            + #""contact-info":"tlsrpt@\#(Self.organizations[index % 5].domain)","#
            + #""report-id":"\#(facts.id)","policies":[{"policy":{"policy-type":"sts","#
            + #""policy-string":["version: STSv1","mode: enforce","mx: *.\#(facts.domain)","#
            + #""max_age: 604800"],"policy-domain":"\#(facts.domain)","#
            + #""mx-host":["*.\#(facts.domain)"]},"summary":{"#
            + #""total-successful-session-count":\#(facts.successfulSessions),"#
            + #""total-failure-session-count":\#(facts.failedSessions)},"#
            + #""failure-details":[\#(rows.joined(separator: ","))]}]}"#
        return Array(text.utf8)
    }

    /// The mail that RFC 8460 §5.3 makes of it, uncompressed.
    public func mail(_ index: Int) -> [UInt8] {
        let facts = facts(index)
        let sender = Self.organizations[index % Self.organizations.count].domain
        let name = "\(sender)!\(facts.domain)!\(facts.start)!\(facts.start + 86_399)!\(index).json"
        let head = """
            From: tlsrpt@\(sender)
            Subject: Report Domain: \(facts.domain) Submitter: \(sender) Report-ID: <\(facts.id)>
            TLS-Report-Domain: \(facts.domain)
            TLS-Report-Submitter: \(sender)
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type="tlsrpt"; boundary="report"

            --report
            Content-Type: text/plain

            This is an aggregate TLS report from \(sender)
            --report
            Content-Type: application/tlsrpt+json
            Content-Disposition: attachment; filename="\(name)"


            """
        return Array(head.utf8) + report(index) + Array("\n--report--\n".utf8)
    }

    private static let organizations = [
        (name: "Google Inc.", domain: "google.example"),
        (name: "Microsoft Corporation", domain: "microsoft.example"),
        (name: "Mail.ru", domain: "mail-ru.example"),
        (name: "Comcast", domain: "comcast.example"),
        (name: "Fastmail", domain: "fastmail.example"),
    ]

    private static let resultTypes = [
        "certificate-expired", "certificate-host-mismatch", "certificate-not-trusted",
        "starttls-not-supported", "sts-policy-fetch-error", "sts-policy-invalid",
        "sts-webpki-invalid", "validation-failure",
    ]

    private func row(of domain: String, _ index: Int, _ number: Int) -> Row {
        let drawn = hash(index, UInt64(number) + 1)
        return Row(
            resultType: Self.resultTypes[Int(drawn % UInt64(Self.resultTypes.count))],
            mxHost: "mx\(drawn >> 8 % 3 + 1).\(domain)", sessions: Int(drawn >> 16 % 40) + 1,
            sendingMTA: "198.51.100.\(drawn >> 24 % 254 + 1)")
    }

    /// SplitMix64 over seed, index and stream, as in `GeneratedWorld`.
    private func hash(_ index: Int, _ stream: UInt64) -> UInt64 {
        var value = seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        value &+= (stream &+ 1) &* 0xD1B5_4A32_D192_ED03
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// `2026-02-08`, of days since 1970-01-01 (proleptic Gregorian).
    private static func date(_ days: Int64) -> String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return "\(year)-\(padded(month < 10 ? month + 3 : month - 9))-\(padded(day))"
    }

    private static func padded(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
