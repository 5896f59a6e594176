internal import COpenSSL

/// The lab's certificate authority: a P-384 root, an intermediate that signs every sound leaf,
/// and a root nobody trusts.
final class MintAuthority: @unchecked Sendable {
    // @unchecked Sendable: every handle is made in init and only lent for reading afterwards.
    // Signing and presenting change no key or certificate; OpenSSL counts references atomically
    // and guards the caches inside them.

    let root: MintCertificate
    let intermediate: MintCertificate
    let intermediateKey: MintKey
    let stranger: MintCertificate
    let strangerKey: MintKey

    private static let years = 365

    /// - Parameter curve: of the intermediate's key.
    init(intermediate curve: PolicyServerOptions.Curve) throws(MintFailure) {
        let rootKey = try MintKey(curve: .p384)
        let root = try Self.selfSigned("stsaudit lab root", key: rootKey)
        let intermediateKey = try MintKey(curve: curve)
        let intermediate = try Self.draft("stsaudit lab intermediate", key: intermediateKey)
        try intermediate.setIssuer(root)
        try intermediate.addExtension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        try intermediate.addExtension(NID_authority_key_identifier, "keyid", issuer: root)
        try intermediate.sign(with: rootKey)
        let strangerKey = try MintKey(curve: .p256)
        let stranger = try Self.selfSigned("stsaudit lab untrusted root", key: strangerKey)
        self.root = root
        self.intermediate = intermediate
        self.intermediateKey = intermediateKey
        self.stranger = stranger
        self.strangerKey = strangerKey
    }

    private static func selfSigned(
        _ name: String, key: borrowing MintKey
    ) throws(MintFailure) -> MintCertificate {
        let certificate = try draft(name, key: key)
        try certificate.setIssuerToSelf()
        try certificate.addExtension(NID_basic_constraints, "critical,CA:TRUE")
        try certificate.sign(with: key)
        return certificate
    }

    /// What all authority certificates have in common; not yet signed.
    private static func draft(
        _ name: String, key: borrowing MintKey
    ) throws(MintFailure) -> MintCertificate {
        let certificate = try MintCertificate()
        try certificate.setSubject(commonName: name)
        try certificate.setValidity(fromDay: -years, toDay: 10 * years)
        try certificate.setKey(key)
        try certificate.addExtension(NID_key_usage, "critical,keyCertSign,cRLSign")
        try certificate.addExtension(NID_subject_key_identifier, "hash")
        return certificate
    }
}
