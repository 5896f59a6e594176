/// A simulated Internet on loopback: one DNS server that answers for everything and the policy
/// hosts it points to, both doing what a world says.
///
/// Call `stop()` when done, or use `withLab`: threads and sockets hang on it.
public final class Lab: Sendable {
    /// The DNS server at 127.0.0.1, UDP and TCP; give it as the only resolver.
    public let dnsPort: UInt16
    /// The policy hosts, at all of `LabAddress`.
    public let policyPort: UInt16
    /// Path of a PEM file with the root that the policy hosts' certificates hang on.
    public let caFile: String
    public let policyServer: PolicyServer
    private let dnsServer: DNSServer

    private init(dnsServer: DNSServer, policyServer: PolicyServer) {
        self.dnsServer = dnsServer
        self.policyServer = policyServer
        dnsPort = dnsServer.port
        policyPort = policyServer.port
        caFile = policyServer.caFile
    }

    /// Starts both servers, or neither.
    public static func start(
        world: any World, options: LabOptions = LabOptions()
    ) async throws(LabFailure) -> Lab {
        let dnsServer: DNSServer
        do {
            dnsServer = try await DNSServer.start(world: world, port: options.dnsPort)
        } catch {
            throw .dns(error)
        }
        do {
            let policyServer = try await PolicyServer.start(
                world: world, port: options.policyPort, threads: options.threads,
                options: options.policyServer)
            return Lab(dnsServer: dnsServer, policyServer: policyServer)
        } catch {
            await dnsServer.stop()
            throw .policyHosts(error)
        }
    }

    /// Ends both servers; what is in flight is lost. Calling it again is harmless.
    public func stop() async {
        await dnsServer.stop()
        await policyServer.stop()
    }

    /// Lends a lab to `body` and stops it in any case.
    public static func withLab<Value>(
        world: any World, options: LabOptions = LabOptions(),
        _ body: (Lab) async throws -> Value
    ) async throws -> Value {
        let lab = try await start(world: world, options: options)
        do {
            let value = try await body(lab)
            await lab.stop()
            return value
        } catch {
            await lab.stop()
            throw error
        }
    }
}

/// Which half of the lab could not start. The other has been stopped.
public enum LabFailure: Error, Hashable, Sendable {
    case dns(DNSServerFailure)
    case policyHosts(PolicyServerFailure)
}
