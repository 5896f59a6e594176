public import DNSMessage

/// How one domain is published: its part of the DNS and its policy host, as data.
///
/// `{domain}` in any host name, text or body stands for the domain. The default is sound: two MX
/// hosts, an STS record, a TLSRPT record, and an enforcing policy that names both MX hosts.
public struct DomainSpecification: Sendable {
    /// False: NXDOMAIN for the domain and everything below it.
    public var exists = true
    /// Overrides what every name of the domain answers.
    public var zoneFault: DNSFault?

    /// The domain itself.
    public var apex = DNSNode(texts: [["v=spf1 mx -all"]])
    public var mx: [MailExchange] = [
        MailExchange(10, "mx1.{domain}"), MailExchange(20, "mx2.{domain}"),
    ]
    /// `_mta-sts.`; nil is NXDOMAIN, as for the next two.
    public var record: DNSNode? = DNSNode(texts: [["v=STSv1; id=20240131T093000;"]])
    /// `_smtp._tls.`
    public var reporting: DNSNode? = DNSNode(texts: [
        ["v=TLSRPTv1; rua=mailto:tls-reports@{domain}"]
    ])
    /// `mta-sts.`
    public var policyHost: DNSNode? = DNSNode(addresses: [LabAddress.normal])
    /// Further names, by what stands before the domain.
    public var others: [String: DNSNode] = [:]
    /// `*.`: answers for names directly below the domain that are not above, and below those.
    public var wildcard: DNSNode?

    /// What the policy host does on an address that `hostByAddress` does not list.
    public var host = HostBehaviour(response: .reply(body: PolicyText.sound.bytes))
    public var hostByAddress: [String: HostBehaviour] = [:]

    public init() {}

    /// Nothing of MTA-STS or TLSRPT is published; the mail service stays.
    mutating func withdrawSTS() {
        record = nil
        reporting = nil
        policyHost = nil
    }

    /// Points a name below the domain at a mail host of this kind.
    ///
    /// - Parameter label: what stands before the domain, such as `mx1`.
    mutating func place(_ host: LabMailHost, at label: String) {
        others[label] = DNSNode(addresses: [host.address])
    }

    /// The policy host answers 200 and `text/plain` with this text.
    mutating func serve(_ text: PolicyText) {
        host.response = .reply(body: text.bytes)
    }
}

/// One MX record.
public struct MailExchange: Sendable {
    public var preference: UInt16
    public var host: String

    public init(_ preference: UInt16, _ host: String) {
        self.preference = preference
        self.host = host
    }

    /// RFC 7505 §3.
    public static let null = MailExchange(0, "")
}

/// What one name holds and how it answers.
public struct DNSNode: Sendable {
    /// TXT records, each as its character-strings.
    public var texts: [[String]]
    /// IPv4 and IPv6 addresses in their textual form.
    public var addresses: [String]
    /// CNAME targets in turn; the records are at the last of them.
    public var aliases: [String]
    /// The end of the chain does not exist.
    public var isDangling: Bool
    public var fault: DNSFault?

    public init(
        texts: [[String]] = [], addresses: [String] = [], aliases: [String] = [],
        isDangling: Bool = false, fault: DNSFault? = nil
    ) {
        self.texts = texts
        self.addresses = addresses
        self.aliases = aliases
        self.isDangling = isDangling
        self.fault = fault
    }
}

/// What is wrong with the way a name answers.
public struct DNSFault: Sendable {
    public enum Manner: Sendable {
        case responseCode(Int)
        case drop
        case delay(milliseconds: Int)
        case truncation
        case formatErrorWithOPT
        case raw([UInt8])
        case mischief(DNSMischief)
        /// The first query only, then the true answer.
        indirect case once(Manner)
    }

    public var manner: Manner
    /// The one type of query that fails; nil is every type.
    public var only: RecordType?

    public init(_ manner: Manner, only: RecordType? = nil) {
        self.manner = manner
        self.only = only
    }

    static let serverFailure = DNSFault(.responseCode(2))
    static let refused = DNSFault(.responseCode(5))
    static let formatError = DNSFault(.responseCode(1))
    static let notImplemented = DNSFault(.responseCode(4))
    static let drop = DNSFault(.drop)
    static func mischief(_ mischief: DNSMischief) -> DNSFault { DNSFault(.mischief(mischief)) }
    /// A header that announces one answer, and nothing after it.
    static let garbage = DNSFault(.raw([0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]))
}

/// A policy text line by line, for writing scenarios.
struct PolicyText {
    var lines: [String]
    var lineEnd = "\r\n"
    /// Whether the last line has a line end.
    var isTerminated = true

    init(_ lines: [String], lineEnd: String = "\r\n", isTerminated: Bool = true) {
        self.lines = lines
        self.lineEnd = lineEnd
        self.isTerminated = isTerminated
    }

    /// The default policy with one part or another replaced; `extra` lines come last.
    init(
        mode: String = "mode: enforce", mx: [String] = ["mx: mx1.{domain}", "mx: mx2.{domain}"],
        maxAge: String = "max_age: 604800", extra: [String] = []
    ) {
        self.init(["version: STSv1", mode] + mx + [maxAge] + extra)
    }

    static let sound = PolicyText()

    var bytes: [UInt8] {
        let text = lines.joined(separator: lineEnd) + (isTerminated ? lineEnd : "")
        return Array(text.utf8)
    }

    /// With `bytes` before and after the text.
    func wrapped(before: [UInt8] = [], after: [UInt8] = []) -> [UInt8] { before + bytes + after }
}
