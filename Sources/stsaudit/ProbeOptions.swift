internal import ArgumentParser
internal import Fetch
internal import Survey

/// Options of the STARTTLS probe of MX hosts.
struct ProbeOptions: ParsableArguments {
    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Connect to the MX hosts and check STARTTLS and certificate. Sends no mail.")
    var probeMx = false

    @Option(name: .long, help: "Port of the MX hosts; other than 25 for labs only.")
    var mailPort: UInt16 = 25

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The name to give in EHLO. Default: this machine's.", valueName: "name"))
    var ehlo: String?

    @Option(name: .long, help: "Probes in flight in all, 1 to 1000.")
    var probes: Int?

    @Option(name: .long, help: "Probes in flight at one address, which many MX hosts share.")
    var probesPerAddress: Int?

    @Option(name: .long, help: "New connections to one address in a second.")
    var probesPerSecond: Int?

    @Option(name: .long, help: "Seconds for a whole probe.")
    var probeTimeout: Double?

    mutating func validate() throws {
        for (name, value, limit) in [
            ("probes", probes, 1000), ("probes-per-address", probesPerAddress, 1000),
            ("probes-per-second", probesPerSecond, 100_000),
        ] {
            if let value, !(1...limit).contains(value) {
                throw ValidationError("--\(name) is 1 to \(limit), not \(value).")
            }
        }
        if let probeTimeout, !(probeTimeout >= 0.05 && probeTimeout <= 600) {
            throw ValidationError("--probe-timeout is 0.05 to 600 seconds, not \(probeTimeout).")
        }
    }

    func set(_ configuration: inout SurveyConfiguration) {
        configuration.examiner.probesMX = probeMx
        configuration.fetch.mailPort = mailPort
        configuration.fetch.ehloName = ehlo
        if let probeTimeout { configuration.fetch.mailTimeout = .seconds(probeTimeout) }
        if let probes { configuration.probes.inFlight = probes }
        if let probesPerAddress { configuration.probes.perAddress = probesPerAddress }
        if let probesPerSecond { configuration.probes.perSecond = probesPerSecond }
    }
}
