import Foundation
import Glibc

/// The built tool, run as a user runs it.
enum Tool {
    /// SwiftPM puts it beside the test bundle, which is the running executable.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("stsaudit").path

    /// What a finished process left.
    struct Outcome {
        var status: Int32
        /// Ended by a signal, whose number is in `status`.
        var isKilled: Bool
        var out: String
        var errors: String
        /// Standard output byte for byte.
        var outBytes: Data
    }

    /// Runs the tool to its end.
    static func run(
        _ arguments: [String], input: [UInt8] = [], in scratch: Scratch
    ) async throws -> Outcome {
        try await start(arguments, input: input, in: scratch).outcome()
    }

    /// Starts the tool with `scratch` as its working directory.
    static func start(
        _ arguments: [String], input: [UInt8] = [], in scratch: Scratch
    ) throws -> RunningTool {
        try RunningTool(executable: path, arguments, input: input, in: scratch)
    }

    /// Runs a line of shell, for what only a shell can show: pipes, closed descriptors, quoting.
    static func shell(_ line: String, in scratch: Scratch) async throws -> Outcome {
        let tool = try RunningTool(executable: "/bin/bash", ["-c", line], in: scratch)
        return try await tool.outcome()
    }
}

/// A process whose streams are files: nothing blocks on a full pipe, and what it has said so far
/// can be read at any time. Killed when the value goes.
final class RunningTool: Sendable {
    private let process: Process
    private let ending: Task<Void, Never>
    private let out: URL
    private let errors: URL
    /// The working directory must live as long.
    private let scratch: Scratch

    init(
        executable: String, _ arguments: [String], input: [UInt8] = [], in scratch: Scratch
    ) throws {
        self.scratch = scratch
        let number = scratch.nextNumber()
        let streams = ["in", "out", "err"].map {
            URL(fileURLWithPath: scratch.folder + "/.\(number).\($0)")
        }
        (out, errors) = (streams[1], streams[2])
        try Data(input).write(to: streams[0])
        for stream in streams[1...] { try Data().write(to: stream) }
        process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: scratch.folder)
        process.standardInput = try FileHandle(forReadingFrom: streams[0])
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        ending = Task { for await _ in ended {} }
        process.terminationHandler = { _ in end.finish() }
        try process.run()
    }

    deinit { kill(SIGKILL) }

    var isRunning: Bool { process.isRunning }
    var outSoFar: String { (try? String(contentsOf: out, encoding: .utf8)) ?? "" }

    func kill(_ signal: Int32) {
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, signal) }
    }

    /// Waits for the end. A test whose time is over is cancelled: that ends the process with its
    /// group, which Foundation's Process has made for it. The end is not told before that of all
    /// that it has started.
    func outcome() async throws -> Tool.Outcome {
        await withTaskCancellationHandler {
            await ending.value
        } onCancel: {
            if process.isRunning { _ = Glibc.kill(-process.processIdentifier, SIGKILL) }
        }
        try Task.checkCancellation()
        let bytes = try Data(contentsOf: out)
        return Tool.Outcome(
            status: process.terminationStatus,
            isKilled: process.terminationReason == .uncaughtSignal,
            out: String(decoding: bytes, as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self), outBytes: bytes)
    }
}
