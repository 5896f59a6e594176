internal import ArgumentParser

/// `stsaudit man`: the manual page.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page.",
        discussion: """
            Made of the same text as the help of every command, in mdoc(7), which man reads.

            EXAMPLES
              stsaudit man > stsaudit.1
              stsaudit man | man -l -
            """)

    func run() throws { try Console.out(ManPage.text(ToolHelp(Stsaudit.self).command)) }
}

/// Writes mdoc(7) from what the argument parser knows.
enum ManPage {
    static func text(_ tool: ToolHelp.Command) -> String {
        let commands = (tool.subcommands ?? []).filter { $0.commandName != "help" }
        var page = """
            .Dd \(date)
            .Dt STSAUDIT 1
            .Os
            .Sh NAME
            .Nm stsaudit
            .Nd \(line((tool.abstract ?? "").trimmingFinalStop))
            .Sh SYNOPSIS
            .Nm
            .Ar command
            .Op Ar options
            .Sh DESCRIPTION

            """
        let (prose, examples) = split(tool.discussion ?? "")
        page += paragraphs(prose)
        page += ".Sh COMMANDS\n"
        for command in commands { page += section(command, prefix: "") }
        page += """
            .Sh FILES
            .Bl -tag -width Ds
            .It Pa stsaudit.sqlite
            The store of all runs, in the working folder unless
            .Fl \\-store
            says otherwise.
            .It Pa stsaudit.toml
            Options for every run, in the working folder unless
            .Fl \\-config
            says otherwise;
            .Nm
            .Cm config
            prints one.
            .El
            .Sh EXIT STATUS
            .Bl -tag -width Ds
            .It 0
            Finished, and no finding at or above
            .Fl \\-fail\\-on .
            .It 1
            Findings at or above
            .Fl \\-fail\\-on ;
            for
            .Cm diff
            and
            .Cm rejudge ,
            a regression that
            .Fl \\-fail\\-on
            asks for; for
            .Cm lint ,
            something invalid or uncovered; for
            .Cm tlsrpt import ,
            something that could not be read.
            .It 2
            The audit itself failed.
            .It 64
            Usage: an option, an argument or a file of options.
            .It 130
            Interrupted; the same command with
            .Fl \\-resume
            goes on.
            .El
            .Sh EXAMPLES

            """
        page += display(examples)
        return page + """
            .Sh SEE ALSO
            .Rs
            .%A D. Margolis
            .%A M. Risher
            .%A B. Ramakrishnan
            .%A A. Brotman
            .%A J. Jones
            .%T SMTP MTA Strict Transport Security (MTA-STS)
            .%R RFC 8461
            .%D September 2018
            .Re

            """
    }

    /// The date of the version, so that the page is the same wherever it is made.
    private static let date = "November 23, 2026"

    private static func section(_ command: ToolHelp.Command, prefix: String) -> String {
        let name = prefix + command.commandName
        let arguments = (command.arguments ?? []).filter {
            $0.shouldDisplay && !["help", "version"].contains($0.preferredName?.name ?? "")
        }
        var text = ".Ss \(line(name))\n"
        text += paragraphs(command.abstract ?? "")
        let (prose, examples) = split(command.discussion ?? "")
        if !prose.isEmpty { text += ".Pp\n" + paragraphs(prose) }
        if !arguments.isEmpty {
            text += ".Bl -tag -width Ds\n"
            for argument in arguments { text += item(argument) }
            text += ".El\n"
        }
        if !examples.isEmpty { text += ".Pp\nExamples:\n" + display(examples) }
        for inner in command.subcommands ?? [] where inner.commandName != "help" {
            text += section(inner, prefix: name + " ")
        }
        return text
    }

    private static func item(_ argument: ToolHelp.Argument) -> String {
        let value = argument.kind == .flag ? "" : " Ar \(word(argument.valueName ?? "value"))"
        var text = ".It"
        if argument.kind == .positional {
            text += value
        } else {
            let flags = (argument.names ?? []).map { "Fl " + word(String($0.spelling.dropFirst())) }
            text += " " + flags.joined(separator: " , ") + value
        }
        if argument.isRepeating { text += " No ..." }
        text += "\n" + paragraphs(argument.abstract ?? "")
        if argument.kind == .option, let value = argument.defaultValue {
            text += paragraphs("Default: \(value).")
        }
        return text
    }

    /// A discussion's prose, and the lines below its EXAMPLES without their indent.
    static func split(_ discussion: String) -> (prose: String, examples: [String]) {
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false)
        guard let heading = lines.firstIndex(of: "EXAMPLES") else { return (discussion, []) }
        let examples = lines[(heading + 1)...].map { String($0.drop { $0 == " " }) }
        return (
            lines[..<heading].joined(separator: "\n"), examples.filter { !$0.isEmpty }
        )
    }

    private static func paragraphs(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var result = ""
        for paragraph in lines.split(separator: "") {
            result += (result.isEmpty ? "" : ".Pp\n")
            result += sentences(paragraph.joined(separator: " ")).map { line($0) + "\n" }.joined()
        }
        return result
    }

    /// roff wants each sentence to begin a line, to know where one ends.
    private static func sentences(_ text: String) -> [String] {
        text.replacing(". ", with: ".\n").split(separator: "\n").map(String.init)
    }

    private static func display(_ lines: [String]) -> String {
        ".Bd -literal -offset indent\n" + lines.map { line($0) + "\n" }.joined() + ".Ed\n"
    }

    /// Text that roff shows as it is.
    private static func line(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            .replacing("'", with: "\\(aq").replacing("`", with: "\\(ga")
            .replacing("^", with: "\\(ha").replacing("~", with: "\\(ti")
        return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }

    /// A word of a macro's line: not itself a macro, and one argument.
    private static func word(_ text: String) -> String {
        let escaped = line(text)
        return escaped.contains(" ") ? "\"\(escaped)\"" : escaped
    }
}

extension String {
    fileprivate var trimmingFinalStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
