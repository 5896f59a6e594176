import Foundation

/// A program of the machine that checks what we write. Tests that need one are skipped, and say
/// so, where it is not installed (`.ci/install tests` installs all of them).
enum Checker: String {
    case promtool
    case xmllint
    case mandoc
    case man
    case systemdAnalyze = "systemd-analyze"

    var isInstalled: Bool {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + rawValue)
        }
    }
}
