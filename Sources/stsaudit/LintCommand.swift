internal import ArgumentParser
internal import Audit
internal import Survey

/// `stsaudit lint`: judges what is not published yet, offline.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Judge an unpublished record, policy, MX list or TLSRPT record offline.",
        discussion: """
            Exit status 0 when everything asked for is valid and covered, 1 when not. Options that \
            are repeated stand for the TXT records found at one name.

            EXAMPLES
              stsaudit lint --record 'v=STSv1; id=20261123T120000;'
              stsaudit lint --policy mta-sts.txt --mx mx1.example.com --mx mx2.example.com
              stsaudit lint --tlsrpt 'v=TLSRPTv1; rua=mailto:tls@example.com' --format json
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(
        name: .long,
        help: ArgumentHelp("A TXT record at _mta-sts; may be repeated.", valueName: "txt"))
    var record: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A policy file; - is standard input.", valueName: "file"))
    var policy: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An MX host to compare with the policy; may be repeated.", valueName: "host"))
    var mx: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A TXT record at _smtp._tls; may be repeated.", valueName: "txt"))
    var tlsrpt: [String] = []

    @Option(name: .long, help: "The domain all this is for; named in the text output.")
    var domain: String?

    @Option(name: .long, help: "text or json.")
    var format = Format.text

    @Flag(name: .long, help: "The same as --format json.")
    var json = false

    @OptionGroup var config: ConfigOption

    @OptionGroup var severities: ProfileOption

    mutating func validate() throws {
        guard !record.isEmpty || policy != nil || !mx.isEmpty || !tlsrpt.isEmpty else {
            throw ValidationError("Give at least one of --record, --policy, --mx and --tlsrpt.")
        }
        if let domain {
            if case .failure(let problem) = DomainField.read(Array(domain.utf8)[...]) {
                throw ValidationError("--domain '\(domain)': \(problem.explanation)")
            }
        }
    }

    func run() throws {
        let report = try judged()
        switch json ? .json : format {
        case .json: try Console.out(report.json())
        case .text: try Console.out(report.text(domain: domain))
        }
        if !report.isSound { throw ExitStatus.findings.code }
    }

    private func judged() throws -> LintReport {
        let lint = Lint(profile: try severities.read())
        var report = LintReport()
        let records = record.map { Array($0.utf8) }
        var served: ServedPolicy?
        if !record.isEmpty { report.record = lint.record(records) }
        if let policy {
            // One byte more tells a file that is too long.
            let bytes = try FileBytes.read(policy, limit: Lint.policyLimitBytes + 1)
            report.policy = lint.policy(bytes)
            served = ServedPolicy(body: bytes)
        }
        if !record.isEmpty || served != nil {
            report.panel = SenderPanel(records: record.isEmpty ? nil : records, policy: served)
        }
        if !mx.isEmpty { report.mx = lint.mx(mx, against: report.policy) }
        if !tlsrpt.isEmpty { report.tlsrpt = lint.tlsrpt(tlsrpt.map { Array($0.utf8) }) }
        return report
    }
}
