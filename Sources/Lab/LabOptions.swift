/// Where the lab listens. Port 0 means any free port.
public struct LabOptions: Sendable {
    public var dnsPort: UInt16
    public var policyPort: UInt16
    /// Loop threads for the policy hosts; DNS has one of its own.
    public var threads: Int

    public init(dnsPort: UInt16 = 0, policyPort: UInt16 = 0, threads: Int = 1) {
        self.dnsPort = dnsPort
        self.policyPort = policyPort
        self.threads = threads
    }
}

/// The lab's addresses, all on loopback, all at the lab's policy port.
public enum LabAddress {
    /// Answers.
    public static let normal = "127.0.0.1"
    /// Nothing listens: the connection is refused.
    public static let refusing = "127.0.0.2"
    /// The accept queue is full: the connection hangs.
    public static let hanging = "127.0.0.3"
    /// A second address that answers.
    public static let second = "127.0.0.4"
    /// A private address: the address guard must not let it be contacted.
    public static let special = "10.0.0.1"
}
