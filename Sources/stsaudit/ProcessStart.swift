internal import Glibc

/// What a process has to put right about itself before its first line of work.
enum ProcessStart {
    static func prepare() {
        // A reader that goes away must surface as EPIPE, and a file that reaches its limit
        // (ulimit -f) as EFBIG: both signals would end the process in the middle of a run.
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { keepPlace(of: descriptor) }
    }

    /// Gives a standard stream that was closed (`>&-`) something that fails as a closed one does.
    ///
    /// Otherwise the next file or socket gets its number, and what is meant for standard error
    /// goes into a report, or to a policy host. `/dev/null` the wrong way round keeps the place:
    /// reading the input and writing the outputs is EBADF, and nobody takes it for success.
    private static func keepPlace(of descriptor: Int32) {
        guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { return }
        let mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
        let opened = unsafe open("/dev/null", mode)
        // The lowest free number is this one: those below have been kept already.
        if opened > descriptor { close(opened) }
    }
}
