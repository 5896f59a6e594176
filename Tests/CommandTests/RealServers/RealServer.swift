import Foundation
import Glibc
import LoopbackPorts
import Testing

/// A server of Debian's on loopback, with everything it writes in a folder of the test's.
///
/// Ends by `stop()`, and by itself should the test process die: a minute after the limit of
/// `EndToEnd`.
final class RealServer: Sendable {
    let name: String
    private let process: MeasuredProcess

    struct Failure: Error {
        var server: String
        var log: String
    }

    static func missing(_ programs: [String]) -> [String] {
        programs.filter { program in
            !["/usr/sbin/", "/usr/bin/"].contains { folder in
                FileManager.default.isExecutableFile(atPath: folder + program)
            }
        }
    }

    /// Starts the server and waits until it accepts connections at every address.
    ///
    /// - Parameter command: a line of shell without quotes to be closed, run in `scratch`.
    static func start(
        _ name: String, _ command: String, at addresses: [String], port: UInt16, in scratch: Scratch
    ) async throws -> RealServer {
        let server = try RealServer(name, command, in: scratch)
        for address in addresses {
            guard try await server.accepts(address, port) else {
                await server.stop()
                throw Failure(server: name, log: server.process.errorsSoFar)
            }
        }
        return server
    }

    private init(_ name: String, _ command: String, in scratch: Scratch) throws {
        self.name = name
        process = try MeasuredProcess(
            "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=$PWD XDG_DATA_HOME=$PWD; "
                + "exec timeout -k 5 660 \(command) >&2", [], in: scratch)
    }

    func stop() async {
        process.signal(SIGTERM)
        _ = try? await process.outcome()
    }

    private func accepts(_ address: String, _ port: UInt16) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if LoopbackPort.isTaken(address, port) { return true }
            try await Task.sleep(for: .milliseconds(30))
        }
        return false
    }

    /// Runs `body` while the servers are up, and ends them in any case. One that has ended by itself
    /// is the failure then, with what it wrote, and not what was seen of it.
    static func with<Value>(
        _ servers: [RealServer], _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body()
            if let lost = servers.first(where: \.process.isEnded) {
                throw Failure(server: lost.name, log: lost.process.errorsSoFar)
            }
            for server in servers { await server.stop() }
            return value
        } catch {
            for server in servers { await server.stop() }
            throw error
        }
    }
}
