import Foundation
import Glibc
import Synchronization

@testable import stsaudit

/// A line of shell that runs the tool, with all signals as a fresh terminal would have them, and
/// what it cost. `"$@"` of the line is the tool with its arguments.
///
/// Foundation's Process hands on whatever signals this process ignores, and tells no memory.
final class MeasuredProcess: Sendable {
    struct Outcome {
        var status: Int32
        /// Ended by a signal, whose number is in `status`.
        var isKilled: Bool
        var out: String
        var errors: String
        var seconds: Double
        /// Of its largest process; 0 unless it is wanted (`FaultTable.isWanted`).
        var peakKilobytes: Int
    }

    private struct Ending: Sendable {
        var status: Int32
        var peakKilobytes: Int
        var at: ContinuousClock.Instant
    }

    private let scratch: Scratch
    private let out: String
    private let errors: String
    private let started = ContinuousClock.now
    private let ended: Task<Ending, Never>
    private let number: Number

    /// The process's number, which is another's once it has been waited for.
    private final class Number: Sendable {
        private let id: pid_t
        private let isOver = Mutex(false)

        init(_ id: pid_t) { self.id = id }

        /// As waitpid gives it, once; nil before the end.
        func status() -> Int32? {
            isOver.withLock { isOver in
                var status: Int32 = 0
                guard unsafe waitpid(id, &status, WNOHANG) != 0 else { return nil }
                isOver = true
                return status
            }
        }

        func signal(_ number: Int32) { isOver.withLock { if !$0 { kill(id, number) } } }

        var isEnded: Bool { isOver.withLock { $0 } }

        func killGroup() { isOver.withLock { if !$0 { kill(-id, SIGKILL) } } }
    }

    struct CannotStart: Error { var errno: Int32 }

    /// - Parameter line: executed by bash with `scratch` as its folder; ends in `exec "$@"` when
    ///   `signal` is to reach the tool.
    init(_ line: String, _ arguments: [String], in scratch: Scratch) throws {
        self.scratch = scratch
        let run = scratch.nextNumber()
        out = scratch.path(".\(run).out")
        errors = scratch.path(".\(run).err")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, out, flags, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        unsafe sigfillset(&all)
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        // What other tests have open just now is not to count against a limit of open files.
        let closing =
            #"for n in /proc/$$/fd/*; do n=${n##*/}; [ $n -le 2 ] || eval "exec $n>&-"; done"#
        let command = [
            "/bin/bash", "-c", "\(closing); cd \(Shell.quoted(scratch.folder)); " + line, "bash",
            Tool.path,
        ]
        var words: [UnsafeMutablePointer<CChar>?] = unsafe (command + arguments).map {
            unsafe strdup($0)
        }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, "/bin/bash", &actions, &attributes, &words, environ)
        guard code == 0 else { throw CannotStart(errno: code) }
        number = Number(id)
        ended = Self.ending(of: id, number)
    }

    deinit { number.killGroup() }

    private static func ending(of id: pid_t, _ number: Number) -> Task<Ending, Never> {
        Task {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    var peak = 0
                    while true {
                        if let status = number.status() {
                            return continuation.resume(
                                returning: Ending(status: status, peakKilobytes: peak, at: .now))
                        }
                        if FaultTable.isWanted { peak = max(peak, Self.memory(ofGroup: id)) }
                        poll(nil, 0, 10)
                    }
                }
            }
        }
    }

    /// The most that any process of the group has had in memory since it executed its program.
    ///
    /// What wait4(2) tells is no measure: until then the child has this process's memory.
    private static func memory(ofGroup group: pid_t) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { $0.allSatisfy(\.isNumber) }.map { name in
            // After the name in parentheses: state, parent, group.
            let stat = (try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8)) ?? ""
            let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 2, Int32(fields[2]) == group else { return 0 }
            let text = (try? String(contentsOfFile: "/proc/\(name)/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }.max() ?? 0
    }

    /// Nothing once the process has ended.
    func signal(_ signal: Int32) { number.signal(signal) }

    var isEnded: Bool { number.isEnded }

    var errorsSoFar: String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }

    /// Waits for the end. A test whose time is over is cancelled: that ends the whole group.
    func outcome() async throws -> Outcome {
        let ending = await withTaskCancellationHandler {
            await ended.value
        } onCancel: {
            number.killGroup()
        }
        try Task.checkCancellation()
        let signal = ending.status & 0x7F
        return Outcome(
            status: signal == 0 ? ending.status >> 8 & 0xFF : signal, isKilled: signal != 0,
            out: try String(contentsOfFile: out, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8),
            seconds: (ending.at - started) / .seconds(1), peakKilobytes: ending.peakKilobytes)
    }
}
