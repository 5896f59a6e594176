import Foundation

/// A program of the machine that checks what we write. Tests that need one are skipped, and say
/// so, where it is not installed (`.ci/install tests` installs all of them); in CI they fail.
enum Checker: String {
    case promtool
    case xmllint
    case mandoc
    case man
    case systemdAnalyze = "systemd-analyze"

    /// Whether a test is to use it.
    var isUsable: Bool { Strictness.isCI || isInstalled }

    /// As `isUsable`, for a part of a test, which cannot be skipped: what is left out is said.
    func isUsable(for what: String) -> Bool {
        if !isUsable { print("\(rawValue) is not installed: \(what) is not checked by it") }
        return isUsable
    }

    private var isInstalled: Bool {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + rawValue)
        }
    }
}
