/// TLS reports (RFC 8460 §4.4) as some large senders would write them, computed from a seed: any
/// number of them, in any order, the same every time.
///
/// Report *n* is of organization *n* mod 5, and of one day of one domain; every organization
/// reports each day of a domain before the next domain's turn comes.
public struct ReportGenerator: Sendable {
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
    public func report(_ index: Int) -> [UInt8] { facts(index).json }

    /// The mail that RFC 8460 §5.3 makes of it, uncompressed.
    public func mail(_ index: Int) -> [UInt8] {
        facts(index).mail(from: Self.organizations[index % Self.organizations.count].domain)
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
}
