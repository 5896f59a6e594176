internal import Glibc

/// Folders and paths.
enum Folder {
    /// Makes the folder and those above it; one that is there is fine.
    static func make(_ path: String) throws(CommandFailure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            if unsafe mkdir(made, 0o755) == 0 { continue }
            let code = errno
            var status = stat()
            let isFolder = unsafe stat(made, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            if code == EEXIST, isFolder { continue }
            throw CommandFailure(
                code == EEXIST
                    ? "'\(made)' is a file; give a folder"
                    : "cannot make the folder '\(made)': \(SystemText.of(code)); "
                        + "give another, or make it yourself")
        }
    }

    /// The path from the root, so that a run has one name wherever it is started; `-` stays.
    static func absolute(_ path: String) -> String {
        guard path != "-" else { return path }
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
