internal import ArgumentParser

/// `--config`, on every command that a file of options means something to.
///
/// Nothing reads the property: `Configured` takes the file from the arguments before they are
/// parsed. It is here so that the option is known and shown.
struct ConfigOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Take options from this file. Default: \(Self.standard), if it is there.",
            valueName: "file"))
    var config: String?

    static let standard = "stsaudit.toml"
}
