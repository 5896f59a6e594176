import Glibc
import Loop

/// Runs a test's synchronous steps on a loop's thread, and holds what its handlers write.
actor OnLoop<State> {
    private let loop: Loop
    private var state: State

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(_ loop: Loop, _ state: sending State) {
        self.loop = loop
        self.state = state
    }

    func run<Result: Sendable>(
        _ body: @Sendable (Loop, isolated OnLoop<State>) throws -> Result
    ) rethrows -> Result {
        try body(loop, self)
    }

    func change(_ body: (inout State) -> Void) { body(&state) }

    func read<Result: Sendable>(_ body: @Sendable (State) -> Result) -> Result { body(state) }
}

/// Starts a loop for the body and stops it, whatever happens.
func withLoop<Result>(_ body: (Loop) async throws -> Result) async throws -> Result {
    let loop = try Loop.start(name: "test")
    do {
        let result = try await body(loop)
        await loop.stop()
        return result
    } catch {
        await loop.stop()
        throw error
    }
}

/// Both ends of a pipe, non-blocking.
struct Pipe: Sendable {
    let reading: Int32
    let writing: Int32

    struct Failure: Error {}

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Failure() }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        (reading, writing) = (ends[0], ends[1])
    }

    func send(_ byte: UInt8 = 1) {
        var byte = byte
        _ = unsafe write(writing, &byte, 1)
    }

    /// The next byte; nil when there is none.
    func receive() -> UInt8? {
        var byte: UInt8 = 0
        return unsafe read(reading, &byte, 1) == 1 ? byte : nil
    }
}
