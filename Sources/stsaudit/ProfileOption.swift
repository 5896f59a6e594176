internal import ArgumentParser
internal import Audit

/// `--profile`: how much each cause matters, for every command that judges.
struct ProfileOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How much each cause matters: default, strict, or a file of settings.",
            valueName: "default|strict|file"))
    var profile = "default"

    /// A longer file is refused: a profile has a line for each cause at most.
    private static let limitBytes = 65_536
}

extension ProfileOption {
    /// Reads the file when it is none of the built-in profiles, which win over a file of the same
    /// name (`./strict` is the file).
    func read() throws(CommandFailure) -> SeverityProfile {
        if let profile = SeverityProfile(named: profile) { return profile }
        let bytes = try FileBytes.read(profile, limit: Self.limitBytes + 1)
        guard bytes.count <= Self.limitBytes else {
            throw CommandFailure("profile '\(profile)': it has more than \(Self.limitBytes) bytes")
        }
        do {
            return try SeverityProfile(file: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CommandFailure("profile '\(profile)':\n\(error)", status: .usage)
        }
    }
}
