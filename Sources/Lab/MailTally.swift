internal import Loop

/// What the mail hosts were asked, counted. The counts of addresses and names not met lately are
/// forgotten beyond some 65,000; the totals are whole.
public final class MailTally: Sendable {
    private let addresses = RecentCounts()
    private let serverNames = RecentCounts()
    private let clientNames = RecentCounts()
    private let commands = RecentCounts()
    private let totals = Lock(Totals())

    private struct Totals {
        var connections = 0
        var handshakes = 0
        var mailCommands = 0
    }

    /// TCP connections accepted at all addresses.
    public var connections: Int { totals.withLock(\.connections) }
    /// ClientHellos after STARTTLS.
    public var handshakes: Int { totals.withLock(\.handshakes) }
    /// MAIL, RCPT and DATA commands. An audit sends none.
    public var mailCommands: Int { totals.withLock(\.mailCommands) }

    /// TCP connections accepted at this address.
    public func connections(to address: String) -> Int { addresses[address] }
    /// Commands at this address, all of them or those with this verb (in capitals).
    public func commands(at address: String, _ verb: String? = nil) -> Int {
        commands[verb.map { "\(address) \($0)" } ?? address]
    }
    /// ClientHellos that asked for this name in SNI, lower case.
    public func handshakes(for serverName: String) -> Int { serverNames[serverName] }
    /// EHLO and HELO commands with this name, lower case.
    public func hellos(from clientName: String) -> Int { clientNames[clientName] }

    /// - Returns: the earlier connections to this address.
    func noteConnection(to address: String) -> Int {
        totals.withLock { $0.connections += 1 }
        return addresses.add(address)
    }

    func noteHandshake(for serverName: String?) {
        totals.withLock { $0.handshakes += 1 }
        if let serverName { _ = serverNames.add(serverName) }
    }

    func noteHello(from clientName: String) { _ = clientNames.add(clientName) }

    func noteCommand(_ verb: String, at address: String) {
        _ = commands.add(address)
        _ = commands.add("\(address) \(verb)")
    }

    func noteMailCommand() { totals.withLock { $0.mailCommands += 1 } }
}
