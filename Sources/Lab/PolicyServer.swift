/// The lab's HTTPS policy hosts, all on loopback at one port; the name in the ClientHello chooses
/// the host, and the world says what it does.
///
/// 127.0.0.1, 127.0.0.4 and (where the machine has it) ::1 answer, 127.0.0.2 refuses, 127.0.0.3
/// lets connections hang. Call `stop()` when done: threads, sockets and a folder hang on it.
public final class PolicyServer: Sendable {
    public var port: UInt16 { server.port }
    /// Path of a PEM file with the lab root, in a private folder that `stop()` removes.
    public var caFile: String { server.authority.rootFile }

    private let server: HostServer
    private let tally: PolicyTally

    /// - Parameters:
    ///   - port: 0 for any port that is free at all the addresses.
    ///   - threads: loop threads; at least one is started.
    /// - Complexity: about 60 ms, most of it proof that the hanging address hangs.
    public static func start(
        world: any World, port: UInt16, threads: Int, options: PolicyServerOptions = .init()
    ) async throws(HostServerFailure) -> PolicyServer {
        try await start(
            world: world, port: port, threads: threads, options: options, authority: nil)
    }

    /// - Parameter authority: stays the caller's; nil makes one.
    static func start(
        world: any World, port: UInt16, threads: Int, options: PolicyServerOptions,
        authority: LabAuthority?
    ) async throws(HostServerFailure) -> PolicyServer {
        let tally = PolicyTally(countsAll: options.countsRequests)
        let server = try await HostServer.start(
            HostServer.Options(
                name: "lab-policy", addresses: LabAddress.answering, port: port, threads: threads,
                idleLimit: options.idleLimit, authority: authority,
                intermediate: options.intermediate, certificatesKept: options.certificatesKept)
        ) { desk, descriptor, address in
            PolicyConnection(
                desk: desk, descriptor: descriptor, address: address, world: world, tally: tally)
        }
        return PolicyServer(server: server, tally: tally)
    }

    private init(server: HostServer, tally: PolicyTally) {
        self.server = server
        self.tally = tally
    }

    /// Whole HTTP requests that came for this server name, at all addresses together.
    ///
    /// - Returns: 0 unless `PolicyServerOptions.countsRequests` was set; the counts of names not
    ///   asked for lately are forgotten beyond some 65,000 names.
    public func requests(for serverName: String) -> Int {
        tally.count(of: serverName)
    }

    /// Drops every connection, frees the port and removes the CA file. Calling it again is
    /// harmless.
    public func stop() async { await server.stop() }
}
