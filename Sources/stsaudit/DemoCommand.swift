internal import ArgumentParser
internal import Evidence
internal import Lab
internal import Report
internal import Resolve
internal import Store
internal import Survey

/// `stsaudit demo`: a simulated Internet on loopback, audited end to end.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Audit a simulated Internet on loopback, and compare with the truth.",
        discussion: """
            Starts DNS and HTTPS servers with every fault on loopback, audits a generated portfolio \
            as audit does, and says how many verdicts and cause sets equal the truth. Needs no \
            network and no root. Exit status 2 when one differs.

            EXAMPLES
              stsaudit demo
              stsaudit demo --domains 20000 --output /tmp/demo
              stsaudit demo --probe-mx
              stsaudit demo --serve
              stsaudit demo --nights 30 --output /tmp/nights
            """)

    enum MixName: String, ExpressibleByArgument, CaseIterable {
        case demo
        case sound
        case realistic
        case hostile
        case adversarial

        var mix: Mix {
            switch self {
            case .demo: .demo
            case .sound: .sound
            case .realistic: .realistic
            case .hostile: .hostile(blackHoleShare: 0.05)
            case .adversarial: .adversarial
            }
        }
    }

    @Option(name: .long, help: "How many domains to generate.")
    var domains = 1000

    @Option(name: .long, help: "The same seed gives the same domains.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: """
            demo (every scenario), sound, realistic (1 % adopters), hostile (5 % black holes) or, \
            with --probe-mx, adversarial (hosts that attack who looks at them).
            """
    )
    var mix = MixName.demo

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where portfolio, truth, store and reports go.", valueName: "folder"))
    var output = "stsaudit-demo"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instead: domains that change from night to night, audited 1 to 30 nights in a row.",
            valueName: "count"))
    var nights: Int?

    @Flag(
        name: .long,
        help: "Probe the MX hosts too; the mix named demo then has theirs among its faults.")
    var probeMx = false

    @Flag(name: .long, help: "Keep the lab up and print the audit command line for it.")
    var serve = false

    @Option(name: .long, help: "Domains in flight, 1 to 8000.")
    var concurrency = 1000

    @Option(name: .long, help: "Event loops. Default: one per core.")
    var reactors: Int?

    @Flag(name: .long, help: "Go on with an interrupted demo of the same size and seed.")
    var resume = false

    @Option(name: .long, help: "auto, none, plain or ansi.")
    var progress = ProgressStyle.auto

    mutating func validate() throws {
        guard (1...10_000_000).contains(domains) else {
            throw ValidationError("--domains is 1 to 10000000, not \(domains).")
        }
        guard (1...8000).contains(concurrency) else {
            throw ValidationError("--concurrency is 1 to 8000, not \(concurrency).")
        }
        guard mix != .adversarial || probeMx else {
            throw ValidationError("--mix adversarial goes with --probe-mx.")
        }
        if let nights {
            guard (1...Story.nights).contains(nights) else {
                throw ValidationError("--nights is 1 to \(Story.nights), not \(nights).")
            }
            guard !serve, !resume, !probeMx else {
                throw ValidationError(
                    "--nights goes with neither --serve nor --resume nor --probe-mx.")
            }
        }
        if let reactors, !(1...256).contains(reactors) {
            throw ValidationError("--reactors is 1 to 256, not \(reactors).")
        }
    }

    func run() async throws {
        if let nights { return try await DemoNights(folder: output, count: nights).run(flags) }
        let world = world
        try Folder.make(output)
        let files = DemoFiles(folder: output)
        try files.write(world)
        try await Lab.withLab(world: world) { lab in
            if serve {
                try await keepUp(lab, files)
            } else {
                try await audit(world, lab, files)
            }
        }
    }

    /// What is simulated.
    var world: GeneratedWorld {
        GeneratedWorld(
            seed: seed, count: domains, mix: probeMx && mix == .demo ? .probed : mix.mix, zone: zone
        )
    }

    /// Another demo has other domains: in the same store, what one publishes would be taken for an
    /// earlier policy of the other's domains.
    private var zone: String {
        let usual = ["1000", "1", MixName.demo.rawValue]
        let words = ["\(domains)", "\(seed)", probeMx ? "probed-\(mix)" : mix.rawValue]
        return words == usual
            ? "demo.example" : "d" + words.joined(separator: "-") + ".demo.example"
    }

    private func audit(_ world: GeneratedWorld, _ lab: Lab, _ files: DemoFiles) async throws {
        let store = try AuditStore(path: files.store)
        let options = try engine(for: lab)
        let sweep = Sweep(
            store: store,
            request: RunRequest(
                portfolio: "demo", fingerprint: try Fingerprint.of(.path(files.portfolio)),
                kind: .demo,
                options: RunOptions.adding(
                    command: AuditCommand.resumeCommand(CommandLine.arguments),
                    to: options.recorded()), toolVersion: Version.current),
            source: .path(files.portfolio), survey: options.configuration, outputFolder: output,
            style: progress, resumes: resume)
        let result = try await sweep.run()
        try Console.out(result.summary.text(isColored: Console.wantsColor))
        if result.isInterrupted {
            throw CommandFailure(
                "interrupted; go on with: \(AuditCommand.resumeCommand(CommandLine.arguments))",
                status: .interrupted)
        }
        let agreement = try await TruthAgreement.of(store, result.run, with: world)
        try Console.out("\n" + agreement.text)
        try Console.out(
            "Files: \(output)/ (CSV and JSON Lines, stsaudit.sqlite, portfolio.csv, truth.csv)\n")
        if !agreement.isComplete { throw ExitStatus.failed.code }
    }

    private func keepUp(_ lab: Lab, _ files: DemoFiles) async throws {
        let words = ["stsaudit", "audit", files.portfolio, "--output", output] + flags(for: lab)
        try Console.out(words.map(Shell.quoted).joined(separator: " ") + "\n")
        Console.note("The lab is up; the truth is in \(files.truth). Interrupt to end it.")
        let (ended, signal) = AsyncStream.makeStream(of: Void.self)
        let interrupts = Interrupts { _ in signal.finish() }
        for await _ in ended {}
        withExtendedLifetime(interrupts) {}
    }

    /// The same options a user would give to `audit`, so that the demo is no path of its own.
    private func engine(for lab: Lab) throws -> EngineOptions {
        try EngineOptions.parse(flags(for: lab))
    }

    /// The lab's hosts share four loopback addresses and answer at once or never: limits per
    /// address and waiting times are those of a lab.
    func flags(for lab: Lab) -> [String] {
        var flags = [
            "--resolver", "127.0.0.1:\(lab.dnsPort)", "--ca-file", lab.caFile,
            "--policy-port", "\(lab.policyPort)",
            // Not --allow-special-addresses: the world has private addresses to be refused.
            "--allow-network", "127.0.0.0/8", "--allow-network", "::1/128",
            "--per-address", "256", "--fetches", "64", "--dns-timeout", "1", "--connect-timeout",
            "2",
            "--fetch-timeout", "8", "--concurrency", "\(concurrency)",
        ]
        if let reactors { flags += ["--reactors", "\(reactors)"] }
        return probeMx ? flags + Self.probeFlags(for: lab) : flags
    }

    /// What `--probe-mx` adds.
    static func probeFlags(for lab: Lab) -> [String] {
        [
            "--probe-mx", "--mail-port", "\(lab.mailPort)", "--ehlo", "audit.example",
            "--probes-per-address", "64", "--probes-per-second", "1000", "--probe-timeout", "4",
        ]
    }
}
