internal import CZlib

/// Compresses text as gzip and gives it as base64, piece by piece, in fixed memory.
///
/// zlib keeps a pointer back to its stream, so the stream lives at one heap address.
@safe
struct GzipText: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Compressed bytes that do not yet make a group of three (RFC 4648 §4).
    private var rest: [UInt8] = []
    private var output = [UInt8](repeating: 0, count: 32 * 1024)
    private(set) var compressedBytes = 0

    init?() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_gzip_start(stream) == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        unsafe self.stream = unsafe stream
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends what comes of `bytes` so far to `text`.
    mutating func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        compress(bytes, Z_NO_FLUSH, &text)
    }

    /// Appends all that is left; nothing may follow.
    mutating func finish(to text: inout [UInt8]) {
        compress([], Z_FINISH, &text)
        Base64.append(rest[...], to: &text)
        rest = []
    }

    private mutating func compress(_ bytes: [UInt8], _ flush: Int32, _ text: inout [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = source.baseAddress
            unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
            // The output is full when there is more to come (zlib.h on deflate).
            repeat {
                unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe stream.pointee.next_out = target.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(clamping: target.count)
                    _ = unsafe deflate(stream, flush)
                }
                take(output.count - Int(unsafe stream.pointee.avail_out), &text)
            } while unsafe stream.pointee.avail_out == 0
        }
    }

    private mutating func take(_ count: Int, _ text: inout [UInt8]) {
        compressedBytes += count
        rest += output[..<count]
        let whole = rest.count - rest.count % 3
        Base64.append(rest[..<whole], to: &text)
        rest.removeFirst(whole)
    }
}

/// RFC 4648 §4.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let group = bytes[index..<min(index + 3, bytes.endIndex)]
            var value: UInt32 = 0
            for byte in group { value = value << 8 | UInt32(byte) }
            value <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let isPadding = position > group.count
                let digit = Int(value >> UInt32(18 - 6 * position) & 63)
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[digit])
            }
            index += 3
        }
    }
}
