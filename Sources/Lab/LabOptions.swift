/// Where the lab listens. Port 0 means any free port.
public struct LabOptions: Sendable {
    public var dnsPort: UInt16
    public var policyPort: UInt16
    public var mailPort: UInt16
    /// Loop threads for the policy hosts; DNS and the mail hosts have one each of their own.
    public var threads: Int
    public var policyServer: PolicyServerOptions

    public init(
        dnsPort: UInt16 = 0, policyPort: UInt16 = 0, mailPort: UInt16 = 0, threads: Int = 1,
        policyServer: PolicyServerOptions = PolicyServerOptions()
    ) {
        self.dnsPort = dnsPort
        self.policyPort = policyPort
        self.mailPort = mailPort
        self.threads = threads
        self.policyServer = policyServer
    }
}

/// The lab's addresses, all on loopback, all at the policy port and at the mail port alike.
public enum LabAddress {
    /// Answers.
    public static let normal = "127.0.0.1"
    /// Nothing listens: the connection is refused.
    public static let refusing = "127.0.0.2"
    /// The accept queue is full: the connection hangs.
    public static let hanging = "127.0.0.3"
    /// A second address that answers.
    public static let second = "127.0.0.4"
    /// The broadcast address of the loopback network: the kernel has no route to it for TCP.
    public static let unreachable = "127.255.255.255"
    /// A private address: the address guard must not let it be contacted.
    public static let special = "10.0.0.1"
    /// The same in IPv6: a unique local address (RFC 4193).
    public static let specialV6 = "fd00::1"

    /// Those where hosts answer that the world does not give an address of their own.
    static let answering = [normal, second, "::1"]

    /// Where mail hosts of this kind are, at the mail port only.
    public static func mail(_ host: LabMailHost) -> String { host.address }
}
