internal import ArgumentParser
internal import Report
internal import Store

/// `stsaudit diff`: what changed between two runs.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what changed between two runs of a portfolio.",
        discussion: """
            Without a run it compares the last two finished runs; with one, that with the finished \
            run before it. What could not be measured never counts as regressed or fixed: it is \
            listed apart, and compared with the last time it was measured.

            EXAMPLES
              stsaudit diff
              stsaudit diff 1 2 --account acme
              stsaudit diff --format csv --output changes.csv --fail-on regression
            """)

    @Argument(help: ArgumentHelp("The numbers of one or two runs.", valueName: "run"))
    var runs: [Int64] = []

    @OptionGroup var files: StoreOptions

    @Option(name: .long, help: "The portfolio, where the store holds several.")
    var portfolio: String?

    @OptionGroup var changes: ChangeOptions

    mutating func validate() throws {
        guard runs.count <= 2 else { throw ValidationError("Two runs are compared, not more.") }
    }

    func run() async throws {
        let store = try AuditStore(path: files.store, opening: .existing)
        let pair: RunPair
        do throws(RunPair.Refusal) {
            pair = try RunPair.choose(
                runs, portfolio: portfolio, among: try await Self.runs(of: store))
        } catch {
            switch error {
            case .failure(let text): throw CommandFailure(InertText.line(text))
            case .onlyOne(let run):
                // The first night is no failure of a nightly job.
                return Console.note(
                    "There is no finished run before run \(run.id) yet; nothing to compare.")
            }
        }
        try await changes.write(pair, of: store)
    }

    private static func runs(of store: AuditStore) async throws(RunPair.Refusal) -> [Run] {
        do throws(StoreError) {
            return try await store.runs()
        } catch {
            throw .failure(error.description)
        }
    }
}
