internal import COpenSSL

/// Owns one private key.
@safe struct MintKey: ~Copyable {
    private let handle: OpaquePointer

    init(_ kind: CertificateRecipe.Key) throws(MintFailure) {
        switch kind {
        case .p256: try unsafe self.init(adopting: mint_ec_key("P-256"))
        case .rsa2048: try unsafe self.init(adopting: mint_rsa_key(2048))
        case .rsa1024: try unsafe self.init(adopting: mint_rsa_key(1024))
        }
    }

    init(curve: PolicyServerOptions.Curve) throws(MintFailure) {
        try unsafe self.init(adopting: mint_ec_key(curve.rawValue))
    }

    private init(adopting key: OpaquePointer?) throws(MintFailure) {
        guard let key = unsafe key else { throw .key }
        unsafe handle = key
    }

    deinit { unsafe EVP_PKEY_free(handle) }

    /// Writes the unencrypted PEM form to a new file; false on failure, with errno set by the
    /// system.
    func writePEM(to path: String) -> Bool {
        unsafe PEMFile.write(to: path, mode: "w") { file in
            unsafe PEM_write_bio_PrivateKey(file, handle, nil, nil, 0, nil, nil) == 1
        }
    }

    /// Lends the handle; it must not outlive the call.
    func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(handle)
    }
}

/// Owns one X.509 certificate. It is changed while it is minted and only read after `sign`.
@safe struct MintCertificate: ~Copyable {
    private let handle: OpaquePointer

    /// An empty version 3 certificate with a random serial number.
    init() throws(MintFailure) {
        guard let certificate = unsafe X509_new() else { throw .certificate }
        // RFC 5280 §4.1.2.2: a positive serial number; the top bit is kept clear.
        let serial = UInt64.random(in: 1...UInt64(Int64.max))
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1
        else {
            unsafe X509_free(certificate)
            throw .certificate
        }
        unsafe handle = certificate
    }

    deinit { unsafe X509_free(handle) }

    /// Lends the handle; it must not outlive the call.
    func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(handle)
    }

    /// - Parameters:
    ///   - commonName: left out when nil or beyond 64 bytes (RFC 5280: ub-common-name).
    ///   - organization: at most 64 characters.
    func setSubject(
        commonName: String?, organization: String = "stsaudit lab"
    ) throws(MintFailure) {
        let subject = unsafe X509_get_subject_name(handle)
        guard unsafe Self.add("O", organization, to: subject) else { throw .subject }
        if let commonName, commonName.utf8.count <= 64 {
            guard unsafe Self.add("CN", commonName, to: subject) else { throw .subject }
        }
    }

    private static func add(_ field: String, _ value: String, to name: OpaquePointer?) -> Bool {
        unsafe X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, value, -1, -1, 0) == 1
    }

    /// Days from now, clamped to a century either way.
    func setValidity(fromDay first: Int, toDay last: Int) throws(MintFailure) {
        let days = -36_500...36_500
        guard
            unsafe X509_time_adj_ex(X509_getm_notBefore(handle), first.clampedDays(days), 0, nil)
                != nil,
            unsafe X509_time_adj_ex(X509_getm_notAfter(handle), last.clampedDays(days), 0, nil)
                != nil
        else { throw .validity }
    }

    /// - Parameter text: as in openssl.cnf; never from the network.
    func addExtension(
        _ nid: Int32, _ text: String, issuer: borrowing MintCertificate
    ) throws(MintFailure) {
        guard unsafe mint_add_extension(handle, issuer.handle, nid, text) == 1 else {
            throw .extensions
        }
    }

    /// As above for a certificate that is its own issuer.
    func addExtension(_ nid: Int32, _ text: String) throws(MintFailure) {
        guard unsafe mint_add_extension(handle, handle, nid, text) == 1 else { throw .extensions }
    }

    /// A subjectAltName of one dNSName, and `count` names of nobody's.
    func addName(_ name: String, andFurther count: Int) throws(MintFailure) {
        let length = Int32(clamping: name.utf8.count)
        let count = Int32(clamping: max(0, count))
        guard unsafe mint_add_dns_names(handle, name, length, count) == 1 else {
            throw .extensions
        }
    }

    func setKey(_ key: borrowing MintKey) throws(MintFailure) {
        guard unsafe key.withHandle({ unsafe X509_set_pubkey(handle, $0) }) == 1 else { throw .key }
    }

    func setIssuer(_ issuer: borrowing MintCertificate) throws(MintFailure) {
        guard unsafe X509_set_issuer_name(handle, X509_get_subject_name(issuer.handle)) == 1 else {
            throw .subject
        }
    }

    func setIssuerToSelf() throws(MintFailure) {
        guard unsafe X509_set_issuer_name(handle, X509_get_subject_name(handle)) == 1 else {
            throw .subject
        }
    }

    /// The last step. Cost: one signature with `key`.
    func sign(with key: borrowing MintKey) throws(MintFailure) {
        // X509_sign returns the length of the signature.
        guard unsafe key.withHandle({ unsafe X509_sign(handle, $0, EVP_sha256()) }) > 0 else {
            throw .signature
        }
    }

    /// Writes the PEM form to a new file, or behind what a file holds; false on failure, with
    /// errno set by the system.
    func writePEM(to path: String, appending: Bool = false) -> Bool {
        unsafe PEMFile.write(to: path, mode: appending ? "a" : "w") { file in
            unsafe PEM_write_bio_X509(file, handle) == 1
        }
    }
}

private enum PEMFile {
    static func write(to path: String, mode: String, _ body: (OpaquePointer) -> Bool) -> Bool {
        guard let file = unsafe BIO_new_file(path, mode) else { return false }
        defer { unsafe BIO_free_all(file) }
        return unsafe body(file) && BIO_ctrl(file, BIO_CTRL_FLUSH, 0, nil) == 1
    }
}

extension Int {
    fileprivate func clampedDays(_ limits: ClosedRange<Int>) -> Int32 {
        Int32(clamping: Swift.min(Swift.max(self, limits.lowerBound), limits.upperBound))
    }
}
