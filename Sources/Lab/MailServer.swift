/// The lab's mail hosts, all on loopback at one port.
///
/// A client names the host it wants in TLS only (SNI), and much can go wrong before that. So what
/// a mail host does is told by its address: each behaviour has a loopback address of its own, to
/// which the world's DNS sends the MX hosts that have it (`LabMailHost`). The name in SNI chooses
/// the certificate, as for policy hosts: any number of sound MX hosts share one address.
///
/// 127.0.0.2 refuses and 127.0.0.3 lets connections hang, as for policy hosts; nothing listens at
/// addresses the world does not name. Call `stop()` when done: threads and sockets hang on it.
public final class MailServer: Sendable {
    public var port: UInt16 { server.port }
    /// Path of a PEM file with the lab root; it is there until `stop()`, or until that of the lab
    /// this server belongs to.
    public var caFile: String { server.authority.rootFile }
    public let tally: MailTally

    private let server: HostServer

    /// - Parameters:
    ///   - world: its `mailAddresses` are those that answer.
    ///   - port: 0 for any port that is free at all the addresses.
    ///   - threads: loop threads; at least one is started.
    ///   - idleLimit: how long a client may keep the server waiting. A silence the world asks for
    ///     lasts longer.
    /// - Complexity: about 60 ms, most of it proof that the hanging address hangs.
    public static func start(
        world: any World, port: UInt16, threads: Int = 1, idleLimit: Duration = .seconds(30)
    ) async throws(HostServerFailure) -> MailServer {
        try await start(
            world: world, port: port, threads: threads,
            options: PolicyServerOptions(idleLimit: idleLimit), authority: nil)
    }

    /// - Parameters:
    ///   - options: as the policy hosts of the same lab have them.
    ///   - authority: stays the caller's; nil makes one.
    static func start(
        world: any World, port: UInt16, threads: Int, options: PolicyServerOptions,
        authority: LabAuthority?
    ) async throws(HostServerFailure) -> MailServer {
        let tally = MailTally()
        let server = try await HostServer.start(
            HostServer.Options(
                name: "lab-mail", addresses: world.mailAddresses, port: port, threads: threads,
                idleLimit: options.idleLimit, authority: authority,
                intermediate: options.intermediate, certificatesKept: options.certificatesKept)
        ) { desk, descriptor, address in
            MailConnection(
                desk: desk, descriptor: descriptor, address: address, world: world, tally: tally)
        }
        return MailServer(server: server, tally: tally)
    }

    private init(server: HostServer, tally: MailTally) {
        self.server = server
        self.tally = tally
    }

    /// Drops every connection and frees the port. Calling it again is harmless.
    public func stop() async { await server.stop() }
}
