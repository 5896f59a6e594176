/// Where a portfolio comes from.
public enum PortfolioSource: Hashable, Sendable {
    case path(String)
    case standardInput
    case bytes([UInt8])

    /// - Parameter argument: a path, or `-` for standard input.
    public init(argument: String) { self = argument == "-" ? .standardInput : .path(argument) }
}

/// The bytes of a portfolio, decompressed when they begin as gzip does.
///
/// Holds two chunks of `chunkBytes` and zlib's window, whatever the size of the file.
struct TextSource: ~Copyable {
    static let chunkBytes = 65_536

    private let descriptor: Descriptor?
    private var gunzip: Gunzip? = nil
    /// Raw bytes read ahead: `raw[next..<end]`.
    private var raw: [UInt8]
    private var next = 0
    private var end: Int

    private init(_ descriptor: consuming Descriptor?, raw: [UInt8], end: Int) {
        self.descriptor = descriptor
        self.raw = raw
        self.end = end
    }

    static func open(_ source: PortfolioSource) throws(PortfolioFailure) -> TextSource {
        let empty = [UInt8](repeating: 0, count: chunkBytes)
        switch source {
        case .path(let path):
            return try TextSource(Descriptor.open(path), raw: empty, end: 0).identified()
        case .standardInput:
            return try TextSource(.standardInput(), raw: empty, end: 0).identified()
        case .bytes(let bytes):
            return try TextSource(nil, raw: bytes, end: bytes.count).identified()
        }
    }

    /// Looks at the first bytes and prepares to decompress.
    private consuming func identified() throws(PortfolioFailure) -> TextSource {
        var source = self
        // A pipe may give less than the longest signature in one read.
        while source.end < Self.signatureBytes, try source.readMore(line: 1) {}
        switch Self.kind(of: source.raw[..<source.end]) {
        case .text: break
        case .gzip: source.gunzip = try Gunzip()
        case .other(let kind): throw .notText(kind)
        }
        return source
    }

    /// Fills `chunk` from its start: the number of bytes, 0 at the end of the text.
    ///
    /// - Parameter line: the line being read, for the failure's sake.
    mutating func read(into chunk: inout [UInt8], line: Int) throws(PortfolioFailure) -> Int {
        while true {
            if next == end, !(try readMore(line: line)) {
                guard gunzip != nil else { return 0 }
                return try finish(into: &chunk, line: line)
            }
            guard gunzip != nil else {
                let count = min(chunk.count, end - next)
                chunk.replaceSubrange(0..<count, with: raw[next..<next + count])
                next += count
                return count
            }
            let given = try inflate(raw[next..<end], into: &chunk, line: line)
            if given > 0 { return given }
        }
    }

    /// The end of the file may leave text in zlib, or show that the file was cut off.
    private mutating func finish(
        into chunk: inout [UInt8], line: Int
    ) throws(PortfolioFailure) -> Int {
        if gunzip?.isAtEnd == true { return 0 }
        let given = try inflate([], into: &chunk, line: line)
        if given == 0, gunzip?.isAtEnd == false {
            throw .gzip(.truncated, byte: gunzip?.consumed ?? 0, line: line)
        }
        return given
    }

    private mutating func inflate(
        _ input: ArraySlice<UInt8>, into chunk: inout [UInt8], line: Int
    ) throws(PortfolioFailure) -> Int {
        do {
            guard let step = try gunzip?.step(input, into: &chunk) else { return 0 }
            next += step.taken
            return step.given
        } catch {
            throw .gzip(error, byte: gunzip?.consumed ?? 0, line: line)
        }
    }

    /// Adds raw bytes after those at hand; false at the end of the file.
    private mutating func readMore(line: Int) throws(PortfolioFailure) -> Bool {
        guard descriptor != nil else { return false }
        if next == end {
            next = 0
            end = 0
        }
        switch descriptor?.read(into: &raw, from: end) {
        case .success(let count):
            end += count
            return count > 0
        case .failure(let error): throw .cannotRead(errno: error.code, line: line)
        case nil: return false
        }
    }

    private enum Kind {
        case text
        case gzip
        case other(PortfolioFailure.FileKind)
    }

    private static let signatureBytes = 4

    private static func kind(of start: ArraySlice<UInt8>) -> Kind {
        if start.starts(with: [0x1F, 0x8B]) { return .gzip }
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .other(.zip) }
        if start.starts(with: [0xFD, 0x37, 0x7A, 0x58]) { return .other(.xz) }
        if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .other(.zstandard) }
        if start.starts(with: [0x42, 0x5A, 0x68]) { return .other(.bzip2) }
        return .text
    }
}
