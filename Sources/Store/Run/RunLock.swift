internal import Glibc

/// The exclusive right to run on one store file, among all processes of the machine.
///
/// An advisory `flock` on a side file, `FILE.lock`: the kernel drops it when the process ends,
/// however it ends, so a killed run leaves nothing to clean up. It is not on the database file,
/// because SQLite has its own record locks there, which on NFS would collide with it. And it is
/// not a record lock: those are lost when any part of the process closes the file. The side file
/// stays behind when the run has ended; to remove it would let two processes each lock a file of
/// that name.
final class RunLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `.runInProgress` when another run has the lock, `.cannotOpen`.
    init(storePath path: String) throws(StoreError) {
        // O_CLOEXEC: a child process must not keep the lock alive.
        let side = Self.sidePath(of: path)
        let descriptor = unsafe open(side, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotOpen(path: side) }
        // Somebody who only looks whether a run is under way has it for an instant.
        var isFree = Self.tryLock(descriptor, LOCK_EX)
        for _ in 0..<5 where !isFree {
            _ = poll(nil, 0, 10)
            isFree = Self.tryLock(descriptor, LOCK_EX)
        }
        guard isFree else {
            let holder = Self.readHolder(descriptor)
            close(descriptor)
            throw .runInProgress(path: path, holder: holder)
        }
        self.descriptor = descriptor
        writeHolder()
    }

    deinit { close(descriptor) }

    /// Whether a process has the lock; its id where it has left one. Takes nothing.
    static func holder(storePath path: String) -> Holder {
        let descriptor = unsafe open(sidePath(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .none }
        defer { close(descriptor) }
        guard !tryLock(descriptor, LOCK_SH) else { return .none }
        return .process(readHolder(descriptor))
    }

    enum Holder {
        case none
        case process(Int32?)
    }

    /// Beside the file itself: whoever comes by a symbolic link meets the same lock, as SQLite
    /// keeps one WAL for both.
    static func sidePath(of path: String) -> String {
        guard let file = unsafe realpath(path, nil) else { return path + ".lock" }
        defer { unsafe free(file) }
        return unsafe String(cString: file) + ".lock"
    }

    private static func tryLock(_ descriptor: Int32, _ kind: Int32) -> Bool {
        var outcome = flock(descriptor, kind | LOCK_NB)
        while outcome != 0, errno == EINTR { outcome = flock(descriptor, kind | LOCK_NB) }
        return outcome == 0
    }

    /// Lets others run; harmless when done twice.
    func release() { _ = flock(descriptor, LOCK_UN) }

    private func writeHolder() {
        let text = Array("\(getpid())\n".utf8)
        // The number only helps the other's message: failing to write it is no reason to stop.
        guard ftruncate(descriptor, 0) == 0 else { return }
        unsafe text.withUnsafeBytes { _ = unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func readHolder(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        return Int32(
            String(decoding: buffer.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self))
    }
}
