internal import ArgumentParser
internal import Audit
internal import Evidence
internal import Glibc
internal import Report
internal import Store
internal import Survey

/// Which store `check` remembers from. It never makes one, and never writes results to it.
struct CheckMemory: ParsableArguments {
    @OptionGroup var config: ConfigOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The SQLite file of earlier audits. Default: \(Self.standard), if it is there.",
            valueName: "file"))
    var store: String?

    @Flag(name: .customLong("no-history"), help: "Judge by this look alone.")
    var isOff = false

    private static let standard = StoreOptions.standard

    func open() throws -> AuditStore? {
        if isOff { return nil }
        if let store { return try AuditStore(path: store, opening: .existing) }
        guard unsafe access(Self.standard, F_OK) == 0 else { return nil }
        // Nobody asked for this file: what is wrong with it is no reason not to check.
        do throws(StoreError) {
            return try AuditStore(path: Self.standard, opening: .existing)
        } catch {
            Console.note("stsaudit: checked without history: \(error.description)")
            return nil
        }
    }
}

extension AuditStore {
    /// Everything seen of a domain, the present look included.
    func past(with result: Examined) async throws -> DomainPast? {
        let domain = result.candidate.domain
        let present = TimelineLook(
            firstSeen: result.measurement.at, lastSeen: result.measurement.at,
            verdict: result.assessment.verdict, evidence: result.evidence)
        return DomainPast(
            domain, looks: try await looks(at: domain).map(TimelineLook.init) + [present],
            publications: result.candidate.history.publications,
            present: result.assessment.publication)
    }
}
