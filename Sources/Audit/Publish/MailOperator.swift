public import MTASTS

/// A large mail operator whose own documentation tells its customers which wildcard to put into
/// their policies.
///
/// The table is closed: an operator is in it with the document that says so and the day it was
/// read. Of everybody else each MX host is listed by name, which is never wrong; a wildcard that
/// nobody promised is (RFC 8461 §4.1 gives it one label only, and certificates may differ).
public struct MailOperator: Hashable, Sendable {
    public let name: String
    /// Begins with `*.`.
    public let pattern: MXPattern
    /// Where the operator says so.
    public let document: String
    /// The day the document was read, as `2026-11-23`.
    public let read: String

    private init?(_ name: String, _ pattern: String, document: String, read: String) {
        guard let pattern = try? MXPattern(pattern), pattern.isWildcard else { return nil }
        self.name = name
        self.pattern = pattern
        self.document = document
        self.read = read
    }

    public static let all: [MailOperator] = [
        // "Any customer whose MX records point directly to Exchange Online can specify [...] the
        // same values": its example has this one mx. MX hosts below mx.microsoft are not in it.
        MailOperator(
            "Microsoft 365", "*.mail.protection.outlook.com",
            document: "https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts",
            read: "2026-11-23"),
        // The policy that customers are told to serve has this one mx.
        MailOperator(
            "Cloudflare Email Routing", "*.mx.cloudflare.net",
            document: "https://developers.cloudflare.com/email-routing/setup/mta-sts/",
            read: "2026-11-23"),
    ].compactMap(\.self)

    /// The operators of these MX hosts, in the order of the table.
    ///
    /// - Parameter hosts: A-labels.
    public static func serving(_ hosts: [String]) -> [MailOperator] {
        all.filter { entry in hosts.contains { entry.pattern.covers($0) } }
    }
}
