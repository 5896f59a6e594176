/// Why a portfolio cannot be read on. A bad row is never a failure: see `PortfolioRow.problem`.
public enum PortfolioFailure: Error, Hashable, Sendable {
    case cannotOpen(path: String, errno: Int32)
    case cannotRead(errno: Int32, line: Int)
    /// UTF-16, told by its byte order mark or by the zero bytes it begins with.
    case utf16
    /// No text but another kind of file, told by its first bytes.
    case notText(FileKind)
    /// - Parameters:
    ///   - byte: offset in the compressed file up to which it was sound, from 0.
    ///   - line: the line of the uncompressed text that was being read, from 1.
    case gzip(GzipProblem, byte: Int, line: Int)

    public enum GzipProblem: Error, Hashable, Sendable {
        /// The file ends inside a member.
        case truncated
        /// The deflate data or the checksum is wrong.
        case corrupt
        /// After the last member comes something that is neither another member nor padding.
        case trailingBytes
        /// zlib got no memory for its window (about 40 KiB).
        case outOfMemory
    }

    public enum FileKind: String, Hashable, Sendable {
        case zip = "a ZIP archive or a spreadsheet"
        case xz = "an xz file"
        case zstandard = "a Zstandard file"
        case bzip2 = "a bzip2 file"
    }
}

extension PortfolioFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotOpen(let path, let code):
            "\(path): cannot be opened: \(systemMessage(code))"
        case .cannotRead(let code, let line):
            "cannot be read at line \(line): \(systemMessage(code))"
        case .utf16:
            "the text is UTF-16; save it as UTF-8"
        case .notText(let kind):
            "this is \(kind.rawValue); give CSV or a plain list, which may be gzip-compressed"
        case .gzip(let problem, let byte, let line):
            "\(problem.description) at byte \(byte) of the gzip file (line \(line) of the text)"
        }
    }
}

extension PortfolioFailure.GzipProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the file is cut off"
        case .corrupt: "the data is damaged"
        case .trailingBytes: "something follows that is not gzip"
        case .outOfMemory: "no memory to decompress"
        }
    }
}
