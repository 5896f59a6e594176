internal import Glibc

/// Owns a file descriptor; standard input is lent and stays open.
struct Descriptor: ~Copyable {
    private let number: Int32
    private let isOwned: Bool

    private init(number: Int32, isOwned: Bool) {
        self.number = number
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(number) }
    }

    static func standardInput() -> Descriptor { Descriptor(number: STDIN_FILENO, isOwned: false) }

    static func open(_ path: String) throws(TLSReportFailure.Reason) -> Descriptor {
        let number = unsafe path.withCString { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC) }
        guard number >= 0 else { throw .cannotOpen(errno: errno) }
        return Descriptor(number: number, isOwned: true)
    }

    /// Reads into `buffer` from `start` on: the number of bytes, 0 at the end.
    func read(
        into buffer: inout [UInt8], from start: Int
    ) throws(TLSReportFailure.Reason) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                return unsafe Glibc.read(number, free.baseAddress, free.count)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .cannotRead(errno: errno) }
        }
    }
}

/// The C library's words for an errno.
func systemMessage(_ code: Int32) -> String {
    // glibc's strerror has a buffer for each thread since 2.32.
    guard let text = unsafe strerror(code) else { return "errno \(code)" }
    return unsafe String(cString: text)
}
