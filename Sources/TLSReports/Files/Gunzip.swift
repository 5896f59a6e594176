internal import CZlib

/// Decompresses a gzip file of any number of members (RFC 1952 §2.2) in fixed memory, and refuses
/// one that expands too much.
///
/// zlib keeps a pointer back to its stream, so the stream lives at one heap address.
@safe
struct Gunzip: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let ratio: Int
    /// A member ended; what follows is another one, or not ours.
    private(set) var isBetweenMembers = false
    /// Something follows the last member that is neither another one nor padding with zeros.
    private(set) var hasBytesAfter = false
    private var isDone = false
    private var taken = 0
    private var given = 0

    init(ratio: Int) throws(TLSReportFailure.Reason) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_gunzip_start(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw .gzip(.outOfMemory)
        }
        unsafe self.stream = unsafe stream
        self.ratio = ratio
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Decompresses from `input` into `output` from `start` on, as far as either lasts.
    ///
    /// - Returns: bytes taken from the input and written to the output.
    mutating func step(
        _ input: ArraySlice<UInt8>, into output: inout [UInt8], from start: Int
    ) throws(TLSReportFailure.Reason) -> (taken: Int, given: Int) {
        if isBetweenMembers, !input.isEmpty { try startMember(input) }
        if isDone { return (input.count, 0) }
        let room = output.count - start
        let code = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = source.baseAddress
                unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
                unsafe stream.pointee.next_out = target.baseAddress?.advanced(by: start)
                unsafe stream.pointee.avail_out = UInt32(clamping: room)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let taken = input.count - Int(unsafe stream.pointee.avail_in)
        let given = room - Int(unsafe stream.pointee.avail_out)
        self.taken += taken
        self.given += given
        if self.given > 1 << 20, self.given / ratio > self.taken { throw .gzip(.bomb) }
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        case Z_MEM_ERROR: throw .gzip(.outOfMemory)
        default: throw .gzip(.corrupt)
        }
        return (taken, given)
    }

    /// Tape devices pad with zero bytes, and mail adds line ends: both stand after the checksum
    /// that proves the text whole.
    private mutating func startMember(_ input: ArraySlice<UInt8>) throws(TLSReportFailure.Reason) {
        isDone = input.first != 0x1F
        if isDone {
            hasBytesAfter = hasBytesAfter || input.contains { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
            return
        }
        guard unsafe inflateReset(stream) == Z_OK else { throw .gzip(.corrupt) }
        isBetweenMembers = false
    }
}
