internal import Glibc
internal import Store
internal import Survey

/// Names the content of a portfolio, so that a run is resumed on the portfolio it was begun with.
enum Fingerprint {
    /// Standard input cannot be read twice: a run that has read it to its end is resumed from the
    /// store alone.
    static let standardInput = "standard input"

    /// A pipe with a path, such as a shell's `<(...)`: reading it would leave nothing to audit.
    static let pipe = "pipe"

    /// Refuses what no portfolio can be read from, before anything is made of it.
    ///
    /// Whether equal fingerprints mean equal portfolios.
    static func namesContent(_ fingerprint: String) -> Bool {
        fingerprint != standardInput && fingerprint != pipe
    }

    /// Cost: reads the file once, about 1 GB/s.
    static func of(_ source: PortfolioSource) throws(PortfolioFailure) -> String {
        guard case .path(let path) = source else { return standardInput }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .cannotOpen(path: path, errno: errno) }
        if status.st_mode & S_IFMT == S_IFIFO { return pipe }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        defer { close(descriptor) }
        _ = try PortfolioReader.open(source)
        var fingerprint = ContentFingerprint()
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count == 0 { return fingerprint.description }
            if count > 0 {
                fingerprint.combine(chunk[..<count])
            } else if errno != EINTR {
                throw .cannotRead(errno: errno, line: 1)
            }
        }
    }
}
