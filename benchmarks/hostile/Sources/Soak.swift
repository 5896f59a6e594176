import Audit
import CLinux
import Evidence
import Fetch
import Foundation
import Glibc
import Lab
import MTASTS
import Report
import Resolve
import Store
import Survey
import Synchronization

/// Many surveys in one process, each with a store and reports of its own, and what the process
/// holds after each: what leaks shows as a line that rises.
struct Soak {
    var domains: Int
    var surveys: Int
    var dnsPort: UInt16
    var policyPort: UInt16
    var mailPort: UInt16
    var caFile: String
    var folder: String

    static func world(domains: Int) -> GeneratedWorld {
        GeneratedWorld(seed: 8, count: domains, mix: .besieged, zone: "soak.example")
    }

    func run() async throws {
        let world = Self.world(domains: domains)
        HostileBenchmark.say(
            "survey,domains,unmeasured,wrong,wall_s,cpu_s,heap_kb,rss_kb,peak_kb,threads,descriptors"
        )
        for number in 1...surveys {
            let start = ContinuousClock.now
            let outcome = try await survey(world, number)
            let wall = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1_000
            let held = try Held.now()
            HostileBenchmark.say(
                "\(number),\(number * domains),\(outcome.unmeasured),\(outcome.wrong),\(wall),"
                    + "\(held.cpuSeconds),\(held.heapKilobytes),\(held.rssKilobytes),\(held.peakKilobytes),"
                    + "\(held.threads),\(held.descriptors)")
        }
    }

    private func survey(
        _ world: GeneratedWorld, _ number: Int
    ) async throws -> (unmeasured: Int, wrong: Int) {
        let place = "\(folder)/\(number)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let store = try AuditStore(path: "\(place)/soak.sqlite")
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let active = try await store.beginRun(
            RunRequest(portfolio: "soak", fingerprint: "\(number)", toolVersion: "soak"), at: now)
        for first in stride(from: 0, to: domains, by: 2_000) {
            try await active.ingest(
                try (first..<min(first + 2_000, domains)).map { try row(world.domain(at: $0)) })
        }
        try await active.finishIngest(
            header: PortfolioHeader(carried: [], hasAccount: true, hasExpectedMode: true), at: now)
        let tally = Tally(world)
        let survey = try await Survey.start(configuration)
        do {
            for isLastPass in [false, true] {
                try await pass(survey, active, tally, isLastPass)
            }
        } catch {
            await survey.close()
            throw error
        }
        await survey.close()
        try await active.finish(.finished, at: now)
        let reports = try ReportWriter(
            store, try await store.run(active.id), folder: place, placement: .whenDone)
        try await reports.finish()
        try store.close()
        tally.tell()
        return tally.counts
    }

    private func row(_ domain: GeneratedDomain) throws -> PortfolioRow {
        PortfolioRow(
            line: domain.index + 2, input: domain.domain, domain: try DomainName(domain.domain),
            account: domain.account,
            expectedMode: domain.scenario.expectedModeColumn.flatMap(ExpectedMode.init))
    }

    private func pass(
        _ survey: Survey, _ active: ActiveRun, _ tally: Tally, _ isLastPass: Bool
    ) async throws {
        let writer = BatchingWriter(active)
        let cursor = Cursor()
        let keep: @Sendable ([Examined]) async throws -> Void = { results in
            tally.note(results)
            try await writer.add(results)
        }
        let pages: @Sendable () async throws -> [Candidate] = {
            let after = cursor.last.withLock { $0 }
            let page =
                isLastPass
                ? try await active.provisionalCandidates(after: after, limit: 1_000)
                : try await active.candidates(after: after, limit: 1_000)
            if let id = page.last?.id { cursor.last.withLock { $0 = id } }
            return page
        }
        try await survey.run(source: pages, isLastPass: isLastPass, sink: keep)
        try await writer.finish()
    }

    /// As `stsaudit demo` audits its lab.
    private var configuration: SurveyConfiguration {
        var configuration = SurveyConfiguration()
        if let loopback = IPAddress("127.0.0.1") {
            configuration.resolver.servers = [.init(address: loopback, port: dnsPort)]
        }
        configuration.resolver.timeout = .seconds(1)
        configuration.fetch.caFile = caFile
        configuration.fetch.port = policyPort
        configuration.fetch.connectTimeout = .seconds(2)
        configuration.fetch.totalTimeout = .seconds(8)
        configuration.fetch.addressGuard = .loopback
        configuration.fetch.mailPort = mailPort
        configuration.fetch.mailTimeout = .seconds(4)
        configuration.fetch.ehloName = "audit.example"
        configuration.fetchesInFlight = 64
        configuration.fetchesPerAddress = 256
        configuration.examiner.probesMX = true
        configuration.probes.perAddress = 64
        configuration.probes.perSecond = 1_000
        return configuration
    }

    /// The id of the last candidate taken.
    private final class Cursor: Sendable {
        let last = Mutex<Int64>(0)
    }

    /// Final results that are not the truth.
    private final class Tally: Sendable {
        private let world: GeneratedWorld
        private let kept = Mutex<[String: String]>([:])
        private let unmeasured = Mutex(0)

        init(_ world: GeneratedWorld) { self.world = world }

        func note(_ results: [Examined]) {
            for result in results {
                let name = result.candidate.domain.description
                let truth = world.truth(of: name)?.scenario
                let causes = Set(result.assessment.findings.map(\.cause.code)).sorted()
                let isRight =
                    truth?.verdict == result.assessment.verdict.rawValue && truth?.causes == causes
                // A provisional result is looked at again.
                let found =
                    "\(truth?.name ?? "no scenario") at \(name): \(result.assessment.verdict.rawValue) "
                    + causes.joined(separator: " ")
                kept.withLock { $0[name] = isRight ? nil : found }
                if !result.isProvisional, result.assessment.verdict == .unmeasured {
                    unmeasured.withLock { $0 += 1 }
                }
            }
        }

        /// On standard error: what was found where the truth is another.
        func tell() {
            for line in kept.withLock({ $0.values.sorted() }) {
                FileHandle.standardError.write(Data((line + "\n").utf8))
            }
        }

        var counts: (unmeasured: Int, wrong: Int) {
            (unmeasured.withLock { $0 }, kept.withLock { $0.count })
        }
    }
}

/// What this process holds, from /proc/self and the allocator.
private struct Held {
    /// What is allocated. The rest of the memory is holes, and moves with the arenas of threads that
    /// have ended: a leak shows here first.
    var heapKilobytes = 0
    var rssKilobytes = 0
    var peakKilobytes = 0
    var threads = 0
    var descriptors = 0
    var cpuSeconds = 0.0

    static func now() throws -> Held {
        var held = Held()
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        for line in status.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, let value = Int(words[1]) else { continue }
            switch words[0] {
            case "VmRSS:": held.rssKilobytes = value
            case "VmHWM:": held.peakKilobytes = value
            case "Threads:": held.threads = value
            default: break
            }
        }
        // Less the one that lists them.
        held.descriptors =
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1
        let heap = mallinfo2()
        held.heapKilobytes = Int(heap.uordblks + heap.hblkhd) / 1_024
        var usage = rusage()
        if unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            held.cpuSeconds =
                Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        }
        return held
    }
}
