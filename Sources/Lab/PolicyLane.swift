internal import Loop

/// One loop thread that serves policy hosts: the door between other threads and its desk.
actor PolicyLane {
    private let loop: Loop
    private let desk: PolicyDesk

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(
        loop: Loop, world: any World, authority: MintAuthority, tally: PolicyTally,
        options: PolicyServerOptions
    ) throws(MintFailure) {
        self.loop = loop
        desk = try PolicyDesk(
            loop: loop, world: world, authority: authority, tally: tally, options: options)
    }

    func open(_ listeners: [PolicyListener]) { desk.open(listeners) }

    /// Drops every connection without a word.
    func close() { desk.close() }
}
