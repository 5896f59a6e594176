/// Which addresses may be contacted.
///
/// What a domain's DNS names is hostile input: without a guard, a policy host with the address
/// of a router or of a cloud metadata service would make the auditor knock there.
public struct AddressGuard: Hashable, Sendable {
    /// Lets every address pass.
    public var allowsAll: Bool
    /// Special-purpose networks that may be contacted all the same, for labs.
    public var allowed: [Network]

    /// With no argument, only public unicast addresses pass.
    public init(allowsAll: Bool = false, allowed: [Network] = []) {
        self.allowsAll = allowsAll
        self.allowed = allowed
    }

    /// The loopback addresses besides the public ones: what a lab on this machine needs.
    public static let loopback = AddressGuard(
        allowed: [
            Network(v4: 127, 0, 0, 0, prefixLength: 8),
            Network(v6: 0, 0, 0, 0, 0, 0, 0, 1, prefixLength: 128),
        ])

    public func permits(_ address: IPAddress) -> Bool {
        allowsAll || address.specialPurpose == nil || allowed.contains { $0.contains(address) }
    }
}
