/// What only some users of the policy hosts need.
public struct PolicyServerOptions: Sendable {
    public enum Curve: String, Hashable, Sendable {
        case p256 = "P-256"
        case p384 = "P-384"
    }

    /// The key of the intermediate that signs every leaf. P-384 is what many public authorities
    /// use; it adds 0.6 ms to each new name, more than the handshake itself costs.
    public var intermediate: Curve
    /// Count every request, for `PolicyServer.requests(for:)`.
    public var countsRequests: Bool
    /// How long a client may keep the server waiting. A silence the world asks for lasts longer.
    public var idleLimit: Duration
    /// The latest certificates each thread keeps: a host that is asked again presents the same
    /// one. Beyond this many hosts, and with several threads, it may present another.
    public var certificatesKept: Int

    public init(
        intermediate: Curve = .p256, countsRequests: Bool = false,
        idleLimit: Duration = .seconds(30), certificatesKept: Int = 256
    ) {
        self.intermediate = intermediate
        self.countsRequests = countsRequests
        self.idleLimit = idleLimit
        self.certificatesKept = certificatesKept
    }
}
