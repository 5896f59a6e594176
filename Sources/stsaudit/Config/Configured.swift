internal import ArgumentParser
internal import ConfigText
internal import FoundationEssentials
internal import Glibc

/// A command line with what a file of options adds to it.
///
/// The file's options become arguments ahead of the command line's own, so there is one parser and
/// one place for defaults. One that the command line has is left out: it wins, and a list replaces
/// the file's.
struct Configured {
    /// What is parsed.
    var arguments: [String]
    /// Nil when there was none to be read.
    var file: ConfigFile?
    /// What was given on the command line itself, by the option's name.
    var given: [String: [String]]

    /// - Parameter arguments: without the program's name.
    /// - Throws: `.usage` when the file cannot be followed.
    static func read(_ arguments: [String]) throws(CommandFailure) -> Configured {
        let (words, command) = command(arguments)
        let rest = Array(arguments.dropFirst(words))
        let given = values(in: rest)
        let plain = Configured(arguments: arguments, given: given)
        guard let path = given["config"]?.last ?? standardFile else { return plain }
        let options = ToolHelp(command).longOptions
        guard options.contains("config"), !asksForHelp(rest) else { return plain }
        guard path != "-" else {
            throw CommandFailure("--config takes a file, not standard input", status: .usage)
        }
        let file = try ConfigFile.read(path)
        let isAudit = command == AuditCommand.self || command == ConfigCommand.self
        let added = file.entries.filter { entry in
            given[entry.key.name] == nil && options.contains(entry.key.name)
                && (isAudit || entry.key.isShared)
        }
        return Configured(
            arguments: arguments.prefix(words)
                + added.flatMap { $0.value.arguments(for: $0.key) } + rest,
            file: file, given: given)
    }

    /// Help is given whatever the file holds.
    private static func asksForHelp(_ arguments: [String]) -> Bool {
        arguments.contains { ["-h", "--help", "--help-hidden", "--version"].contains($0) }
    }

    private static var standardFile: String? {
        let path = ConfigOption.standard
        return unsafe access(path, F_OK) == 0 ? path : nil
    }

    /// How many words name the command, and which it is.
    private static func command(
        _ arguments: [String]
    ) -> (words: Int, command: any ParsableCommand.Type) {
        var command: any ParsableCommand.Type = Stsaudit.self
        for (index, word) in arguments.enumerated() {
            let next = command.configuration.subcommands.first {
                $0.configuration.commandName == word
            }
            guard let next else { return (index, command) }
            command = next
        }
        return (arguments.count, command)
    }

    /// The long options of a command line with their values, and `-o` by its long name; for flags
    /// `true` and, behind `no-`, `false`.
    ///
    /// A word behind `--` is no option, and neither is the value of one: the parser takes none that
    /// begins with a dash.
    private static func values(in arguments: [String]) -> [String: [String]] {
        var values: [String: [String]] = [:]
        var rest = arguments.prefix { $0 != "--" }
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let head = parts.first, head.hasPrefix("-"), head != "-" else { continue }
            let name = head == "-o" ? "output" : String(head.drop { $0 == "-" })
            if ConfigKey.named(name)?.kind == .boolean {
                values[name] = ["true"]
            } else if let flag = ConfigKey.named(String(name.dropFirst(3))),
                name.hasPrefix("no-"), flag.kind == .boolean
            {
                values[flag.name] = ["false"]
            } else if parts.count == 2 {
                values[name, default: []].append(String(parts[1]))
            } else if let next = rest.first {
                values[name, default: []].append(next)
            }
        }
        return values
    }
}
