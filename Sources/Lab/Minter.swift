internal import COpenSSL

/// Makes the certificate for a server name when it is asked for, and keeps the latest ones.
///
/// One key of each kind is shared by all names, so a new name costs one signature and no key
/// generation: about 0.2 ms, most of it OpenSSL 3.0 encoding the public key. Owned by one loop
/// thread.
final class Minter {
    let authority: MintAuthority
    private var keys = LeafKeys()
    private var minted: RecentTable<Order, MintedLeaf>

    private struct Order: Hashable {
        var name: String
        var recipe: CertificateRecipe
    }

    init(authority: MintAuthority, capacity: Int) {
        self.authority = authority
        minted = RecentTable(capacity: capacity)
    }

    /// - Parameter name: lower-case host name, as `TLSServerName` lets through.
    func leaf(for name: String, _ recipe: CertificateRecipe) throws(MintFailure) -> MintedLeaf {
        let order = Order(name: name, recipe: recipe)
        if let leaf = minted[order] { return leaf }
        let leaf = MintedLeaf(certificate: try mint(order), recipe: recipe)
        minted[order] = leaf
        return leaf
    }

    /// Makes the session present the leaf, with its chain, for this handshake.
    func install(_ leaf: MintedLeaf, in session: borrowing TLSSession) throws(MintFailure) {
        try keys.make(leaf.recipe.key)
        try keys.borrow(leaf.recipe.key) { (key: borrowing MintKey) throws(MintFailure) in
            try session.present(leaf.certificate, key)
        }
        try withChain(of: leaf) { (certificate: borrowing MintCertificate) throws(MintFailure) in
            try session.present(chain: certificate)
        }
    }

    /// Writes key, leaf and chain to a new PEM file in the order in which servers want them;
    /// false when the system would not, with errno set.
    func write(_ leaf: MintedLeaf, to path: String) throws(MintFailure) -> Bool {
        var isWritten = true
        try keys.make(leaf.recipe.key)
        try keys.borrow(leaf.recipe.key) { (key: borrowing MintKey) throws(MintFailure) in
            isWritten = key.writePEM(to: path)
        }
        isWritten = isWritten && leaf.certificate.writePEM(to: path, appending: true)
        try withChain(of: leaf) { (certificate: borrowing MintCertificate) throws(MintFailure) in
            isWritten = isWritten && certificate.writePEM(to: path, appending: true)
        }
        return isWritten
    }

    /// Lends what is presented besides the leaf, if anything.
    private func withChain(
        of leaf: MintedLeaf, _ body: (borrowing MintCertificate) throws(MintFailure) -> Void
    ) throws(MintFailure) {
        switch leaf.recipe.issuer {
        case .trusted: try body(authority.intermediate)
        // Presented, so that the chain ends at a root that is not trusted, not in nothing.
        case .untrusted: try body(authority.stranger)
        case .missingIntermediate, .selfSigned: break
        }
        for _ in 0..<max(0, leaf.recipe.strayCertificates) { try body(authority.stranger) }
    }

    private func mint(_ order: Order) throws(MintFailure) -> MintCertificate {
        let recipe = order.recipe
        let name =
            switch recipe.names {
            case .matching, .commonNameOnly: order.name
            case .wildcard: "*." + order.name.drop { $0 != "." }.dropFirst()
            case .other: Self.otherName
            }
        try keys.make(recipe.key)
        let certificate = try MintCertificate()
        try certificate.setSubject(commonName: name, organization: recipe.organization)
        try certificate.setValidity(fromDay: recipe.notBeforeDays, toDay: recipe.notAfterDays)
        try certificate.addExtension(NID_basic_constraints, "critical,CA:FALSE")
        try certificate.addExtension(NID_ext_key_usage, "serverAuth")
        if recipe.names != .commonNameOnly {
            try certificate.addName(name, andFurther: recipe.furtherNames)
        }
        try keys.borrow(recipe.key) { (key: borrowing MintKey) throws(MintFailure) in
            try certificate.setKey(key)
            switch recipe.issuer {
            case .trusted, .missingIntermediate:
                try certificate.setIssuer(authority.intermediate)
                try certificate.addExtension(
                    NID_authority_key_identifier, "keyid", issuer: authority.intermediate)
                try certificate.sign(with: authority.intermediateKey)
            case .untrusted:
                try certificate.setIssuer(authority.stranger)
                try certificate.sign(with: authority.strangerKey)
            case .selfSigned:
                try certificate.setIssuerToSelf()
                try certificate.sign(with: key)
            }
        }
        return certificate
    }

    /// RFC 2606: `.invalid` is nobody's.
    private static let otherName = "another-host.lab.invalid"
}

/// A certificate ready to be presented, and the recipe it was made by.
final class MintedLeaf {
    let certificate: MintCertificate
    let recipe: CertificateRecipe

    init(certificate: consuming MintCertificate, recipe: CertificateRecipe) {
        self.certificate = certificate
        self.recipe = recipe
    }
}
