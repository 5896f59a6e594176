import Audit
import Evidence
import Foundation
import Store
import Survey

/// Stores of shards for `stsaudit merge`, and what it costs a shard to read the whole portfolio.
enum ShardBenchmark {
    /// Audits one night of each shard into `FOLDER/shard-I.sqlite`, and the whole portfolio into
    /// `FOLDER/whole.sqlite`, which the merged store is compared with.
    static func audit(_ folder: String, domains: Int, shards: Int, night: Int) async throws {
        var simulation = try Simulation(domains: domains)
        for past in stride(from: 2, through: night, by: 1) { simulation.change(night: past) }
        print("store,night,ingest_ms,candidates_ms,record_ms,bytes")
        for index in 0...shards {
            let shard = Shard(index: index, count: shards)
            let name = shard.map { "shard-\($0.index)" } ?? "whole"
            let path = "\(folder)/\(name).sqlite"
            let store = try AuditStore(path: path)
            let times = try await simulation.audit(into: store, night: night, shard: shard)
            try store.close()
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let steps = [times.ingest, times.candidates, times.record].map { String(Int($0.wall)) }
            print(
                "\(name),\(night),\(steps.joined(separator: ",")),"
                    + "\((attributes[.size] as? NSNumber)?.intValue ?? 0)")
        }
    }

    /// Reads a portfolio as `stsaudit audit --shard` does, and takes in the shard's rows.
    static func read(_ portfolio: String, _ shard: Shard, into path: String) async throws {
        let store = try AuditStore(path: path)
        let run = try await store.beginRun(
            RunRequest(
                portfolio: "read", fingerprint: "read", toolVersion: "benchmark", shard: shard),
            at: Timestamp(seconds: 1_790_000_000))
        let start = StepTime.now
        var reader = try PortfolioReader.open(.path(portfolio))
        var rows: [PortfolioRow] = []
        var (read, kept) = (0, 0)
        while let item = try reader.next() {
            guard case .row(let row) = item else { continue }
            read += 1
            guard shard.contains(row) else { continue }
            kept += 1
            rows.append(row)
            if rows.count == 2000 {
                try await run.ingest(rows)
                rows.removeAll(keepingCapacity: true)
            }
        }
        try await run.ingest(rows)
        var time = StepTime()
        time.add(from: start)
        try await run.finish(.failed, at: Timestamp(seconds: 1_790_000_001))
        print("shard,rows,kept,wall_ms,cpu_ms")
        print("\(shard),\(read),\(kept),\(Int(time.wall)),\(Int(time.processor))")
    }
}
