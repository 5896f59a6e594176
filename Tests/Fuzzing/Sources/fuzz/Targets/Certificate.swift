internal import Evidence
@testable internal import Fetch

func fuzzCertificate(_ bytes: [UInt8]) {
    guard let certificate = CertificateReader.certificate(der: bytes) else { return }
    for text in [certificate.subject, certificate.issuer] {
        require(text.utf8.count <= CertificateReader.nameLimitBytes, "a long name")
    }
    require(certificate.dnsNames.count <= CertificateReader.dnsNameLimit, "too many names")
    require(certificate.dnsNames.count <= certificate.dnsNameCount, "more names than there are")
    for name in certificate.dnsNames {
        require(name.utf8.count <= CertificateReader.dnsNameLimitBytes, "a long dNSName")
    }
    require(!certificate.key.isEmpty, "no key")
    // Of the years 0 to 9999, so that they can be shown.
    require(!certificate.notBefore.description.isEmpty, "no date")
    require(!certificate.notAfter.description.isEmpty, "no date")
}
