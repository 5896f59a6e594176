internal import Loop

/// One loop thread that serves hosts: the door between other threads and its desk.
actor HostLane {
    private let loop: Loop
    private let desk: HostDesk

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(
        loop: Loop, authority: MintAuthority, certificatesKept: Int, idleLimit: Duration,
        reception: @escaping HostDesk.Reception
    ) throws(MintFailure) {
        self.loop = loop
        desk = try HostDesk(
            loop: loop, minter: Minter(authority: authority, capacity: certificatesKept),
            idleLimit: idleLimit, reception: reception)
    }

    func open(_ listeners: [HostListener]) { desk.open(listeners) }

    /// Drops every connection without a word.
    func close() { desk.close() }
}
