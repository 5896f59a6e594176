internal import Glibc

/// The files under some paths, one after the other, each folder in the order of its names.
///
/// A folder with `new` and `cur` in it is a Maildir: its mail is in those two, `tmp` holds what is
/// not delivered yet, and the plain files beside them are the mail server's own. Elsewhere names
/// that begin with a dot are passed over. Symbolic links to folders are not followed below the
/// paths that were named, so a loop cannot be walked.
struct ReportFiles {
    private struct Entry {
        var path: String
        var depth: Int
        var isNamed: Bool
    }

    /// What is left to visit, the next one last.
    private var stack: [Entry]
    private let maximumDepth: Int

    init(_ paths: [String], maximumDepth: Int) {
        stack = paths.reversed().map { Entry(path: $0, depth: 0, isNamed: true) }
        self.maximumDepth = maximumDepth
    }

    /// The next file, or a path that could not be looked at; nil at the end.
    mutating func next() -> Result<String, TLSReportFailure>? {
        while let entry = stack.popLast() {
            if entry.path == "-" { return .success(entry.path) }
            switch Self.kind(of: entry.path, following: entry.isNamed) {
            case .success(.file): return .success(entry.path)
            // A pipe or a device is read when it was named, as `<(zcat ...)` is.
            case .success(.other) where entry.isNamed: return .success(entry.path)
            case .success(.other): continue
            case .success(.folder):
                do { try visit(entry) } catch { return .failure(failure(entry, error)) }
            case .failure(let reason): return .failure(failure(entry, reason))
            }
        }
        return nil
    }

    private func failure(
        _ entry: Entry, _ reason: TLSReportFailure.Reason
    ) -> TLSReportFailure {
        TLSReportFailure(source: TLSReportSource(path: entry.path), reason: reason)
    }

    private mutating func visit(_ folder: Entry) throws(TLSReportFailure.Reason) {
        guard folder.depth < maximumDepth else { throw .folderTooDeep }
        let names = try Self.names(in: folder.path)
        let isMaildir = Self.isMaildir(folder.path)
        for name in names.reversed() {
            let path = folder.path.hasSuffix("/") ? folder.path + name : "\(folder.path)/\(name)"
            let isFolder = (try? Self.kind(of: path, following: false).get()) == .folder
            if isMaildir {
                guard isFolder, name != "tmp" else { continue }
                // Maildir++ keeps a folder's folders beside its mail, with a dot.
                if name.hasPrefix("."), !Self.isMaildir(path) { continue }
            } else if name.hasPrefix(".") {
                guard isFolder, Self.isMaildir(path) else { continue }
            }
            stack.append(Entry(path: path, depth: folder.depth + 1, isNamed: false))
        }
    }

    private static func isMaildir(_ path: String) -> Bool {
        ["/cur", "/new"].allSatisfy { name in
            (try? kind(of: path + name, following: true).get()) == .folder
        }
    }

    private enum Kind {
        case file
        case folder
        case other
    }

    /// - Parameter following: whether a symbolic link to a folder counts as the folder. One to a
    ///   file always counts as the file.
    private static func kind(
        of path: String, following: Bool
    ) -> Result<Kind, TLSReportFailure.Reason> {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return .failure(.cannotOpen(errno: errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .success(.file)
        case S_IFDIR:
            if following { return .success(.folder) }
            guard unsafe lstat(path, &status) == 0 else {
                return .failure(.cannotOpen(errno: errno))
            }
            return .success(status.st_mode & S_IFMT == S_IFDIR ? .folder : .other)
        default: return .success(.other)
        }
    }

    private static func names(in path: String) throws(TLSReportFailure.Reason) -> [String] {
        guard let folder = unsafe opendir(path) else { throw .cannotOpen(errno: errno) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    unsafe String(cString: text)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
