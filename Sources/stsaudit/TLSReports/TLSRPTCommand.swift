internal import ArgumentParser

/// `stsaudit tlsrpt`: what senders report of TLS (RFC 8460).
struct TLSRPTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tlsrpt",
        abstract: "Import senders' TLS reports (RFC 8460), and sum them up.",
        discussion: """
            A policy promises verified TLS at every MX host; senders' reports say what really \
            happens. Once imported, they stand beside what audits measure: findings reported-*, \
            with what is seen from here of the same thing.
            """,
        subcommands: [TLSRPTImportCommand.self, TLSRPTSummaryCommand.self])
}
