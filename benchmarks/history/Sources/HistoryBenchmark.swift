import Foundation
import Store

/// What a year of nightly runs costs: time and file size of each night, and the size that full
/// copies would take. Prints CSV to standard output.
///
/// ```
/// history-benchmark nights FOLDER [DOMAINS [NIGHTS]]
/// history-benchmark copies FOLDER [DOMAINS [NIGHTS]]
/// history-benchmark speed FOLDER [DOMAINS [NIGHTS]]
/// history-benchmark shards FOLDER [DOMAINS [SHARDS [NIGHT]]]
/// history-benchmark read PORTFOLIO SHARD STORE
/// ```
@main
enum HistoryBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            print("usage: history-benchmark nights|copies|speed FOLDER [DOMAINS [NIGHTS]]")
            exit(64)
        }
        let folder = arguments[2]
        if arguments[1] == "read" {
            guard arguments.count == 5, let shard = Shard(arguments[3]) else { exit(64) }
            return try await ShardBenchmark.read(folder, shard, into: arguments[4])
        }
        func number(_ index: Int, _ preset: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? preset : preset
        }
        switch arguments[1] {
        case "copies":
            try await copies(folder, domains: number(3, 10_000), nights: number(4, 5))
        case "shards":
            try await ShardBenchmark.audit(
                folder, domains: number(3, 100_000), shards: number(4, 4), night: number(5, 1))
        case "speed":
            try await speed(folder, domains: number(3, 100_000), nights: number(4, 3))
        default:
            try await nights(folder, domains: number(3, 10_000), nights: number(4, 365))
        }
    }

    /// A year as it is: a night costs what changed. With its last nights alternate the first of a
    /// second file, so that young and old are measured while the machine is in the same mood.
    private static func nights(_ folder: String, domains: Int, nights: Int) async throws {
        print(
            "file,night,changed,total_ms,cpu_ms,ingest_ms,candidates_ms,judge_ms,record_ms,"
                + "finish_ms,bytes")
        var year = try Nights("year", in: folder, domains: domains)
        var young = try Nights("young", in: folder, domains: domains)
        for night in 1...nights {
            try await year.run()
            if night > nights - youngNights { try await young.run() }
        }
    }

    private static let youngNights = 12

    private struct Nights {
        private let name: String
        private let path: String
        private let store: AuditStore
        private var simulation: Simulation
        private var night = 0

        init(_ name: String, in folder: String, domains: Int) throws {
            self.name = name
            path = "\(folder)/\(name).sqlite"
            store = try AuditStore(path: path)
            simulation = try Simulation(domains: domains)
        }

        mutating func run() async throws {
            night += 1
            if night > 1 { simulation.change(night: night) }
            let times = try await simulation.audit(into: store, night: night)
            let walls = times.steps.map(\.wall)
            let total = (walls.reduce(0, +), times.steps.map(\.processor).reduce(0, +))
            let columns = ([total.0, total.1] + walls).map { String(format: "%.1f", $0) }
                .joined(separator: ",")
            print("\(name),\(night),\(times.changed),\(columns),\(try size(path))")
        }
    }

    /// Nights in which every domain gets a new state, findings and evidence, of the usual size:
    /// what full copies cost. Bodies, certificates and portfolio rows are shared even so.
    private static func copies(_ folder: String, domains: Int, nights: Int) async throws {
        let simulation = try Simulation(domains: domains)
        let path = folder + "/copies.sqlite"
        let store = try AuditStore(path: path)
        print("night,changed,bytes")
        for night in 1...nights {
            let times = try await simulation.audit(into: store, night: night, mark: night)
            print("\(night),\(times.changed),\(try size(path))")
        }
        try store.close()
    }

    /// Rows a second of each step, by the clock and by processor time; the first night finds an
    /// empty file.
    private static func speed(_ folder: String, domains: Int, nights: Int) async throws {
        let simulation = try Simulation(domains: domains)
        let store = try AuditStore(path: folder + "/speed.sqlite")
        let steps = ["ingest", "candidates", "record"]
        let columns = steps.map { "\($0)_per_s" } + steps.map { "\($0)_per_cpu_s" }
        print("night,\(columns.joined(separator: ","))")
        for night in 1...nights {
            let times = try await simulation.audit(into: store, night: night)
            let steps = [times.ingest, times.candidates, times.record]
            let rates = (steps.map(\.wall) + steps.map(\.processor)).map {
                String(Int(Double(domains) / $0 * 1000))
            }
            print("\(night),\(rates.joined(separator: ","))")
        }
        try store.close()
    }

    /// Of the database itself, in bytes: each run ends with its log folded back into it.
    private static func size(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
