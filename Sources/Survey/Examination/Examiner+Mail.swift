internal import Audit
internal import Evidence
internal import Loop
internal import MTASTS

/// How an examiner gets MX hosts probed: the connections and the loop of its own reactor, the desk
/// of the survey.
struct MailProbing: Sendable {
    var service: any MailProbeService
    var desk: ProbeDesk
    var loop: Loop
}

extension Examiner {
    /// Probes the MX hosts that senders would deliver to, by what was seen of the policy.
    ///
    /// - Parameter evidence: MX and fetches are in it already.
    /// - Returns: sorted by host; nil when no host is worth a probe.
    func mailProbes(
        _ domain: DomainName, _ evidence: Evidence
    ) async throws -> (probes: [MailProbe]?, queries: Int) {
        guard options.probesMX, let mail else { return (nil, 0) }
        let hosts = Judge().hostsToProbe(
            evidence, of: domain, limit: options.probedHostsPerDomain)
        if hosts.isEmpty { return (nil, 0) }
        let asker = ProbeDesk.Asker(loop: mail.loop, sleep: retrying.sleep) { host, turn in
            try await look(at: host, mail, turn)
        }
        return try await withThrowingTaskGroup { group in
            for host in hosts {
                group.addTask { try await mail.desk.probe(host, by: asker) }
            }
            var probes: [MailProbe] = []
            var queries = 0
            for try await look in group {
                probes.append(look.probe)
                queries += look.queries
            }
            return (probes.sorted { $0.host < $1.host }, queries)
        }
    }

    /// One look at a host, for all domains that name it.
    private func look(
        at host: String, _ mail: MailProbing, _ turn: ProbeDesk.Turn
    ) async throws -> ProbeDesk.Look {
        let (found, spent) = try await addresses(of: host)
        let permitted = found.all.filter(options.addressGuard.permits)
            .prefix(max(0, options.addressesPerProbedHost))
        let probe: MailProbe
        if permitted.isEmpty {
            let failure = Self.reason(found)
            probe = MailProbe(host: host, outcome: .failed(failure))
        } else {
            probe = try await retrying.probe(isRepeat: turn.isRepeat) {
                try await attempt(host, at: permitted, mail, turn)
            }
        }
        return ProbeDesk.Look(probe: probe, queries: spent.queries)
    }

    /// Why there is no address to contact.
    private static func reason(_ addresses: HostAddresses) -> MailProbeFailure {
        // Addresses of one family that nobody may contact say nothing about the other family.
        if let failure = addresses.v4.failure ?? addresses.v6.failure {
            return .lookupFailed(failure)
        }
        return addresses.all.isEmpty ? .noAddress : .guarded
    }

    /// Goes through the addresses while TCP does not connect (RFC 5321 §5.1).
    ///
    /// - Returns: what came of the first that connected; where none did, the first failure that
    ///   is not a mere lack of a route (to IPv6, most likely). `connections` counts real ones.
    private func attempt(
        _ host: String, at addresses: ArraySlice<IPAddress>, _ mail: MailProbing,
        _ turn: ProbeDesk.Turn
    ) async throws -> (probe: MailProbe, connections: Int) {
        var failed: MailProbe?
        var connections = 0
        for address in addresses {
            let (probe, made) = try await connect(host, to: address, mail, turn)
            connections += made
            if probe.outcome.hasConnected != false { return (probe, connections) }
            if failed == nil || failed?.outcome == .failed(.unreachable) { failed = probe }
        }
        let nothing = MailProbe(host: host, outcome: .failed(.noAddress))
        return (failed ?? nothing, connections)
    }

    private func connect(
        _ host: String, to address: IPAddress, _ mail: MailProbing, _ turn: ProbeDesk.Turn
    ) async throws -> (probe: MailProbe, connections: Int) {
        switch try await mail.desk.enter(address, turn) {
        case .silent:
            let outcome = MailProbe.Outcome.failed(.connectTimeout)
            return (MailProbe(host: host, address: address, outcome: outcome), 0)
        case .granted(let pause):
            do {
                if pause > .zero { try await retrying.sleep(pause) }
                try Task.checkCancellation()
            } catch {
                await mail.desk.leave(address, of: host, hasConnected: nil)
                throw error
            }
            counters.probes.add(1)
            let probe = await mail.service.probe(mailHost: host, from: address)
            // A connection that was cut short says nothing about the port.
            let hasConnected = Task.isCancelled ? nil : probe.outcome.hasConnected
            await mail.desk.leave(address, of: host, hasConnected: hasConnected)
            try Task.checkCancellation()
            return (probe, 1)
        }
    }
}
