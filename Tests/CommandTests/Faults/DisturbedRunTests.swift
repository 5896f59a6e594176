import DNSMessage
import Foundation
import Glibc
import LoopbackPorts
import Synchronization
import Testing

@testable import Lab
@testable import Store
@testable import stsaudit

extension EndToEnd {
    /// What happens to a run while it is under way: signals, a resolver or a network that goes
    /// and comes back.
    @Suite("Disturbed runs")
    struct DisturbedRunTests {
        /// Quick domains, of which nothing can be had while the network is away.
        final class UnsteadyWorld: World {
            private let quick = QuickWorld(delayMilliseconds: 25)
            private let isAway = Mutex(false)
            private let isSilent = Mutex(false)

            func setAway(_ value: Bool) { isAway.withLock { $0 = value } }
            /// The resolver alone.
            func setSilent(_ value: Bool) { isSilent.withLock { $0 = value } }

            func answer(to name: String, type: RecordType) -> DNSBehaviour {
                let isLost = isAway.withLock { $0 } || isSilent.withLock { $0 }
                return isLost ? .drop : quick.answer(to: name, type: type)
            }

            func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
                var host = quick.policyHost(serverName, at: address)
                if isAway.withLock({ $0 }) { host.handshake = .hang }
                return host
            }
        }

        typealias Act = @Sendable (MeasuredProcess, UnsteadyWorld) async throws -> Void

        struct Row: Sendable {
            var name: String
            /// Of what is done when a part of the domains is through.
            var act: Act
            /// Before the tool, in its shell.
            var before = ":"
            var arguments: [String] = []
            var status: Int32
            var says: [String] = []
        }

        static let count = 300

        /// Waits until the program says that the resolver is away, and a little longer.
        private static func untilNoticed(_ process: MeasuredProcess) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while !process.errorsSoFar.contains("does not answer"), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .seconds(1))
        }

        private static func sending(_ signals: Int32...) -> Act {
            { process, _ in
                for signal in signals {
                    process.signal(signal)
                    // One that is pending already is not counted again.
                    try await Task.sleep(for: .milliseconds(150))
                }
            }
        }

        static let rows: [Row] = [
            Row(
                name: "SIGTERM", act: sending(SIGTERM), status: 130,
                says: ["Stopping;", "go on with:"]),
            Row(
                name: "SIGINT", act: sending(SIGINT), status: 130,
                says: ["Stopping;", "go on with:"]),
            Row(
                name: "SIGHUP", act: sending(SIGHUP), status: 130,
                says: ["Stopping;", "go on with:"]),
            Row(
                name: "SIGHUP under nohup",
                act: sending(SIGHUP), before: "trap '' HUP", status: 0),
            Row(name: "SIGPIPE", act: sending(SIGPIPE), status: 0),
            Row(
                name: "SIGSTOP, and SIGCONT 3 seconds later",
                act: { process, _ in
                    process.signal(SIGSTOP)
                    try await Task.sleep(for: .seconds(3))
                    process.signal(SIGCONT)
                }, status: 0),
            Row(
                name: "resolver silent for some seconds",
                act: { process, world in
                    world.setSilent(true)
                    try await DisturbedRunTests.untilNoticed(process)
                    world.setSilent(false)
                }, arguments: ["--dns-timeout", "0.3"], status: 0,
                says: ["The resolver does not answer; waiting", "The resolver answers again."]),
            Row(
                name: "network gone for some seconds",
                act: { process, world in
                    world.setAway(true)
                    try await DisturbedRunTests.untilNoticed(process)
                    world.setAway(false)
                }, arguments: ["--dns-timeout", "0.3"], status: 0,
                says: ["The resolver does not answer; waiting", "The resolver answers again."]),
            Row(
                name: "resolver silent for good",
                act: { process, world in
                    world.setSilent(true)
                    _ = try await process.outcome()
                    world.setSilent(false)
                }, arguments: ["--dns-timeout", "0.3", "--resolver-patience", "1"], status: 2,
                says: ["resolver-unavailable", "check --resolver", "go on with:"]),
            Row(
                name: "interrupted while it waits for the resolver",
                act: { process, world in
                    world.setSilent(true)
                    try await DisturbedRunTests.untilNoticed(process)
                    process.signal(SIGINT)
                    _ = try await process.outcome()
                    world.setSilent(false)
                }, arguments: ["--dns-timeout", "0.3"], status: 130, says: ["go on with:"]),
        ]

        static let names = rows.map(\.name) + [restartName, twiceName]
        private static let restartName = "resolver ended, started again later"
        private static let twiceName = "SIGINT twice"

        @Test("nothing is lost, and the end is that of an undisturbed run")
        func disturbed() async throws {
            let world = UnsteadyWorld()
            try await Lab.withLab(world: world) { lab in
                let reference = try await FaultTests.reference(lab, count: Self.count)
                for row in Self.rows {
                    try await check(row, lab, reference) { try await row.act($0, world) }
                }
            }
        }

        @Test("a resolver that ends, and is started again", .timeLimit(.minutes(6)))
        func restarted() async throws {
            let world = UnsteadyWorld()
            try await Lab.withLab(world: world) { lab in
                let reference = try await FaultTests.reference(lab, count: Self.count)
                let port = try LoopbackPort.free()
                let first = try await DNSServer.start(world: world, port: port)
                let later = Mutex<DNSServer?>(nil)
                let row = Row(
                    name: Self.restartName, act: { _, _ in },
                    arguments: ["--resolver", "127.0.0.1:\(port)"], status: 0,
                    says: ["The resolver does not answer; waiting", "The resolver answers again."])
                do {
                    try await check(row, lab, reference, without: ["--resolver"]) {
                        process in
                        await first.stop()
                        try await Self.untilNoticed(process)
                        let second = try await DNSServer.start(world: world, port: port)
                        later.withLock { $0 = second }
                    }
                } catch {
                    Issue.record(error)
                }
                await first.stop()
                if let second = later.withLock({ $0 }) { await second.stop() }
            }
        }

        @Test("the second interrupt ends it at once, and nothing is lost", .timeLimit(.minutes(6)))
        func twice() async throws {
            let world = UnsteadyWorld()
            try await Lab.withLab(world: world) { lab in
                let reference = try await FaultTests.reference(lab, count: Self.count)
                let row = Row(
                    name: Self.twiceName, act: { _, _ in }, arguments: ["--dns-timeout", "5"],
                    status: 130, says: ["interrupt again to stop at once"])
                let ending = Mutex(Duration.zero)
                try await check(row, lab, reference) { process in
                    // What is in flight would not be through for seconds.
                    world.setSilent(true)
                    process.signal(SIGINT)
                    try await Task.sleep(for: .milliseconds(200))
                    let asked = ContinuousClock.now
                    process.signal(SIGINT)
                    _ = try await process.outcome()
                    ending.withLock { $0 = ContinuousClock.now - asked }
                    world.setSilent(false)
                }
                let took = ending.withLock { $0 }
                #expect(took < .seconds(2))
            }
        }

        /// Runs, disturbs when a fifth is through, and goes on with it when it was stopped.
        private func check(
            _ row: Row, _ lab: Lab, _ reference: [String], without: Set<String> = [],
            disturb: (MeasuredProcess) async throws -> Void
        ) async throws {
            let scratch = try Scratch()
            let usual = try FaultTests.arguments(lab, count: Self.count, in: scratch)
            let process = try MeasuredProcess(
                "\(row.before); exec \"$@\"",
                FaultTests.removing(without, from: usual) + row.arguments, in: scratch)
            try await Self.wait(for: Self.count / 5, in: scratch)
            try await disturb(process)
            let outcome = try await process.outcome()
            #expect(outcome.status == row.status, "\(row.name): \(outcome.errors)")
            #expect(!outcome.isKilled, "\(row.name)")
            for words in row.says {
                #expect(outcome.errors.contains(words), "\(row.name): \(outcome.errors)")
            }
            if row.status != 0 {
                let resumed = try await Tool.run(usual + ["--resume"], in: scratch)
                #expect(resumed.status == 0, "\(row.name): \(resumed.errors)")
            }
            let differences = try FaultTests.differences(scratch, reference)
            #expect(differences == [], "\(row.name)")
            try FaultTable.add(
                row.name, status: outcome.status, message: outcome.errors, outcome)
        }

        /// Waits for results in the store.
        private static func wait(for wanted: Int, in scratch: Scratch) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            var store: AuditStore?
            while ContinuousClock.now < deadline {
                // The lock is taken when the store has been made.
                if store == nil, scratch.exists("store/audit.sqlite.lock") {
                    store = try? AuditStore(
                        path: scratch.path("store/audit.sqlite"), opening: .existing)
                }
                let rows = try? await store?.select("SELECT count(*) FROM state", columns: 1)
                if let done = rows?.first?.first.flatMap(Int.init), done >= wanted { return }
                try await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("no \(wanted) results in time")
        }
    }
}
