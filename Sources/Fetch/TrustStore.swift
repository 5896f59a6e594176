internal import COpenSSL
internal import Glibc

/// The PEM file of trusted roots that libcurl loads once for all transfers.
struct TrustStore: Hashable {
    let path: String

    /// What distributions call it, most common first.
    static let usualPlaces = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
        "/etc/pki/tls/certs/ca-bundle.crt",  // older Fedora and RHEL, Amazon
        "/etc/ssl/ca-bundle.pem",  // SUSE
        "/etc/ssl/cert.pem",  // Alpine
        "/var/lib/ca-certificates/ca-bundle.pem",  // openSUSE
    ]

    /// - Parameters:
    ///   - chosen: the user's file, never fallen past: another bundle gives other verdicts.
    ///   - environment: the value of `SSL_CERT_FILE`; heeded the same way after `chosen`.
    static func find(
        chosen: String?, environment: String?, places: [String] = usualPlaces
    ) throws(FetcherFailure) -> TrustStore {
        if let path = chosen ?? environment.flatMap({ $0.isEmpty ? nil : $0 }) {
            guard holdsCertificate(path) else { throw .unusableTrustStore(path: path) }
            return TrustStore(path: path)
        }
        guard let path = places.first(where: holdsCertificate) else {
            throw .noTrustStore(tried: places)
        }
        return TrustStore(path: path)
    }

    static var environmentFile: String? {
        guard let value = unsafe getenv("SSL_CERT_FILE") else { return nil }
        return unsafe String(cString: value)
    }

    /// Reads the first certificate only: a whole bundle costs 20 ms.
    private static func holdsCertificate(_ path: String) -> Bool {
        guard let file = unsafe BIO_new_file(path, "r") else {
            ERR_clear_error()
            return false
        }
        defer { unsafe BIO_free_all(file) }
        guard let certificate = unsafe PEM_read_bio_X509_AUX(file, nil, nil, nil) else {
            ERR_clear_error()
            return false
        }
        unsafe X509_free(certificate)
        return true
    }
}
