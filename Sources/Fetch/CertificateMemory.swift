internal import COpenSSL
internal import Evidence

/// Facts of the certificates seen lately, by digest: policy hosts of one provider present the same
/// chains, and reading one costs as much as all else that is noted of a fetch.
///
/// Loop thread only.
final class CertificateMemory {
    /// A certificate takes about 2 KB.
    private var known = RecentMemory<Digest, Certificate>(capacity: 1024)

    /// Nil where the certificate cannot be read.
    func facts(of certificate: OpaquePointer) -> Certificate? {
        guard let digest = unsafe CertificateReader.digest(of: certificate) else { return nil }
        if let facts = known.value(of: digest) { return facts }
        guard let facts = unsafe CertificateReader.certificate(certificate) else { return nil }
        known.insert(facts, for: digest)
        return facts
    }
}
