internal import Glibc

/// A descriptor that a report is written to, buffered. Used by one `ReportWriter` at a time.
public final class OutputFile {
    private let path: String
    /// Where the text goes until `commit` gives it its name; nil when it is written in place.
    private let temporary: String?
    private let descriptor: Int32
    private let isOwned: Bool
    private var buffer: [UInt8] = []

    private static let bufferBytes = 256 * 1024

    public enum Placement: Hashable, Sendable {
        /// Readers see the file grow.
        case inPlace
        /// Readers see the file before or the whole new one, never a part.
        case whenDone
    }

    public init(path: String, _ placement: Placement) throws(ReportError) {
        self.path = path
        isOwned = true
        switch placement {
        case .inPlace: temporary = nil
        case .whenDone: temporary = path + ".partial"
        }
        let name = temporary ?? path
        descriptor = unsafe open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: name, errno: errno) }
    }

    /// - Parameter descriptor: stays open when this value goes.
    public init(descriptor: Int32, name: String) {
        path = name
        temporary = nil
        self.descriptor = descriptor
        isOwned = false
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Hands over what `body` appends to the buffer.
    func write(_ body: (inout [UInt8]) -> Void) throws(ReportError) {
        body(&buffer)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func flush() throws(ReportError) {
        var written = 0
        while written < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe Glibc.write(
                    descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EPIPE {
                throw .closedPipe
            } else if errno != EINTR {
                throw .cannotWrite(path: path, errno: errno)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and gives the file its name.
    func commit() throws(ReportError) {
        try flush()
        guard let temporary else { return }
        guard unsafe rename(temporary, path) == 0 else {
            throw .cannotWrite(path: path, errno: errno)
        }
    }

    static func message(_ number: Int32) -> String {
        unsafe String(cString: strerror(number))
    }
}
