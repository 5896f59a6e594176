public import Evidence
public import MTASTS

/// What the owner of the domains wants published.
public struct KitWishes: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case testing
        case enforce
    }

    /// Where the policies will be served.
    public enum PolicyHost: Hashable, Sendable {
        /// `mta-sts.` becomes a CNAME to this name.
        case alias(DomainName)
        /// At least one; `mta-sts.` gets these addresses.
        case addresses([IPAddress])
    }

    /// RFC 8461 §5: testing first, unless the owner has seen to it that enforcing loses no mail.
    public var mode: Mode
    /// URIs for a TLSRPT record (RFC 8460 §3); empty: none is made.
    public var reportsTo: [String]
    /// Nil: a policy host that has no address gets none.
    public var policyHost: PolicyHost?
    /// Of every record, in seconds.
    public var ttl: Int

    public static let standardTTL = 3_600

    public init(
        mode: Mode = .testing, reportsTo: [String] = [], policyHost: PolicyHost? = nil,
        ttl: Int = Self.standardTTL
    ) {
        self.mode = mode
        self.reportsTo = reportsTo
        self.policyHost = policyHost
        self.ttl = ttl
    }

    /// The TLSRPT record for `reportsTo`; nil when there is none to make.
    var reportingRecord: String? {
        reportsTo.isEmpty ? nil : "v=TLSRPTv1; rua=" + reportsTo.joined(separator: ",")
    }

    /// Whether a TLSRPT record with these URIs is valid, as RFC 8460 §3 has it.
    public static func areValid(reportsTo: [String]) -> Bool {
        let wishes = KitWishes(reportsTo: reportsTo)
        guard let record = wishes.reportingRecord,
            case .one(_, let reading, discarded: _) = TLSRPTRecordSet.select([Array(record.utf8)])
        else { return false }
        // Read back as they were given: none of them is two, or ends the field.
        return reading.record?.rua == reportsTo
    }
}
