internal import Glibc

/// The C library's words for an errno.
func systemMessage(_ code: Int32) -> String {
    // glibc's strerror has a buffer for each thread since 2.32.
    guard let text = unsafe strerror(code) else { return "errno \(code)" }
    return unsafe String(cString: text)
}
