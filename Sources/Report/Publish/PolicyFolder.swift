internal import Audit
internal import Glibc
internal import MTASTS

/// Policies laid out for a web server: `mta-sts.DOMAIN/.well-known/mta-sts.txt` below one folder,
/// byte for byte as they are to be served. A file that is there is replaced in one step, and
/// others are left alone.
struct PolicyFolder {
    private let path: String
    private(set) var written = 0

    /// - Parameter path: made where it is not there; its parent has to be.
    init(path: String) throws(ReportError) {
        self.path = path
        try Self.make(path)
    }

    mutating func add(_ kit: PublishKit) throws(ReportError) {
        guard let policy = kit.policy else { return }
        // A domain name has letters, digits, hyphens and single dots, so no path leads elsewhere.
        let host = path + "/" + kit.domain.policyHost
        try Self.make(host)
        try Self.make(host + "/.well-known")
        let file = try OutputFile(path: host + "/.well-known/mta-sts.txt", .whenDone)
        try file.write { $0 += policy.publication.policy.utf8 }
        try file.commit()
        written += 1
    }

    private static func make(_ path: String) throws(ReportError) {
        guard unsafe mkdir(path, 0o755) != 0 else { return }
        let code = errno
        var status = stat()
        let isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard code == EEXIST, isFolder else { throw .cannotWrite(path: path, errno: code) }
    }
}
