public import Evidence
public import MTASTS

/// One row of the portfolio as read, sound or not: nothing of the input is lost.
public struct PortfolioRow: Hashable, Sendable {
    /// The physical line the row starts on, counted from 1.
    public var line: Int
    /// What stood in the domain field, trimmed, at most 1,024 bytes of it.
    public var input: String
    /// Nil when `problem` says why it is no domain name.
    public var domain: DomainName?
    public var problem: InputProblem?
    /// Empty when there is no such column.
    public var account: String
    /// What the row's owner means the mode to be.
    public var expectedMode: ExpectedMode?
    public var tags: String
    /// Values of all other columns, in the order of `PortfolioHeader.carried`.
    public var carried: [String]

    public init(
        line: Int, input: String, domain: DomainName?, problem: InputProblem? = nil,
        account: String = "", expectedMode: ExpectedMode? = nil, tags: String = "",
        carried: [String] = []
    ) {
        self.line = line
        self.input = input
        self.domain = domain
        self.problem = problem
        self.account = account
        self.expectedMode = expectedMode
        self.tags = tags
        self.carried = carried
    }
}

/// The columns of a portfolio.
public struct PortfolioHeader: Hashable, Sendable, Codable {
    /// Columns that are carried through to the output, in the order written.
    public var carried: [String]
    public var hasAccount: Bool
    public var hasExpectedMode: Bool
    public var hasTags: Bool

    public init(
        carried: [String] = [], hasAccount: Bool = false, hasExpectedMode: Bool = false,
        hasTags: Bool = false
    ) {
        self.carried = carried
        self.hasAccount = hasAccount
        self.hasExpectedMode = hasExpectedMode
        self.hasTags = hasTags
    }
}

/// The mode a portfolio row expects.
public enum ExpectedMode: String, Hashable, Sendable, Codable, CaseIterable {
    case enforce
    case testing
    case none
}

/// Why a portfolio row names no domain that could be audited. Codes are stored and stable.
public enum InputProblem: String, Error, Hashable, Sendable, Codable, CaseIterable {
    case empty
    case url
    case emailAddress = "email-address"
    case ipAddress = "ip-address"
    case tooLong = "too-long"
    case labelTooLong = "label-too-long"
    case emptyLabel = "empty-label"
    case hyphenAtEdge = "hyphen-at-edge"
    case badCharacter = "bad-character"
    /// libidn2 cannot turn the U-labels into A-labels.
    case badUnicode = "bad-unicode"
    /// The bytes are no UTF-8.
    case badEncoding = "bad-encoding"
    /// A single label: a top-level domain or a host without a domain.
    case singleLabel = "single-label"
    /// The row breaks the CSV grammar, or has too few fields to hold a domain.
    case badRow = "bad-row"
    /// Several fields on a line of a file without a header row.
    case missingHeader = "missing-header"

    /// One sentence for the row's owner.
    public var explanation: String {
        switch self {
        case .empty: "The domain field is empty."
        case .url: "This is a URL; give the domain alone, such as example.com."
        case .emailAddress: "This is an e-mail address; give the part after the @."
        case .ipAddress: "This is an IP address; MTA-STS is for domain names."
        case .tooLong: "The name is longer than 253 octets."
        case .labelTooLong: "A label is longer than 63 octets."
        case .emptyLabel: "The name has an empty label (two dots, or a leading dot)."
        case .hyphenAtEdge: "A label begins or ends with a hyphen."
        case .badCharacter: "The name has a character other than letters, digits, hyphens and dots."
        case .badUnicode: "The internationalised name has no valid A-label form (IDNA2008)."
        case .badEncoding: "The row is not valid UTF-8."
        case .singleLabel: "The name has a single label; a mail domain has at least two."
        case .badRow: "The row breaks the CSV grammar (quotes or number of fields)."
        case .missingHeader:
            "The line has several fields; that needs a header row with a field named domain."
        }
    }
}

/// What the portfolio says a domain should be; rows that name it more than once all count.
public struct Expectations: Hashable, Sendable {
    public var modes: Set<ExpectedMode>

    public init(modes: Set<ExpectedMode> = []) { self.modes = modes }
}

/// One domain to examine, once however many rows name it.
public struct Candidate: Hashable, Sendable {
    /// The store's key of the domain.
    public var id: Int64
    public var domain: DomainName
    public var expectations: Expectations
    /// What is known of the domain from before.
    public var history: History

    public init(
        id: Int64, domain: DomainName, expectations: Expectations = Expectations(),
        history: History = .none
    ) {
        self.id = id
        self.domain = domain
        self.expectations = expectations
        self.history = history
    }
}

/// One domain examined and judged.
public struct Examined: Hashable, Sendable {
    public var candidate: Candidate
    public var evidence: Evidence
    public var measurement: Measurement
    public var assessment: Assessment
    /// Something was not measured and will be asked again at the end of the run.
    public var isProvisional: Bool

    public init(
        candidate: Candidate, evidence: Evidence, measurement: Measurement,
        assessment: Assessment, isProvisional: Bool = false
    ) {
        self.candidate = candidate
        self.evidence = evidence
        self.measurement = measurement
        self.assessment = assessment
        self.isProvisional = isProvisional
    }
}
