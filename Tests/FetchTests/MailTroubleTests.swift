import Evidence
import Fetch
import Glibc
import Lab
import Testing

extension PolicyFetch.MailProbes {
    @Suite("Deadlines, limits and what follows the handshake")
    struct Trouble {
        struct Row: Sendable {
            var behaviour: MailBehaviour
            var failure: MailProbeFailure?
            var why: String

            /// The nth row has an address of its own.
            static func hosts(_ rows: [Row]) -> [String: MailBehaviour] {
                Dictionary(
                    uniqueKeysWithValues: rows.enumerated().map {
                        (MailHosts.address($0 + 1), $1.behaviour)
                    })
            }
        }

        private func check(
            _ rows: [Row], configuring: (inout FetchConfiguration) -> Void = { _ in }
        ) async throws {
            try await MailBench.run(Row.hosts(rows), configuring: configuring) {
                bench async throws in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, row) in rows.enumerated() {
                        group.addTask {
                            let probe = try await bench.probe(MailHosts.address(index + 1))
                            #expect(probe.failure == row.failure, "\(row.why)")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        static let silences: [Row] = [
            Row(
                behaviour: LabMailHost.silent.behaviour, failure: .silent,
                why: "no greeting"),
            Row(
                behaviour: LabMailHost.silentAfterHello.behaviour, failure: .silent,
                why: "no reply to EHLO"),
            Row(
                behaviour: LabMailHost.dripping.behaviour, failure: .silent,
                why: "a byte a second does not come to STARTTLS in time"),
            Row(
                behaviour: LabMailHost.silentAfterStartTLS.behaviour, failure: .tlsTimeout,
                why: "no reply to STARTTLS"),
            Row(
                behaviour: LabMailHost.silentInHandshake.behaviour, failure: .tlsTimeout,
                why: "no ServerHello"),
            Row(
                behaviour: MailBehaviour(inside: .silence), failure: nil,
                why: "silent after a good handshake: TLS is proven"),
        ]

        @Test("silence ends at the deadline for the whole probe") func silence() async throws {
            try await check(Self.silences) { $0.mailTimeout = .seconds(1) }
        }

        @Test("a slow greeting is not held against the deadline for connecting") func patience()
            async throws
        {
            // Some 60 bytes, 10 ms apart, for the greeting alone.
            try await check([
                Row(
                    behaviour: MailBehaviour(intervalMilliseconds: 10), failure: nil,
                    why: "TCP was up at once")
            ]) { $0.connectTimeout = .milliseconds(250) }
        }

        static let strange: [Row] = [
            Row(
                behaviour: MailBehaviour(startTLS: .injected), failure: .tls(.notTLS),
                why: "words in the clear behind the 220"),
            Row(
                behaviour: MailBehaviour(hello: .refused(code: 502)), failure: .startTLSMissing,
                why: "a host that does not know EHLO has no STARTTLS"),
            Row(
                behaviour: MailBehaviour(startTLS: .missing, extensions: ["starttls"]),
                failure: .local(code: 64), why: "libcurl wants capitals: nothing is said of it"),
            Row(
                behaviour: MailBehaviour(greeting: .raw(Array("SSH-2.0-OpenSSH\r\n".utf8))),
                failure: .notSMTP, why: "SSH"),
            Row(
                behaviour: MailBehaviour(greeting: .raw(Array("220 mx".utf8))),
                failure: .connectionLost, why: "half a line is none"),
            Row(
                behaviour: MailBehaviour(
                    greeting: .raw([UInt8](repeating: 0x41, count: 1 << 22))), failure: .notSMTP,
                why: "a line of 4 MiB: libcurl would read it to its end"),
            Row(
                behaviour: MailBehaviour(extensions: Array(repeating: "X-LAB", count: 20_000)),
                failure: .notSMTP, why: "EHLO lines of 220 KB in all"),
            Row(
                behaviour: MailBehaviour(inside: .helloRefused(code: 421)), failure: nil,
                why: "refused within TLS: TLS is proven"),
            Row(behaviour: MailBehaviour(inside: .closed), failure: nil, why: "closed within TLS"),
            Row(
                behaviour: MailBehaviour(inside: .noopRefused(code: 502)), failure: nil,
                why: "who refuses NOOP takes mail"),
        ]

        @Test("strange replies") func strangeReplies() async throws {
            try await check(Self.strange)
        }

        // The suite's time limit is the assertion: libcurl waits two minutes for each reply to
        // QUIT, and everything else on the loop waits with it.
        @Test("a host that ignores QUIT holds up nobody") func quitIgnored() async throws {
            let rows = Array(
                repeating: Row(
                    behaviour: MailBehaviour(inside: .quitIgnored), failure: nil,
                    why: "all but QUIT was answered"), count: 20)
            try await check(rows)
        }

        @Test("replies without end cost no memory") func endless() async throws {
            try await MailBench.run { bench async throws in
                _ = try await bench.probe()
                let before = try Self.peakKilobytes()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<64 {
                        group.addTask {
                            let probe = try await bench.probe(LabMailHost.endlessGreeting.address)
                            #expect(probe.failure == .notSMTP)
                        }
                    }
                    try await group.waitForAll()
                }
                // 80 KB for each transfer and as much for the lab's side of it.
                #expect(try Self.peakKilobytes() - before < 32 * 1_024)
            }
        }

        /// The most memory this process has ever held.
        private static func peakKilobytes() throws -> Int {
            var usage = rusage()
            let code = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
            try #require(code == 0)
            return usage.ru_maxrss
        }
    }
}
