import Foundation
import Glibc

/// A headless Chromium, spoken to with the DevTools protocol over two pipes: NUL-terminated JSON,
/// read at descriptor 3 of the browser and written at 4 (`--remote-debugging-pipe`).
///
/// Blocks its thread, with a deadline for everything; `Browser.session` gives it one of its own.
/// The browser and its helpers are a process group, which ends with the session.
final class Browser {
    static let path: String? = [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    ].first { unsafe access($0, X_OK) == 0 }

    /// Whether tests are to use it; in CI they fail where it is not installed.
    static let isUsable = Strictness.isCI || path != nil
    static let missing = "Chromium is not installed; .ci/install tests installs it"

    enum Failure: Error {
        case cannotStart(errno: Int32)
        case late(waitingFor: String)
        case closed
        case refused(method: String, message: String)
        case threw(String)
    }

    private let process: pid_t
    private let toBrowser: Int32
    private let fromBrowser: Int32
    private let deadline: ContinuousClock.Instant
    private var unread: [UInt8] = []
    private var lastID = 0
    fileprivate(set) var session: String?
    /// What went wrong in the page by its own account: console errors, exceptions, log entries.
    private(set) var troubles: [String] = []
    /// Addresses of everything that was asked for.
    private(set) var requests: [String] = []
    private(set) var dialogs: [String] = []

    /// Runs `body` with a browser on a thread of its own, and ends the browser.
    static func session<Value: Sendable>(
        in scratch: Scratch, limit: Duration = .seconds(60),
        _ body: @escaping @Sendable (Browser) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let browser = try Browser(in: scratch, deadline: .now + limit)
                        defer { browser.end() }
                        return try body(browser)
                    })
            }
        }
    }

    private init(in scratch: Scratch, deadline: ContinuousClock.Instant) throws {
        self.deadline = deadline
        let (theirInput, toBrowser) = try Self.pipe()
        let (fromBrowser, theirOutput) = try Self.pipe()
        self.toBrowser = toBrowser
        self.fromBrowser = fromBrowser
        let log = scratch.path("chromium-\(scratch.nextNumber()).log")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        unsafe posix_spawn_file_actions_adddup2(&actions, theirInput, 3)
        unsafe posix_spawn_file_actions_adddup2(&actions, theirOutput, 4)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let arguments =
            [Self.path ?? "chromium"] + Self.flags
            + ["--user-data-dir=" + scratch.path("profile-\(scratch.nextNumber())"), "about:blank"]
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(
            &process, arguments[0], &actions, &attributes, &pointers, environ)
        close(theirInput)
        close(theirOutput)
        guard code == 0 else {
            close(toBrowser)
            close(fromBrowser)
            throw Failure.cannotStart(errno: code)
        }
        self.process = process
        try attach()
    }

    private static let flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-extensions",
        "--window-size=1280,1000",
    ]

    /// High numbers, out of the way of the browser's 3 and 4.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw Failure.cannotStart(errno: errno) }
        let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 20) }
        ends.forEach { close($0) }
        return (high[0], high[1])
    }

    private func end() {
        // A browser whose pipe ends goes by itself; the group's end is for one that hangs.
        _ = try? send("Browser.close", Nothing(), session: nil)
        close(toBrowser)
        close(fromBrowser)
        var status: Int32 = 0
        for _ in 0..<40 {
            if unsafe waitpid(process, &status, WNOHANG) != 0 {
                // Whatever of its helpers is left.
                kill(-process, SIGKILL)
                return
            }
            poll(nil, 0, 50)
        }
        kill(-process, SIGKILL)
        _ = unsafe waitpid(process, &status, 0)
    }
}

// MARK: - The protocol

struct Nothing: Codable {}

extension Browser {
    private struct Command<Parameters: Encodable>: Encodable {
        var id: Int
        var method: String
        var params: Parameters
        var sessionId: String?
    }

    private struct Envelope: Decodable {
        struct Refusal: Decodable { var message: String }
        var id: Int?
        var method: String?
        var error: Refusal?
    }

    private struct Reply<Value: Decodable>: Decodable { var result: Value }

    /// Sends a command and waits for its answer; events that come meanwhile are kept.
    func call<Value: Decodable>(
        _ method: String, _ parameters: some Encodable = Nothing(),
        as type: Value.Type = Nothing.self
    ) throws -> Value {
        let id = try send(method, parameters, session: session)
        while true {
            let message = try next(waitingFor: method)
            let envelope = try JSONDecoder().decode(Envelope.self, from: message)
            if let event = envelope.method { try note(event, message) }
            guard envelope.id == id else { continue }
            if let error = envelope.error {
                throw Failure.refused(method: method, message: error.message)
            }
            return try JSONDecoder().decode(Reply<Value>.self, from: message).result
        }
    }

    fileprivate func send(
        _ method: String, _ parameters: some Encodable, session: String?
    ) throws -> Int {
        lastID += 1
        let command = Command(id: lastID, method: method, params: parameters, sessionId: session)
        let bytes = Array(try JSONEncoder().encode(command)) + [0]
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes { part in
                unsafe write(toBrowser, part.baseAddress, part.count)
            }
            guard count > 0 else { throw Failure.closed }
            sent += count
        }
        return lastID
    }

    /// The next message, without its NUL.
    private func next(waitingFor what: String) throws -> Data {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            if let end = unread.firstIndex(of: 0) {
                let message = Data(unread[..<end])
                unread.removeSubrange(...end)
                return message
            }
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { throw Failure.late(waitingFor: what) }
            var wait = pollfd(fd: fromBrowser, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&wait, 1, Int32(min(left, 1000))) > 0 else { continue }
            let count = unsafe read(fromBrowser, &buffer, buffer.count)
            guard count > 0 else { throw Failure.closed }
            unread += buffer[..<count]
        }
    }

    private func attach() throws {
        struct Target: Codable { var targetId: String }
        struct NewTarget: Encodable { var url = "about:blank" }
        struct Attachment: Encodable {
            var targetId: String
            var flatten = true
        }
        struct Session: Decodable { var sessionId: String }
        let target = try call("Target.createTarget", NewTarget(), as: Target.self)
        let attached = try call(
            "Target.attachToTarget", Attachment(targetId: target.targetId), as: Session.self)
        session = attached.sessionId
        for domain in ["Page", "Runtime", "Log", "Network"] { _ = try call("\(domain).enable") }
    }
}

// MARK: - Events

extension Browser {
    private struct Event<Parameters: Decodable>: Decodable { var params: Parameters }

    private struct Console: Decodable {
        struct Argument: Decodable { var description: String? }
        var type: String
        var args: [Argument]
    }
    private struct Thrown: Decodable {
        struct Details: Decodable {
            struct Exception: Decodable { var description: String? }
            var text: String
            var exception: Exception?
        }
        var exceptionDetails: Details
    }
    private struct Logged: Decodable {
        struct Entry: Decodable {
            var level: String
            var text: String
        }
        var entry: Entry
    }
    private struct Requested: Decodable {
        struct Request: Decodable { var url: String }
        var request: Request
    }
    private struct Dialog: Decodable { var message: String }

    private func note(_ event: String, _ message: Data) throws {
        func read<Parameters: Decodable>(_ type: Parameters.Type) throws -> Parameters {
            try JSONDecoder().decode(Event<Parameters>.self, from: message).params
        }
        switch event {
        case "Runtime.consoleAPICalled":
            let said = try read(Console.self)
            if ["error", "warning", "assert"].contains(said.type) {
                troubles.append(said.args.compactMap(\.description).joined(separator: " "))
            }
        case "Runtime.exceptionThrown":
            let details = try read(Thrown.self).exceptionDetails
            troubles.append(details.exception?.description ?? details.text)
        case "Log.entryAdded":
            let entry = try read(Logged.self).entry
            if ["error", "warning"].contains(entry.level) { troubles.append(entry.text) }
        case "Network.requestWillBeSent": requests.append(try read(Requested.self).request.url)
        case "Page.javascriptDialogOpening": dialogs.append(try read(Dialog.self).message)
        default: break
        }
    }
}
