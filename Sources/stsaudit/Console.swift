internal import Glibc
internal import Report
internal import Synchronization

/// Standard output and standard error, written with `write(2)`.
///
/// Data goes to `out`, progress and notes to `note`. When the reader of standard output has gone
/// (`stsaudit ... | head`), `out` throws `ClosedPipe`, which ends the command with status 0.
enum Console {
    struct ClosedPipe: Error {}

    struct WriteFailure: Error, CustomStringConvertible {
        var code: Int32
        var description: String {
            switch code {
            case EBADF: "standard output is closed"
            default: "cannot write to standard output: \(SystemText.of(code))"
            }
        }
    }

    static func out(_ text: String) throws {
        try writeAll(Array(text.utf8), to: STDOUT_FILENO)
    }

    /// A line, or several, to standard error; a failure there has nowhere to go and is ignored.
    ///
    /// Names of files, arguments and rows may hold anything: none of it steers a terminal or makes up
    /// a line of the log.
    static func note(_ line: String, _ priority: LogPriority = .notice) {
        let line = InertText.lines(line)
        style.withLock { style in
            let line = style == .journald ? priority.marking(line) : line
            try? writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
        }
    }

    /// Text to standard error as it is, without a line end: what a terminal shows.
    static func raw(_ text: String) {
        style.withLock { _ in try? writeAll(Array(text.utf8), to: STDERR_FILENO) }
    }

    /// How notes begin from now on.
    static func log(as chosen: LogStyle) { style.withLock { $0 = chosen.resolved } }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Colour for a person at a terminal, unless the environment asks for none (no-color.org).
    static var wantsColor: Bool {
        let asksForNone = unsafe getenv("NO_COLOR") != nil
        return isTerminal(STDOUT_FILENO) && !asksForNone
    }

    /// How notes begin. Held while a line is written, which keeps two threads' lines apart.
    private static let style = Mutex(LogStyle.auto.resolved)

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Someone made our terminal non-blocking: wait until it takes more.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, 1000)
            case EPIPE: throw ClosedPipe()
            default: throw WriteFailure(code: errno)
            }
        }
    }
}
