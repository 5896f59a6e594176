import Foundation
import Lab

/// The two processes of `benchmarks/hostile/run` and `benchmarks/soak/run` that are not the tool.
///
/// ```
/// hostile-benchmark table           a lab of the hostile scenarios, until standard input ends
/// hostile-benchmark lab DOMAINS     a lab of an adversarial world, until standard input ends
/// hostile-benchmark soak DOMAINS SURVEYS DNS-PORT POLICY-PORT MAIL-PORT CA-FILE FOLDER
/// ```
///
/// The labs print how they are reached, the first also its scenarios; the soak prints CSV.
@main
enum HostileBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("table", 1): try await serve(ScenarioWorld(), rows: rows)
        case ("lab", 2): try await serve(Soak.world(domains: number(arguments[1])), rows: [])
        case ("soak", 8):
            let ports = arguments[3...5].map { UInt16(clamping: number($0)) }
            try await Soak(
                domains: number(arguments[1]), surveys: number(arguments[2]), dnsPort: ports[0],
                policyPort: ports[1], mailPort: ports[2], caFile: arguments[6],
                folder: arguments[7]
            ).run()
        default:
            print(
                "usage: hostile-benchmark table | lab DOMAINS | soak ... (see benchmarks/hostile)")
            exit(64)
        }
    }

    /// At once, also into a file.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private static func number(_ text: String) -> Int { max(1, Int(text) ?? 1) }

    private static func serve(_ world: any World, rows: [String]) async throws {
        try await Lab.withLab(world: world, options: LabOptions(threads: 2)) { lab in
            say("\(lab.dnsPort) \(lab.policyPort) \(lab.mailPort) \(lab.caFile)")
            for row in rows { say(row) }
            say("end")
            while readLine() != nil {}
        }
    }

    /// Name, cost, verdict, causes and reason of each scenario, sound ones to compare with first.
    private static var rows: [String] {
        let plain = ["sound", "absent"].compactMap(Scenario.named)
        return (plain + Scenario.hostile + Scenario.hostileTransport).map { scenario in
            let world = ScenarioWorld()
            return [
                scenario.name, world.domain(of: scenario), scenario.cost.rawValue, scenario.verdict,
                // A shell takes two tabs for one.
                scenario.causes.isEmpty ? "-" : scenario.causes.joined(separator: " "),
                scenario.why,
            ].joined(separator: "\t")
        }
    }
}
