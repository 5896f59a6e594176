internal import ArgumentParser
internal import Audit
internal import Report

/// `stsaudit causes [CODE]`: the catalogue.
struct CausesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "causes",
        abstract: "List every cause, or explain one.",
        discussion: """
            EXAMPLES
              stsaudit causes
              stsaudit causes policy-certificate-expired
            """)

    @Argument(help: "The code of a cause, such as record-id-invalid.")
    var code: String?

    func run() throws {
        guard let code else {
            try Console.out(CauseText.list())
            return
        }
        guard let cause = Cause(rawValue: code) else {
            throw CommandFailure(
                "there is no cause '\(InertText.line(code))'; `stsaudit causes` lists them all",
                status: .usage)
        }
        try Console.out(CauseText.page(for: cause))
    }
}
