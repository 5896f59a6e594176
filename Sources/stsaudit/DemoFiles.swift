internal import Glibc
internal import Lab

/// The files of a demo.
struct DemoFiles {
    var folder: String

    var portfolio: String { folder + "/portfolio.csv" }
    var truth: String { folder + "/truth.csv" }
    var store: String { folder + "/stsaudit.sqlite" }

    /// Writes portfolio and truth, in constant memory.
    func write(_ world: GeneratedWorld) throws(CommandFailure) {
        try Self.write(world.portfolioLines(), to: portfolio)
        try Self.write(world.truthLines(), to: truth)
    }

    /// The portfolio alone.
    func writePortfolio(_ lines: some Sequence<String>) throws(CommandFailure) {
        try Self.write(lines, to: portfolio)
    }

    private static func write(
        _ lines: some Sequence<String>, to path: String
    ) throws(CommandFailure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                "cannot write '\(path)': errno \(errno); check the disk, or give another --output")
        }
        defer { close(descriptor) }
        var buffer: [UInt8] = []
        for line in lines {
            buffer += line.utf8
            buffer += [0x0D, 0x0A]
            if buffer.count >= 1 << 18 { try flush(&buffer, to: descriptor, path) }
        }
        try flush(&buffer, to: descriptor, path)
    }

    private static func flush(
        _ buffer: inout [UInt8], to descriptor: Int32, _ path: String
    ) throws(CommandFailure) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw CommandFailure(
                    "cannot write '\(path)': errno \(errno); check the disk, or give another --output"
                )
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
