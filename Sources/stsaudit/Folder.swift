internal import Glibc

/// Folders and paths.
enum Folder {
    /// Makes the folder and those above it; one that is there is fine.
    static func make(_ path: String) throws(CommandFailure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            if unsafe mkdir(made, 0o755) == 0 || errno == EEXIST { continue }
            throw CommandFailure("cannot make the folder '\(made)': errno \(errno)")
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
