internal import Glibc
internal import Loop
internal import Synchronization

/// The lab's HTTPS policy hosts, all on loopback at one port; the name in the ClientHello chooses
/// the host, and the world says what it does.
///
/// 127.0.0.1, 127.0.0.4 and (where the machine has it) ::1 answer, 127.0.0.2 refuses, 127.0.0.3
/// lets connections hang. Call `stop()` when done: threads, sockets and a folder hang on it.
public final class PolicyServer: Sendable {
    public let port: UInt16
    /// Path of a PEM file with the lab root, in a private folder that `stop()` removes.
    public let caFile: String

    private let loops: [Loop]
    private let lanes: [PolicyLane]
    private let tally: PolicyTally
    private let folder: PolicyFolder
    private let addresses: Mutex<PolicyAddresses?>

    /// Raises the process's soft limit of open files to the hard one: a lab holds as many
    /// descriptors as its client.
    ///
    /// - Parameters:
    ///   - port: 0 for any port that is free at all the addresses.
    ///   - threads: loop threads; at least one is started.
    /// - Complexity: about 60 ms, most of it proof that the hanging address hangs.
    public static func start(
        world: any World, port: UInt16, threads: Int, options: PolicyServerOptions = .init()
    ) async throws(PolicyServerFailure) -> PolicyServer {
        raiseDescriptorLimit()
        let authority = try minting { () throws(MintFailure) in
            try MintAuthority(intermediate: options.intermediate)
        }
        let addresses = try await PolicyAddresses.open(port: port)
        let folder = try PolicyFolder(root: authority)
        let tally = PolicyTally(countsAll: options.countsRequests)
        var loops: [Loop] = []
        var lanes: [PolicyLane] = []
        do {
            for _ in 0..<max(1, threads) {
                let loop = try starting { () throws(Loop.StartFailure) in
                    try Loop.start(name: "lab-policy")
                }
                loops.append(loop)
                let lane = try minting { () throws(MintFailure) in
                    try PolicyLane(
                        loop: loop, world: world, authority: authority, tally: tally,
                        options: options)
                }
                lanes.append(lane)
            }
        } catch {
            for loop in loops { await loop.stop() }
            folder.remove()
            throw error
        }
        for lane in lanes { await lane.open(addresses.answering) }
        return PolicyServer(
            addresses: addresses, loops: loops, lanes: lanes, tally: tally, folder: folder)
    }

    private init(
        addresses: PolicyAddresses, loops: [Loop], lanes: [PolicyLane], tally: PolicyTally,
        folder: PolicyFolder
    ) {
        port = addresses.port
        caFile = folder.rootFile
        self.loops = loops
        self.lanes = lanes
        self.tally = tally
        self.folder = folder
        self.addresses = Mutex(addresses)
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
    public func stop() async {
        let open = addresses.withLock { $0.take() }
        guard open != nil else { return }
        for lane in lanes { await lane.close() }
        for loop in loops { await loop.stop() }
        folder.remove()
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let files = Int32(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Refused at worst: then the soft limit holds, and accepting pauses when it is reached.
        _ = unsafe setrlimit(files, &limit)
    }

    private static func minting<Value: ~Copyable>(
        _ body: () throws(MintFailure) -> Value
    ) throws(PolicyServerFailure) -> Value {
        do { return try body() } catch { throw .openSSL(error) }
    }

    private static func starting(
        _ body: () throws(Loop.StartFailure) -> Loop
    ) throws(PolicyServerFailure) -> Loop {
        do { return try body() } catch { throw .loop(error) }
    }
}
