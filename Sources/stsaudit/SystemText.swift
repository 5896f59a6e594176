internal import Glibc

/// What the system says of an error number, such as "Permission denied".
enum SystemText {
    static func of(_ code: Int32) -> String {
        // glibc's strerror has a buffer for each thread since 2.32.
        guard let text = unsafe strerror(code) else { return "errno \(code)" }
        return unsafe String(cString: text)
    }
}
