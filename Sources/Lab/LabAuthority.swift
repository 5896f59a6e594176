internal import Glibc

/// The lab's certificate authority, with its root in a file of a private temporary folder.
struct LabAuthority: Sendable {
    let authority: MintAuthority
    /// Path of a PEM file with the root.
    var rootFile: String { folder + "/lab-root.pem" }
    private let folder: String

    /// - Parameter curve: of the intermediate's key.
    init(intermediate curve: PolicyServerOptions.Curve) throws(HostServerFailure) {
        do {
            authority = try MintAuthority(intermediate: curve)
        } catch {
            throw .openSSL(error)
        }
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // mkdtemp writes the name it made over the X's; mode 0700.
        var template = Array((parent + "/stsaudit-lab-XXXXXX").utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }
                .map { unsafe String(cString: $0) }
        }
        guard let made else { throw .caFile(code: errno) }
        folder = made
        guard authority.root.writePEM(to: rootFile) else {
            let code = errno
            remove()
            throw .caFile(code: code)
        }
    }

    /// Removes file and folder. Calling it again is harmless.
    func remove() {
        unsafe unlink(rootFile)
        unsafe rmdir(folder)
    }
}
