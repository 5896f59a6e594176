import Glibc
import Loop
import Testing

@Suite("Loop: watching descriptors", .timeLimit(.minutes(6)))
struct LoopWatchTests {
    @Test("a handler runs while its descriptor is readable, and not after unwatch")
    func readable() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let log = OnLoop(loop, [UInt8]())
            await log.run { loop, log in
                loop.watch(pipe.reading, .readable) { readiness in
                    #expect(readiness == .readable)
                    guard let byte = pipe.receive() else { return }
                    log.assumeIsolated { $0.change { $0.append(byte) } }
                    if byte == 3 { loop.unwatch(pipe.reading) }
                }
            }
            for byte in 1...4 as ClosedRange<UInt8> { pipe.send(byte) }
            while await log.read({ $0.count < 3 }) { try await loop.sleep(for: .milliseconds(1)) }
            try await loop.sleep(for: .milliseconds(5))
            #expect(await log.read { $0 } == [1, 2, 3])
            close(pipe.reading)
            close(pipe.writing)
        }
    }

    @Test("a closed far end is reported as failed, even with no interest")
    func failed() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let log = OnLoop(loop, false)
            await log.run { loop, log in
                loop.watch(pipe.reading, []) { readiness in
                    #expect(readiness == .failed)
                    loop.unwatch(pipe.reading)
                    log.assumeIsolated { $0.change { $0 = true } }
                }
            }
            close(pipe.writing)
            while await log.read({ !$0 }) { try await loop.sleep(for: .milliseconds(1)) }
            close(pipe.reading)
        }
    }

    @Test("interest can change")
    func interest() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let log = OnLoop(loop, 0)
            await log.run { loop, log in
                loop.watch(pipe.writing, []) { readiness in
                    #expect(readiness == .writable)
                    loop.setInterest(pipe.writing, [])
                    log.assumeIsolated { $0.change { $0 += 1 } }
                }
                loop.setInterest(pipe.writing, .writable)
            }
            while await log.read({ $0 < 1 }) { try await loop.sleep(for: .milliseconds(1)) }
            await log.run { loop, _ in loop.setInterest(pipe.writing, .writable) }
            while await log.read({ $0 < 2 }) { try await loop.sleep(for: .milliseconds(1)) }
            await log.run { loop, _ in loop.unwatch(pipe.writing) }
            close(pipe.reading)
            close(pipe.writing)
        }
    }

    /// Two pipes become readable in one round. Whichever handler runs first closes the other pipe
    /// and puts a new one, which is not readable, at the same number.
    @Test("an event for the earlier owner of a descriptor number is not delivered")
    func staleEvent() async throws {
        try await withLoop { loop in
            let pipes = [try Pipe(), try Pipe()]
            let fresh = try Pipe()
            let log = OnLoop(loop, [String]())
            await log.run { loop, log in
                for (own, other) in [(pipes[0], pipes[1]), (pipes[1], pipes[0])] {
                    loop.watch(own.reading, .readable) { _ in
                        log.assumeIsolated { $0.change { $0.append("first") } }
                        loop.unwatch(own.reading)
                        loop.unwatch(other.reading)
                        dup2(fresh.reading, other.reading)
                        loop.watch(other.reading, .readable) { _ in
                            log.assumeIsolated { $0.change { $0.append("stale") } }
                        }
                    }
                }
                // Both are ready before the loop polls again.
                for pipe in pipes { pipe.send() }
            }
            while await log.read({ $0.isEmpty }) { try await loop.sleep(for: .milliseconds(1)) }
            try await loop.sleep(for: .milliseconds(5))
            #expect(await log.read { $0 } == ["first"])
            for pipe in pipes + [fresh] {
                close(pipe.reading)
                close(pipe.writing)
            }
        }
    }

    @Test("a descriptor closed and reopened without unwatch is watched again")
    func silentReopen() async throws {
        try await withLoop { loop in
            let first = try Pipe()
            let second = try Pipe()
            let log = OnLoop(loop, false)
            await log.run { loop, log in
                loop.watch(first.reading, .readable) { _ in Issue.record("the old handler ran") }
                close(first.reading)
                dup2(second.reading, first.reading)
                loop.watch(first.reading, .readable) { _ in
                    loop.unwatch(first.reading)
                    log.assumeIsolated { $0.change { $0 = true } }
                }
            }
            second.send()
            while await log.read({ !$0 }) { try await loop.sleep(for: .milliseconds(1)) }
            for pipe in [first, second] {
                close(pipe.reading)
                close(pipe.writing)
            }
        }
    }

    @Test("writing to a closed pipe on the loop is EPIPE, not the end of the process")
    func brokenPipe() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            close(pipe.reading)
            let code = await OnLoop(loop, ()).run { _, _ in
                var byte: UInt8 = 0
                return unsafe write(pipe.writing, &byte, 1) < 0 ? errno : 0
            }
            #expect(code == EPIPE)
            close(pipe.writing)
        }
    }
}
