internal import ArgumentParser
internal import ConfigText
internal import Report

/// `stsaudit config`: what an audit with the same options would do.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the effective options of an audit as a configuration file.",
        discussion: """
            Takes the options of audit. Prints each with its help, its value and where that came \
            from: the command line, the file (with the line) or the default. The output is a file \
            that --config reads back. An option without a value is a comment.

            EXAMPLES
              stsaudit config
              stsaudit config --resolver 127.0.0.1 --store nightly.sqlite > nightly.toml
              stsaudit config --config /dev/null
            """)

    @OptionGroup var options: AuditOptions

    func run() throws {
        let configured = try Configured.read(Array(CommandLine.arguments.dropFirst()))
        try Console.out(EffectiveConfig.text(configured))
    }
}

/// The text of `stsaudit config`.
enum EffectiveConfig {
    static func text(_ configured: Configured) -> String {
        let help = ToolHelp(AuditCommand.self)
        var text = ""
        for key in ConfigKey.all {
            let option = help.command.arguments?.first { $0.longNames.contains(key.name) }
            text += "# \(option?.abstract ?? key.name)\n"
            if let (value, origin) = value(of: key, configured, option) {
                text += "\(key.name) = \(value.toml)  # \(InertText.line(origin))\n\n"
            } else {
                text += "# \(key.name) =\n\n"
            }
        }
        return String(text.dropLast())
    }

    private static func value(
        of key: ConfigKey, _ configured: Configured, _ option: ToolHelp.Argument?
    ) -> (ConfigValue, origin: String)? {
        if let value = configured.given[key.name].flatMap({ ConfigValue($0, as: key.kind) }) {
            return (value, "command line")
        }
        if let file = configured.file, let entry = file.entries.first(where: { $0.key == key }) {
            return (entry.value, "\(file.path):\(entry.line)")
        }
        let texts: [String]
        switch (key.kind, option?.defaultValue) {
        case (.boolean, let text): texts = [text == "--\(key.name)" ? "true" : "false"]
        case (.strings, _): return (.strings([]), "default")
        case (_, let text?): texts = [text]
        case (_, nil): return nil
        }
        return ConfigValue(texts, as: key.kind).map { ($0, "default") }
    }
}
