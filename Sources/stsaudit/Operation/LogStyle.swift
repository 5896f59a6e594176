internal import ArgumentParser
internal import Glibc

/// How lines on standard error begin.
enum LogStyle: String, CaseIterable, ExpressibleByArgument {
    /// `journald` where standard error is the journal, otherwise `plain`.
    case auto
    case plain
    /// With a priority in front, as sd-daemon(3) has it: `<3>` for an error.
    case journald

    /// Never `.auto`.
    var resolved: LogStyle {
        guard self == .auto else { return self }
        return Self.isJournal(STDERR_FILENO) ? .journald : .plain
    }

    /// systemd names the journal's stream by device and inode in `JOURNAL_STREAM`; a descriptor
    /// that was redirected since is another one (systemd.exec(5)).
    private static func isJournal(_ descriptor: Int32) -> Bool {
        guard let value = unsafe getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return unsafe String(cString: value) == "\(status.st_dev):\(status.st_ino)"
    }
}

/// How much a line matters: the levels of syslog(3) that are used here.
enum LogPriority: Int {
    case error = 3
    case warning = 4
    case notice = 5
    case progress = 6

    /// `text` with the priority at the start of each of its lines.
    func marking(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "<\(rawValue)>" + $0 }.joined(separator: "\n")
    }
}
