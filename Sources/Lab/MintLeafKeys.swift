/// The leaf keys of one loop, each made when it is first wanted: an RSA key can take a second
/// to find, and few worlds want one.
struct LeafKeys: ~Copyable {
    private var p256: MintKey?
    private var rsa2048: MintKey?
    private var rsa1024: MintKey?

    mutating func make(_ kind: CertificateRecipe.Key) throws(MintFailure) {
        switch kind {
        case .p256: if p256 == nil { p256 = try MintKey(kind) }
        case .rsa2048: if rsa2048 == nil { rsa2048 = try MintKey(kind) }
        case .rsa1024: if rsa1024 == nil { rsa1024 = try MintKey(kind) }
        }
    }

    /// Throws when `make` was not called for this kind.
    func borrow(
        _ kind: CertificateRecipe.Key, _ body: (borrowing MintKey) throws(MintFailure) -> Void
    ) throws(MintFailure) {
        switch kind {
        case .p256: try Self.unwrap(p256, body)
        case .rsa2048: try Self.unwrap(rsa2048, body)
        case .rsa1024: try Self.unwrap(rsa1024, body)
        }
    }

    private static func unwrap(
        _ key: borrowing MintKey?, _ body: (borrowing MintKey) throws(MintFailure) -> Void
    ) throws(MintFailure) {
        switch key {
        case .some(let key): try body(key)
        case .none: throw .key
        }
    }
}
