/// What a file is, told by its first bytes. Names tell nothing: reports come as `.gz` that are
/// JSON, and as `.json` that are gzip.
enum ContentKind: Hashable {
    case json
    case mail
    case mbox
    case archive(TLSReportFailure.Archive)
    case notUTF8
    case empty
    case unknown

    /// - Parameter head: the first bytes, a few kilobytes at most, uncompressed.
    init(_ head: ArraySlice<UInt8>) {
        if let archive = Self.archive(head) {
            self = .archive(archive)
            return
        }
        if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE])
            || head.prefix(2).contains(0)
        {
            self = .notUTF8
            return
        }
        let text = head.dropByteOrderMark().drop(while: Self.isSpace)
        switch text.first {
        case nil: self = .empty
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
        default:
            if text.starts(with: "From ".utf8) {
                self = .mbox
            } else {
                self = Self.beginsWithField(text) ? .mail : .unknown
            }
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// `Return-Path: <>` and the like (RFC 5322 §2.2), without the characters that are allowed in
    /// a name and that no mail uses.
    private static func beginsWithField(_ text: ArraySlice<UInt8>) -> Bool {
        let name = text.prefix { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
            default: false
            }
        }
        let after = text[name.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }
        return !name.isEmpty && name.count <= 76 && after.first == UInt8(ascii: ":")
    }

    private static func archive(_ head: ArraySlice<UInt8>) -> TLSReportFailure.Archive? {
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .zip }
        if head.starts(with: [0xFD, 0x37, 0x7A, 0x58]) { return .xz }
        if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstandard }
        if head.starts(with: [0x42, 0x5A, 0x68]) { return .bzip2 }
        return nil
    }
}

extension ArraySlice<UInt8> {
    func dropByteOrderMark() -> ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self
    }
}
