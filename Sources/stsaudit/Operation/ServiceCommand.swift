internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc

/// `stsaudit service`: what a machine needs to audit a portfolio every night.
struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Print a systemd service with its timer, or a crontab, for a nightly audit.",
        discussion: """
            The paths are filled in. The service keeps store, reports and metrics in \
            /var/lib/stsaudit, runs as a user of its own with few rights, and does not fail when \
            there are findings. With --output it writes stsaudit.service and stsaudit.timer (or \
            the crontab stsaudit) into a folder.

            EXAMPLES
              stsaudit service systemd /srv/portfolio.csv
              stsaudit service systemd /srv/portfolio.csv --output units
              stsaudit service cron /srv/portfolio.csv --at 02:30 > stsaudit.cron
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case systemd
        case cron
    }

    @Argument(help: "systemd or cron.")
    var kind: Kind

    @Argument(help: "The portfolio to audit; the service's user must be able to read it.")
    var portfolio: String

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("A file of options for the audit.", valueName: "file"))
    var configFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("When it begins, by the machine's clock.", valueName: "hh:mm"))
    var at = "03:00"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the metrics go for Prometheus' textfile collector.", valueName: "file"))
    var prometheus: String?

    @Option(name: .long, help: ArgumentHelp("Write files into this folder.", valueName: "folder"))
    var output: String?

    mutating func validate() throws {
        guard portfolio != "-" else {
            throw ValidationError("A service has no standard input; give the portfolio's path.")
        }
        // crontab(5) has no escape for the end of a line: what follows one would be an entry.
        let paths = [portfolio, configFile, prometheus].compactMap(\.self)
        guard kind != .cron || !paths.joined().utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw ValidationError("A crontab cannot hold a path with a control character in it.")
        }
        guard NightlyUnits.Hour(at) != nil else {
            throw ValidationError("--at is a time from 00:00 to 23:59, not '\(at)'.")
        }
    }

    func run() throws {
        guard let hour = NightlyUnits.Hour(at) else { return }
        let units = NightlyUnits(
            program: ProgramPath.own, portfolio: Self.fromRoot(portfolio),
            config: configFile.map(Self.fromRoot), prometheus: prometheus.map(Self.fromRoot),
            hour: hour)
        let files = kind == .systemd ? [units.service, units.timer] : [units.crontab]
        guard let output else {
            return try Console.out(
                files.map { "# \($0.place)\n\($0.text)" }.joined(separator: "\n"))
        }
        try Folder.make(output)
        for file in files {
            let path = output + "/" + file.name
            do {
                try Data(file.text.utf8).write(to: URL(filePath: path), options: .atomic)
            } catch {
                throw CommandFailure(
                    "cannot write '\(path)'; check that the folder may be written to")
            }
            Console.note("\(path) goes to \(file.place)")
        }
    }

    /// The path from the root; of a file that need not be there yet, too.
    private static func fromRoot(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let folder = Folder.absolute(".")
        return folder + (folder.hasSuffix("/") ? "" : "/") + path
    }
}

/// Where this program is.
enum ProgramPath {
    static var own: String { Folder.absolute("/proc/self/exe") }
}
