internal import CGMime

/// A message in GMime's hands (RFC 5322, RFC 2045), freed with this.
@safe
struct MIMEMessage: ~Copyable {
    private let message: UnsafeMutablePointer<GMimeMessage>

    /// Parses a copy of the bytes.
    ///
    /// - Precondition: `MailBounds` let them pass.
    init(_ bytes: [UInt8]) throws(TLSReportFailure.Reason) {
        Library.start
        let parsed = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe cgmime_parse(buffer.baseAddress, buffer.count)
        }
        guard let parsed = unsafe parsed else { throw .message(.unreadable) }
        unsafe message = unsafe parsed
    }

    deinit { unsafe cgmime_free(message) }

    /// A header field, decoded (RFC 2047); nil when absent or blank.
    func header(_ name: String) -> String? {
        unsafe name.withCString { name in
            unsafe MIMEPart.text(cgmime_header(message, name))
        }
    }

    var body: MIMEPart? {
        unsafe cgmime_body(message).map { object in unsafe MIMEPart(object) }
    }

    private enum Library {
        /// GMime is initialized once for the process, and never shut down.
        static let start: Void = cgmime_start()
    }
}

/// A node of a message's tree. Lent by the message: whoever keeps one keeps the message.
@safe
struct MIMEPart {
    private let object: UnsafeMutablePointer<GMimeObject>

    fileprivate init(_ object: UnsafeMutablePointer<GMimeObject>) {
        unsafe self.object = unsafe object
    }

    var isLeaf: Bool { unsafe cgmime_is_leaf(object) != 0 }

    /// The parts of a multipart, or the body of an enclosed message.
    var childCount: Int { Int(unsafe cgmime_child_count(object)) }

    func child(_ index: Int) -> MIMEPart? {
        unsafe cgmime_child(object, Int32(clamping: index)).map { child in unsafe MIMEPart(child) }
    }

    /// `application/tlsrpt+gzip`, lower case.
    var mediaType: String {
        let type = unsafe Self.text(cgmime_type(object)) ?? ""
        let subtype = unsafe Self.text(cgmime_subtype(object)) ?? ""
        return "\(type)/\(subtype)".lowercased()
    }

    /// A parameter of the media type.
    func parameter(_ name: String) -> String? {
        unsafe name.withCString { name in
            unsafe Self.text(cgmime_parameter(object, name))
        }
    }

    var filename: String? { unsafe Self.text(cgmime_filename(object)) }

    /// The content without its transfer encoding, as far as it can be decoded.
    func decoded() -> [UInt8] {
        guard let array = unsafe cgmime_decode(object) else { return [] }
        defer { unsafe cgmime_free_bytes(array) }
        return unsafe Array(
            UnsafeBufferPointer(start: cgmime_bytes(array), count: cgmime_byte_count(array)))
    }

    /// Header texts are shown, and looked into for a word: more of one is of no use.
    private static let textBytes = 320

    /// A text of GMime's, its broken UTF-8 repaired; nil when absent or blank.
    fileprivate static func text(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        let clean = unsafe String(cString: text).cut(afterBytes: textBytes).trimmed()
        return clean.isEmpty ? nil : clean
    }
}
