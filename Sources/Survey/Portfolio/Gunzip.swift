internal import CZlib

/// Decompresses a gzip file of any number of members (RFC 1952 §2.2) in fixed memory.
///
/// zlib keeps a pointer back to its stream, so the stream lives at one heap address.
@safe
struct Gunzip: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// The next byte begins a member, or the padding after the last one.
    private var isBetweenMembers = false
    private var isInPadding = false
    /// Compressed bytes taken so far.
    private(set) var consumed = 0

    init() throws(PortfolioFailure) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_gunzip_start(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw .gzip(.outOfMemory, byte: 0, line: 1)
        }
        unsafe self.stream = unsafe stream
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// What one step took and gave.
    struct Step {
        var taken: Int
        var given: Int
    }

    /// Decompresses from `input` into the whole of `output`, as far as either lasts.
    mutating func step(
        _ input: ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(PortfolioFailure.GzipProblem) -> Step {
        if isInPadding || isBetweenMembers {
            return try startMember(input)
        }
        let offered = input.count
        let room = output.count
        let code = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = source.baseAddress
                unsafe stream.pointee.avail_in = UInt32(clamping: offered)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: room)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let taken = offered - Int(unsafe stream.pointee.avail_in)
        consumed += taken
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        case Z_MEM_ERROR: throw .outOfMemory
        default: throw .corrupt
        }
        return Step(taken: taken, given: room - Int(unsafe stream.pointee.avail_out))
    }

    /// Whether the input may end here.
    var isAtEnd: Bool { isBetweenMembers || isInPadding }

    /// Tape and block devices pad with zero bytes; gzip(1) ignores them and so do we.
    private mutating func startMember(
        _ input: ArraySlice<UInt8>
    ) throws(PortfolioFailure.GzipProblem) -> Step {
        let zeros = input.prefix { $0 == 0 }.count
        consumed += zeros
        if zeros > 0 { isInPadding = true }
        if zeros == input.count { return Step(taken: zeros, given: 0) }
        guard !isInPadding, input.first == 0x1F else { throw .trailingBytes }
        guard unsafe inflateReset(stream) == Z_OK else { throw .corrupt }
        isBetweenMembers = false
        return Step(taken: 0, given: 0)
    }
}
