internal import Glibc
internal import Loop

/// Hosts at loopback addresses that share one port, served by loop threads: what the servers for
/// policies and for mail have in common.
final class HostServer: Sendable {
    let port: UInt16
    let authority: LabAuthority

    private let ownsAuthority: Bool
    private let loops: [Loop]
    private let lanes: [HostLane]
    private let addresses: Lock<HostAddresses?>

    struct Options: Sendable {
        /// Of the threads, as `Loop.start` takes it.
        var name: String
        /// The addresses that answer.
        var addresses: [String]
        var port: UInt16
        /// Loop threads; at least one is started.
        var threads: Int
        var idleLimit: Duration
        /// What to mint with; nil makes one that is removed with the server.
        var authority: LabAuthority?
        var intermediate = PolicyServerOptions.Curve.p256
        /// By each thread.
        var certificatesKept = 256
    }

    /// Raises the process's soft limit of open files to the hard one: a lab holds as many
    /// descriptors as its client.
    ///
    /// - Complexity: about 60 ms, most of it proof that the hanging address hangs.
    static func start(
        _ options: Options, reception: @escaping HostDesk.Reception
    ) async throws(HostServerFailure) -> HostServer {
        raiseDescriptorLimit()
        let addresses = try await HostAddresses.open(options.addresses, port: options.port)
        let lent = options.authority
        let authority =
            if let lent { lent } else { try LabAuthority(intermediate: options.intermediate) }
        let ownsAuthority = lent == nil
        var loops: [Loop] = []
        var lanes: [HostLane] = []
        do {
            for _ in 0..<max(1, options.threads) {
                let loop = try startLoop(named: options.name)
                loops.append(loop)
                lanes.append(try lane(on: loop, authority, options, reception))
            }
        } catch {
            for loop in loops { await loop.stop() }
            if ownsAuthority { authority.remove() }
            throw error
        }
        for lane in lanes { await lane.open(addresses.answering) }
        return HostServer(
            addresses: addresses, loops: loops, lanes: lanes, authority: authority,
            ownsAuthority: ownsAuthority)
    }

    private init(
        addresses: HostAddresses, loops: [Loop], lanes: [HostLane], authority: LabAuthority,
        ownsAuthority: Bool
    ) {
        port = addresses.port
        self.authority = authority
        self.ownsAuthority = ownsAuthority
        self.loops = loops
        self.lanes = lanes
        self.addresses = Lock(addresses)
    }

    /// Drops every connection and frees the port. Calling it again is harmless.
    func stop() async {
        let open = addresses.withLock { $0.take() }
        guard open != nil else { return }
        for lane in lanes { await lane.close() }
        for loop in loops { await loop.stop() }
        if ownsAuthority { authority.remove() }
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let files = Int32(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Refused at worst: then the soft limit holds, and accepting pauses when it is reached.
        _ = unsafe setrlimit(files, &limit)
    }

    private static func startLoop(named name: String) throws(HostServerFailure) -> Loop {
        do { return try Loop.start(name: name) } catch { throw .loop(error) }
    }

    private static func lane(
        on loop: Loop, _ authority: LabAuthority, _ options: Options,
        _ reception: @escaping HostDesk.Reception
    ) throws(HostServerFailure) -> HostLane {
        do {
            return try HostLane(
                loop: loop, authority: authority.authority,
                certificatesKept: options.certificatesKept, idleLimit: options.idleLimit,
                reception: reception)
        } catch {
            throw .openSSL(error)
        }
    }
}
