internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread that waits on epoll, runs timers, and executes Swift jobs.
///
/// A C library with an event interface (c-ares, libcurl, OpenSSL over sockets) belongs to one
/// loop; its descriptors are watched here and its callbacks run here. The loop is both a serial
/// executor (an actor that names it as `unownedExecutor` runs on this thread) and a task executor
/// (a task with `executorPreference: loop` awaits such an actor without a thread hop).
///
/// Everything but `enqueue`, `stop` and `isCurrent` is for the loop's own thread. Cost: about
/// 0.2 µs for an await within the loop, one eventfd write for a wake from another thread.
public final class Loop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // @unchecked Sendable: `inbox` and `finished` have their own locks, `isStopping` and
    // `threadIdentity` are atomic, the descriptors are constants; every other field is touched on
    // the loop thread only.

    private let name: String
    private let epoll: Int32
    private let wakeup: Int32
    private let inbox = Inbox()
    private let isStopping = Atomic<Bool>(false)
    private let threadIdentity = Atomic<UInt>(0)
    private let finished = Inbox.Latch()

    // Loop thread only.
    private var local: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var watches: [Int32: Watch] = [:]
    private var generation: UInt32 = 0
    private var timers = TimerHeap()

    private struct Watch {
        var interest: Interest
        /// Travels through epoll with the descriptor, so that an event for an earlier owner of
        /// the same number is told apart.
        var generation: UInt32
        var handler: (Readiness) -> Void
    }

    /// What to wait for on a descriptor.
    public struct Interest: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let readable = Interest(rawValue: 1)
        public static let writable = Interest(rawValue: 2)
    }

    /// What epoll reported. `failed` is an error or a hang-up; reading or writing tells which.
    public struct Readiness: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let readable = Readiness(rawValue: 1)
        public static let writable = Readiness(rawValue: 2)
        public static let failed = Readiness(rawValue: 4)
    }

    /// The system would not give the loop a descriptor or a thread.
    public struct StartFailure: Error, Hashable, Sendable, CustomStringConvertible {
        public let call: String
        public let code: Int32
        public var description: String { "\(call) failed with errno \(code)" }
    }

    private init(name: String, epoll: Int32, wakeup: Int32) {
        self.name = name
        self.epoll = epoll
        self.wakeup = wakeup
    }

    deinit {
        close(epoll)
        close(wakeup)
    }

    /// Starts a loop on a thread of its own. The thread keeps the loop alive until `stop()`.
    ///
    /// - Parameter name: shown by `top -H` and debuggers; at most 15 bytes are kept.
    public static func start(name: String = "loop") throws(StartFailure) -> Loop {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw StartFailure(call: "epoll_create1", code: errno) }
        let wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard wakeup >= 0 else {
            let code = errno
            close(epoll)
            throw StartFailure(call: "eventfd", code: code)
        }
        let loop = Loop(name: name, epoll: epoll, wakeup: wakeup)
        guard clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, CLINUX_EPOLLIN, 0) == 0 else {
            throw StartFailure(call: "epoll_ctl", code: errno)
        }
        let box = unsafe Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let loop = unsafe Unmanaged<Loop>.fromOpaque(context).takeRetainedValue()
                loop.run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw StartFailure(call: "pthread_create", code: code)
        }
        pthread_detach(thread)
        return loop
    }

    /// Asks the thread to end once the jobs it already has are done, and waits for that.
    ///
    /// Call it from outside the loop, after everything that watches descriptors has been closed.
    /// What is left is dropped: a job enqueued later never runs, a task that still sleeps on the
    /// loop never wakes.
    public func stop() async {
        isStopping.store(true, ordering: .releasing)
        wake()
        await finished.wait()
    }

    /// Whether the caller is on this loop's thread.
    public var isCurrent: Bool {
        threadIdentity.load(ordering: .relaxed) == UInt(pthread_self())
    }

    // MARK: - Descriptors (loop thread only)

    /// Calls `handler` on the loop each time `descriptor` is ready (level-triggered); replaces an
    /// earlier watch of the same descriptor. An empty interest still reports failures.
    ///
    /// A handler may watch, unwatch and close any descriptor, its own included: what was already
    /// reported for a withdrawn watch is not delivered. A descriptor that the kernel refuses to
    /// watch (out of memory, not pollable) never becomes ready: have a deadline.
    public func watch(
        _ descriptor: Int32, _ interest: Interest, handler: @escaping (Readiness) -> Void
    ) {
        precondition(isCurrent, "Loop.watch off its thread")
        generation &+= 1
        let watch = Watch(interest: interest, generation: generation, handler: handler)
        // The old handler is released after the change: what it owned may call the loop again.
        let old = watches.updateValue(watch, forKey: descriptor)
        let operation = old == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        if !control(operation, descriptor, watch) {
            // A library closed and reopened the number without telling us: the kernel forgot it.
            _ = control(old == nil ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, watch)
        }
    }

    /// Changes what is waited for on a watched descriptor; does nothing when it is not watched.
    public func setInterest(_ descriptor: Int32, _ interest: Interest) {
        precondition(isCurrent, "Loop.setInterest off its thread")
        guard var watch = watches[descriptor], watch.interest != interest else { return }
        watch.interest = interest
        watches[descriptor]?.interest = interest
        _ = control(EPOLL_CTL_MOD, descriptor, watch)
    }

    /// Stops watching; call it before the descriptor is closed.
    public func unwatch(_ descriptor: Int32) {
        precondition(isCurrent, "Loop.unwatch off its thread")
        let old = watches.removeValue(forKey: descriptor)
        guard old != nil else { return }
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ watch: Watch) -> Bool {
        clinux_epoll_ctl(
            epoll, operation, descriptor, Self.bits(watch.interest), watch.generation) == 0
    }

    private static func bits(_ interest: Interest) -> UInt32 {
        var bits: UInt32 = 0
        if interest.contains(.readable) { bits |= CLINUX_EPOLLIN | CLINUX_EPOLLRDHUP }
        if interest.contains(.writable) { bits |= CLINUX_EPOLLOUT }
        return bits
    }

    // MARK: - Timers (loop thread only)

    /// Names one scheduled call.
    public struct Timer: Hashable, Sendable {
        fileprivate let id: UInt64
    }

    /// Calls `body` once on the loop, not before `delay` has passed. Cost: O(log *n*) in timers.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Timer {
        precondition(isCurrent, "Loop.schedule off its thread")
        return Timer(id: timers.insert(deadline: clinux_monotonic_ns() &+ delay.nanoseconds, body))
    }

    /// Withdraws a scheduled call; does nothing when it has run.
    public func cancel(_ timer: Timer) {
        precondition(isCurrent, "Loop.cancel off its thread")
        // Released after the change: what the body owned may call the loop again.
        let body = timers.remove(timer.id)
        _ = body
    }

    /// Suspends the calling task for `delay`; ends early with `CancellationError` when cancelled.
    /// May be called from anywhere.
    public func sleep(for delay: Duration) async throws {
        try await Sleeper(loop: self).sleep(for: delay)
    }

    // MARK: - Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
        } else if inbox.append(job) {
            wake()
        }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    public func checkIsolated() {
        precondition(isCurrent, "not on the loop's thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private func wake() {
        var one: UInt64 = 1
        _ = unsafe write(wakeup, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: - The thread

    private static let eventsPerWait = 256

    private func run() {
        threadIdentity.store(UInt(pthread_self()), ordering: .relaxed)
        Self.blockBrokenPipeSignal()
        unsafe name.withCString { unsafe clinux_name_thread($0) }
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerWait)
        defer { unsafe events.deallocate() }
        while true {
            runJobs()
            runTimers()
            let isIdle = local.isEmpty
            if isIdle, isStopping.load(ordering: .acquiring), inbox.isEmpty { break }
            let count = unsafe epoll_wait(
                epoll, events, Int32(Self.eventsPerWait), isIdle ? waitMilliseconds() : 0)
            for index in 0..<max(0, Int(count)) {
                unsafe dispatch(events + index)
            }
        }
        dropRest()
        // The system may give this identity to the next thread.
        threadIdentity.store(0, ordering: .relaxed)
        finished.open()
    }

    /// Handlers and bodies are released after the tables are empty: what they own may still call
    /// the loop.
    private func dropRest() {
        let rest = (watches, timers)
        watches = [:]
        timers = TimerHeap()
        _ = rest
    }

    /// c-ares and OpenSSL write to sockets without MSG_NOSIGNAL: a peer that closed would end the
    /// process. With the signal blocked on the thread that writes, they see EPIPE.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Jobs that arrive while these run wait for the next round, so descriptors are not starved.
    ///
    /// Every job runs as that of a task that prefers this loop, since a job does not tell. A task
    /// that does not is put back into the queue at each await within the loop's actors: between
    /// looking at an actor's state and suspending, other jobs may run even where no other actor
    /// is called. Look at the state inside the continuation's body.
    private func runJobs() {
        inbox.drain(into: &local)
        guard !local.isEmpty else { return }
        swap(&local, &running)
        let serial = unsafe asUnownedSerialExecutor()
        let tasks = unsafe asUnownedTaskExecutor()
        for index in running.indices {
            unsafe running[index].runSynchronously(isolatedTo: serial, taskExecutor: tasks)
        }
        running.removeAll(keepingCapacity: true)
    }

    private func runTimers() {
        guard !timers.isEmpty else { return }
        // Read once: a timer set by these bodies waits for the next round.
        let now = clinux_monotonic_ns()
        while let body = timers.popExpired(at: now) { body() }
    }

    private func waitMilliseconds() -> Int32 {
        guard let deadline = timers.nextDeadline else { return -1 }
        let current = clinux_monotonic_ns()
        guard deadline > current else { return 0 }
        // Rounded up: waking early would spin until the deadline.
        return Int32(clamping: (deadline - current + 999_999) / 1_000_000)
    }

    private func dispatch(_ event: UnsafePointer<epoll_event>) {
        let descriptor = unsafe clinux_event_descriptor(event)
        let bits = unsafe clinux_event_bits(event)
        if descriptor == wakeup {
            var count: UInt64 = 0
            _ = unsafe read(wakeup, &count, MemoryLayout<UInt64>.size)
            return
        }
        // A handler of this round may have closed the descriptor and another opened the same
        // number. A stale "writable" would look like a finished connect.
        guard let watch = watches[descriptor],
            unsafe watch.generation == clinux_event_generation(event)
        else { return }
        var readiness: Readiness = []
        if bits & (CLINUX_EPOLLIN | CLINUX_EPOLLRDHUP) != 0 { readiness.insert(.readable) }
        if bits & CLINUX_EPOLLOUT != 0 { readiness.insert(.writable) }
        if bits & (CLINUX_EPOLLERR | CLINUX_EPOLLHUP) != 0 { readiness.insert(.failed) }
        watch.handler(readiness)
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to 0...UInt64.max / 2.
    var nanoseconds: UInt64 {
        let parts = components
        guard parts.seconds >= 0 else { return 0 }
        let seconds = UInt64(clamping: parts.seconds)
        guard seconds < UInt64.max / 2_000_000_000 else { return UInt64.max / 2 }
        return seconds * 1_000_000_000 + UInt64(max(0, parts.attoseconds)) / 1_000_000_000
    }
}
