internal import Glibc

/// Reads small files whole.
enum FileBytes {
    /// The first `limit` bytes of a file; `-` is standard input.
    static func read(_ path: String, limit: Int) throws(CommandFailure) -> [UInt8] {
        let isInput = path == "-"
        let descriptor = isInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path, errno) }
        defer { if !isInput { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 65_536))
        while bytes.count < limit {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    descriptor, buffer.baseAddress, min(buffer.count, limit - bytes.count))
            }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path, errno)
            }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func failure(_ verb: String, _ path: String, _ code: Int32) -> CommandFailure {
        let reason =
            switch code {
            case ENOENT: "there is no such file; check the path"
            case EACCES: "permission denied; check its rights, or run as a user who may read it"
            case EISDIR: "it is a folder; give a file in it"
            default: "errno \(code); check the disk"
            }
        return CommandFailure("cannot \(verb) '\(path)': \(reason)")
    }
}
