internal import ArgumentParser
internal import FoundationEssentials

/// What the argument parser knows of a command: `--experimental-dump-help`, read back.
///
/// The manual page, the configuration and tests are made from it, so that nothing is said of an
/// option in two places.
struct ToolHelp: Decodable {
    var command: Command

    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional
            case option
            case flag
        }

        struct Name: Decodable {
            var kind: String
            var name: String

            var spelling: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: Kind
        var names: [Name]?
        var preferredName: Name?
        var valueName: String?
        var abstract: String?
        var defaultValue: String?
        var isRepeating: Bool
        var isOptional: Bool
        var shouldDisplay: Bool
        var sectionTitle: String?

        var longNames: [String] { (names ?? []).filter { $0.kind == "long" }.map(\.name) }
    }

    init(_ command: any ParsableCommand.Type) {
        do {
            self = try JSONDecoder().decode(
                ToolHelp.self, from: Data(command._dumpHelp().utf8))
        } catch {
            // The format is the parser's own; without it nothing is known of the command.
            self.command = Command(commandName: command._commandName)
        }
    }

    var longOptions: Set<String> { Set((command.arguments ?? []).flatMap(\.longNames)) }
}
