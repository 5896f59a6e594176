import Foundation
import Glibc
import Loop
import LoopbackPorts

/// A real Postfix on loopback that only receives: `smtpd` at some addresses and one port, with
/// configuration, queue, data and log in a folder of its own.
///
/// Ends by `stop()`, and by itself after a few minutes should the test process die.
final class Postfix: Sendable {
    /// One `smtpd`, as a mail host of its own.
    struct Host: Sendable {
        /// Tells its lines in the log, as `postfix/<label>/smtpd`.
        var label: String
        /// On loopback.
        var address: String
        /// `name=value`, without spaces: `smtpd`'s own parameters.
        var options: [String]
    }

    struct Failure: Error {
        var what: String
        var log: String
    }

    let port: UInt16
    private let folder: String
    private let master: Server

    /// Whether tests are to use it; in CI they fail where something is in the way.
    static let isUsable =
        ProcessInfo.processInfo.environment["STSAUDIT_STRICT"] != nil || obstacle == nil

    /// Nil where Postfix can be started here; else what is in the way.
    static let obstacle: String? =
        if !FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix") {
            "Postfix is not installed (.ci/install tests)"
        } else if geteuid() != 0 {
            "Postfix is started by root only"
        } else {
            nil
        }

    /// - Parameter folder: an existing one that everybody may enter, since Postfix runs as
    ///   several users; stays the caller's.
    static func start(_ hosts: [Host], in folder: String) async throws -> Postfix {
        if let obstacle { throw Failure(what: obstacle, log: "") }
        let postfix = try await Postfix(hosts, folder: folder)
        do {
            if try await postfix.isStarted() { return postfix }
        } catch {
            await postfix.stop()
            throw error
        }
        await postfix.stop()
        throw Failure(what: "Postfix does not start", log: Self.text(folder + "/mail.log"))
    }

    private init(_ hosts: [Host], folder: String) async throws {
        self.folder = folder
        port = try LoopbackPort.free()
        try Self.configure(hosts, port: port, folder: folder)
        try await Self.run("postfix -c \(folder)/etc check > \(folder)/check 2>&1", in: folder)
        try await Self.run("postconf -dh daemon_directory > \(folder)/daemons", in: folder)
        let daemons = Self.text(folder + "/daemons").prefix { $0 != "\n" }
        // Not `postfix start`: its process would not be ours to end, and -e is the master's own.
        master = try Server(
            ["\(daemons)/master", "-c", folder + "/etc", "-d", "-e", "\(Self.limit)"])
    }

    /// Seconds; longer than the limit of the suite.
    private static let limit = 420

    /// What Postfix has written to its log so far.
    var log: String { Self.text(folder + "/mail.log") }

    /// The lines of one host.
    func log(of label: String) -> [String] {
        log.split(separator: "\n").filter { $0.contains(" postfix/\(label)/") }.map(String.init)
    }

    /// Waits for a line of this host with these words, for a few seconds.
    func hasLogged(_ label: String, _ words: String) async throws -> Bool {
        try await Self.comesTrue { self.log(of: label).contains { $0.contains(words) } }
    }

    /// Messages in any queue.
    var queued: [String] {
        let queues = ["maildrop", "incoming", "active", "deferred", "hold", "corrupt"]
        return queues.flatMap { queue in
            let files = FileManager.default.enumerator(atPath: "\(folder)/queue/\(queue)")
            return files?.compactMap { "\(queue)/\($0)" } ?? []
        }
    }

    func stop() async {
        master.signal(SIGTERM)
        // In a task of its own: it ends in good order for a test, too, whose time is over.
        let ending = Task { try await Self.comesTrue { !self.master.isRunning } }
        let hasEnded = try? await ending.value
        if hasEnded != true { master.signal(SIGKILL) }
    }

    // MARK: - Start

    private func isStarted() async throws -> Bool {
        _ = try await Self.comesTrue {
            !self.master.isRunning || self.log.contains("daemon started")
        }
        return master.isRunning
    }

    private static func configure(_ hosts: [Host], port: UInt16, folder: String) throws {
        let files = FileManager.default
        for name in ["etc", "queue", "data"] {
            try files.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        guard let owner = unsafe getpwnam("postfix") else {
            throw Failure(what: "no user postfix", log: "")
        }
        _ = unsafe chown(folder + "/data", owner.pointee.pw_uid, owner.pointee.pw_gid)
        try? files.removeItem(atPath: folder + "/mail.log")
        try main(folder: folder).write(
            toFile: folder + "/etc/main.cf", atomically: true, encoding: .utf8)
        try (hosts.map { service($0, port: port) } + helpers).joined(separator: "\n").write(
            toFile: folder + "/etc/master.cf", atomically: true, encoding: .utf8)
    }

    private static func main(folder: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(folder)/queue
        data_directory = \(folder)/data
        maillog_file = \(folder)/mail.log
        maillog_file_prefixes = \(folder)
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.lab.example
        mydestination =
        mynetworks =
        alias_maps =
        local_recipient_maps =
        smtpd_peername_lookup = no
        smtpd_client_connection_count_limit = 0
        smtpd_client_connection_rate_limit = 0
        smtpd_tls_loglevel = 1

        """
    }

    private static func service(_ host: Host, port: UInt16) -> String {
        let options = ["syslog_name=postfix/\(host.label)"] + host.options
        return """
            \(host.address):\(port) inet n - n - - smtpd
              \(options.map { "-o \($0)" }.joined(separator: " "))
            """
    }

    private static let helpers = [
        "tlsmgr unix - - n 1000? 1 tlsmgr", "postlog unix-dgram n - n - 1 postlogd",
        // Counts connections.
        "anvil unix - - n - 1 anvil", "",
    ]

    /// Runs one command to its end.
    private static func run(_ command: String, in folder: String) async throws {
        let shell = try Server(["/bin/sh", "-c", "PATH=/usr/sbin:$PATH; exec \(command)"])
        let hasEnded = try await comesTrue { !shell.isRunning }
        guard hasEnded, shell.status == 0 else {
            shell.signal(SIGKILL)
            throw Failure(what: command, log: text(folder + "/check"))
        }
    }

    // MARK: - Help

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func comesTrue(_ condition: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return condition()
    }
}

/// A process that leads a group of its own, which Postfix's master signals at its end, and that
/// blocks no signals: a child of Foundation's Process may inherit the mask of a thread that
/// blocks all of them.
private final class Server: Sendable {
    private let id: pid_t
    private let ending = Lock<Int32?>(nil)

    init(_ command: [String]) throws {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, command[0], nil, &attributes, &arguments, environ)
        guard code == 0 else {
            throw Postfix.Failure(what: "\(command[0]): errno \(code)", log: "")
        }
        self.id = id
    }

    var isRunning: Bool { status == nil }

    /// As waitpid gives it; nil before the end.
    var status: Int32? {
        ending.withLock { ending in
            var status: Int32 = 0
            // Once waited for, the number may be another process's.
            if ending == nil, unsafe waitpid(id, &status, WNOHANG) != 0 { ending = status }
            return ending
        }
    }

    func signal(_ number: Int32) {
        if isRunning { kill(id, number) }
    }
}
