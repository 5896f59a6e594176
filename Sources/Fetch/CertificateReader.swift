internal import COpenSSL
internal import Evidence

/// Turns what a server presented into facts. The encoding is the peer's: every field may be
/// absent, huge or nonsense.
enum CertificateReader {
    static let nameLimitBytes = 256
    static let dnsNameLimit = 32
    // RFC 1035 §2.3.4: a longer dNSName matches nothing.
    static let dnsNameLimitBytes = 255

    /// Nil where `der` is not a certificate with readable dates.
    static func certificate(der: [UInt8]) -> Certificate? {
        unsafe der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            guard let certificate = unsafe d2i_X509(nil, &cursor, buffer.count) else {
                ERR_clear_error()
                return nil
            }
            defer { unsafe X509_free(certificate) }
            return unsafe self.certificate(certificate)
        }
    }

    /// Nil where the dates or the encoding cannot be read. Leaves OpenSSL's error queue empty.
    static func certificate(_ certificate: OpaquePointer) -> Certificate? {
        defer { ERR_clear_error() }
        guard let digest = unsafe digest(of: certificate),
            let notBefore = unsafe timestamp(X509_get0_notBefore(certificate)),
            let notAfter = unsafe timestamp(X509_get0_notAfter(certificate))
        else { return nil }
        let (names, count) = unsafe dnsNames(of: certificate)
        return unsafe Certificate(
            digest: digest,
            subject: text(of: X509_get_subject_name(certificate)),
            issuer: text(of: X509_get_issuer_name(certificate)),
            dnsNames: names, dnsNameCount: count,
            notBefore: notBefore, notAfter: notAfter,
            key: key(of: certificate))
    }

    static func digest(of certificate: OpaquePointer) -> Digest? {
        var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
        var count: UInt32 = 0
        guard unsafe X509_digest(certificate, EVP_sha256(), &bytes, &count) == 1 else { return nil }
        return Digest(bytes)
    }

    private static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        var seconds: Int64 = 0
        guard unsafe copenssl_unix_seconds(time, &seconds) == 1 else { return nil }
        return Timestamp(seconds: seconds)
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free_all(memory) }
        guard unsafe copenssl_print_name(memory, name) == 1 else { return "" }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_written(memory, &start)
        guard let start = unsafe start, count > 0 else { return "" }
        let written = unsafe UnsafeRawBufferPointer(start: start, count: Int(count))
        return unsafe String(bounded: written, limitBytes: nameLimitBytes)
    }

    /// The names kept, sorted, and how many there are.
    private static func dnsNames(of certificate: OpaquePointer) -> ([String], Int) {
        guard let entries = unsafe copenssl_alternative_names(certificate) else { return ([], 0) }
        defer { unsafe GENERAL_NAMES_free(entries) }
        var names: [String] = []
        var count = 0
        for index in 0..<max(0, unsafe copenssl_name_count(entries)) {
            var start: UnsafePointer<UInt8>?
            let length = unsafe copenssl_dns_name(entries, index, &start)
            guard length >= 0 else { continue }
            count += 1
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(length))
            names.append(unsafe String(bounded: bytes, limitBytes: dnsNameLimitBytes))
        }
        return (Array(names.sorted().prefix(dnsNameLimit)), count)
    }

    private static func key(of certificate: OpaquePointer) -> String {
        guard let key = unsafe X509_get0_pubkey(certificate) else { return "unknown" }
        let bits = unsafe EVP_PKEY_get_bits(key)
        let kind = unsafe EVP_PKEY_get_base_id(key)
        switch kind {
        case NID_rsaEncryption: return "RSA \(bits)"
        case NID_rsassaPss: return "RSA-PSS \(bits)"
        case NID_dsa: return "DSA \(bits)"
        case NID_ED25519: return "Ed25519"
        case NID_ED448: return "Ed448"
        case NID_X9_62_id_ecPublicKey: return unsafe "EC " + curve(of: key, bits: bits)
        default:
            guard let name = unsafe OBJ_nid2sn(kind) else { return "unknown" }
            return unsafe String(cString: name)
        }
    }

    private static func curve(of key: OpaquePointer, bits: Int32) -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else {
            return "\(bits)"
        }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        switch String(decoding: bytes, as: UTF8.self) {
        case "prime256v1": return "P-256"
        case "secp384r1": return "P-384"
        case "secp521r1": return "P-521"
        case let other: return other
        }
    }
}

extension String {
    /// The text of at most `limitBytes` of UTF-8, cut between scalars; bytes that are no UTF-8
    /// become U+FFFD.
    init(bounded bytes: some Collection<UInt8>, limitBytes: Int) {
        func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
        var kept = Array(bytes.prefix(limitBytes))
        if let next = bytes.dropFirst(limitBytes).first, continues(next) {
            // RFC 3629 §3: at most three bytes and the first of a scalar that was cut.
            for _ in 0..<3 where kept.last.map(continues) == true { kept.removeLast() }
            if let last = kept.last, last >= 0xC0 { kept.removeLast() }
        }
        self = String(decoding: kept, as: UTF8.self)
        // A replacement takes three bytes where there was one.
        while utf8.count > limitBytes { unicodeScalars.removeLast() }
    }
}
