internal import Glibc

/// A private temporary folder with the lab root in it.
struct PolicyFolder: Sendable {
    let path: String
    var rootFile: String { path + "/lab-root.pem" }

    init(root authority: MintAuthority) throws(PolicyServerFailure) {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // mkdtemp writes the name it made over the X's; mode 0700.
        var template = Array((parent + "/stsaudit-lab-XXXXXX").utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }
                .map { unsafe String(cString: $0) }
        }
        guard let made else { throw .caFile(code: errno) }
        path = made
        guard authority.root.writePEM(to: rootFile) else {
            let code = errno
            remove()
            throw .caFile(code: code)
        }
    }

    func remove() {
        unsafe unlink(rootFile)
        unsafe rmdir(path)
    }
}
