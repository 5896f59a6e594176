/// A simulated Internet on loopback: one DNS server that answers for everything, and the policy
/// hosts and mail hosts it points to, all doing what a world says.
///
/// Call `stop()` when done, or use `withLab`: threads and sockets hang on it.
public final class Lab: Sendable {
    /// The DNS server at 127.0.0.1, UDP and TCP; give it as the only resolver.
    public let dnsPort: UInt16
    /// The policy hosts, at the addresses of `LabAddress`.
    public let policyPort: UInt16
    /// The mail hosts, at the addresses of `LabAddress` and `LabMailHost`.
    public let mailPort: UInt16
    /// Path of a PEM file with the root that the hosts' certificates hang on.
    public let caFile: String
    public let policyServer: PolicyServer
    public let mailServer: MailServer
    private let dnsServer: DNSServer
    private let authority: LabAuthority

    private init(
        dnsServer: DNSServer, policyServer: PolicyServer, mailServer: MailServer,
        authority: LabAuthority
    ) {
        self.dnsServer = dnsServer
        self.policyServer = policyServer
        self.mailServer = mailServer
        self.authority = authority
        dnsPort = dnsServer.port
        policyPort = policyServer.port
        mailPort = mailServer.port
        caFile = authority.rootFile
    }

    /// What the mail hosts were asked.
    public var mailTally: MailTally { mailServer.tally }

    /// Starts all servers, or none.
    public static func start(
        world: any World, options: LabOptions = LabOptions()
    ) async throws(LabFailure) -> Lab {
        let authority: LabAuthority
        do {
            authority = try LabAuthority(intermediate: options.policyServer.intermediate)
        } catch {
            throw .policyHosts(error)
        }
        do {
            return try await start(world: world, options: options, authority: authority)
        } catch {
            authority.remove()
            throw error
        }
    }

    private static func start(
        world: any World, options: LabOptions, authority: LabAuthority
    ) async throws(LabFailure) -> Lab {
        let dnsServer: DNSServer
        do {
            dnsServer = try await DNSServer.start(world: world, port: options.dnsPort)
        } catch {
            throw .dns(error)
        }
        let policyServer: PolicyServer
        do {
            policyServer = try await PolicyServer.start(
                world: world, port: options.policyPort, threads: options.threads,
                options: options.policyServer, authority: authority)
        } catch {
            await dnsServer.stop()
            throw .policyHosts(error)
        }
        do {
            let mailServer = try await MailServer.start(
                world: world, port: options.mailPort, threads: 1,
                options: options.policyServer, authority: authority)
            return Lab(
                dnsServer: dnsServer, policyServer: policyServer, mailServer: mailServer,
                authority: authority)
        } catch {
            await dnsServer.stop()
            await policyServer.stop()
            throw .mailHosts(error)
        }
    }

    /// Ends all servers; what is in flight is lost. Calling it again is harmless.
    public func stop() async {
        await dnsServer.stop()
        await policyServer.stop()
        await mailServer.stop()
        authority.remove()
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

/// Which part of the lab could not start. The others have been stopped.
public enum LabFailure: Error, Hashable, Sendable {
    case dns(DNSServerFailure)
    case policyHosts(HostServerFailure)
    case mailHosts(HostServerFailure)
}
