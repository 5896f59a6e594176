/// Bytes of a file, of standard input or of an attachment, decompressed when they begin as gzip
/// does, through a window that its reader moves.
///
/// Holds two chunks and zlib's state, whatever the size of the file.
struct ByteSource: ~Copyable {
    static let chunkBytes = 65_536

    private let descriptor: Descriptor?
    private var gunzip: Gunzip? = nil
    /// Compressed bytes read ahead: `raw[next..<end]`. Empty where nothing is compressed.
    private var raw: [UInt8] = []
    private var rawStart = 0
    private var rawEnd = 0
    /// The readable bytes are `window[start..<end]`.
    private(set) var window: [UInt8]
    private(set) var start = 0
    private(set) var end: Int
    /// Reading on failed; what is readable comes first.
    private var failure: TLSReportFailure.Reason?

    private init(_ descriptor: consuming Descriptor?, window: [UInt8], end: Int) {
        self.descriptor = descriptor
        self.window = window
        self.end = end
    }

    /// - Parameter path: `-` is standard input.
    static func open(
        _ path: String, limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) -> ByteSource {
        let window = [UInt8](repeating: 0, count: Self.chunkBytes)
        let descriptor = path == "-" ? Descriptor.standardInput() : try Descriptor.open(path)
        return try ByteSource(descriptor, window: window, end: 0).identified(limits)
    }

    static func bytes(
        _ bytes: [UInt8], limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) -> ByteSource {
        try ByteSource(nil, window: bytes, end: bytes.count).identified(limits)
    }

    /// Looks at the first bytes, and prepares to decompress.
    private consuming func identified(
        _ limits: TLSReportLimits
    ) throws(TLSReportFailure.Reason) -> ByteSource {
        var source = self
        guard try source.fill(atLeast: 2),
            source.window[source.start..<source.end].starts(with: [0x1F, 0x8B])
        else { return source }
        source.gunzip = try Gunzip(ratio: limits.gzipRatio)
        source.raw = source.window
        source.rawStart = source.start
        source.rawEnd = source.end
        source.window = [UInt8](repeating: 0, count: Self.chunkBytes)
        source.start = 0
        source.end = 0
        return source
    }

    var isCompressed: Bool { gunzip != nil }
    /// Known at the end.
    private(set) var hasBytesAfterGzip = false

    /// Gives up the first `count` readable bytes.
    mutating func skip(_ count: Int) { start += count }

    /// Makes at least `count` bytes readable, at most a chunk; false when the end, or a failure,
    /// comes before.
    ///
    /// - Throws: when nothing is readable and reading on failed.
    mutating func fill(atLeast count: Int) throws(TLSReportFailure.Reason) -> Bool {
        while end - start < count {
            if start > 0 {
                window.replaceSubrange(0..<end - start, with: window[start..<end])
                end -= start
                start = 0
            }
            do throws(TLSReportFailure.Reason) {
                if let failure { throw failure }
                guard try more() else { return false }
            } catch {
                failure = error
                if end == 0 { throw error }
                return false
            }
        }
        return true
    }

    /// All that is left.
    ///
    /// - Throws: `beyond` when it is more than `limit` bytes.
    mutating func readAll(
        limit: Int, beyond: TLSReportFailure.Reason
    ) throws(TLSReportFailure.Reason) -> [UInt8] {
        var all: [UInt8] = []
        while try fill(atLeast: 1) {
            guard all.count + (end - start) <= limit else { throw beyond }
            all.append(contentsOf: window[start..<end])
            start = end
        }
        return all
    }

    /// Adds readable bytes after those at hand; false at the end.
    private mutating func more() throws(TLSReportFailure.Reason) -> Bool {
        guard isCompressed else {
            guard end < window.count else { return false }
            let count = try descriptor?.read(into: &window, from: end) ?? 0
            end += count
            return count > 0
        }
        while true {
            if rawStart == rawEnd, descriptor != nil {
                rawStart = 0
                rawEnd = try descriptor?.read(into: &raw, from: 0) ?? 0
            }
            let isLast = rawStart == rawEnd
            guard let step = try gunzip?.step(raw[rawStart..<rawEnd], into: &window, from: end)
            else { return false }
            rawStart += step.taken
            end += step.given
            if step.given > 0 { return true }
            guard isLast else { continue }
            if gunzip?.isBetweenMembers == false { throw .gzip(.truncated) }
            hasBytesAfterGzip = gunzip?.hasBytesAfter ?? false
            return false
        }
    }
}
