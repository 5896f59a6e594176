import Evidence
import Fetch
import Loop
import MTASTS
import Resolve

@testable import Survey

/// MX hosts as a table: what is probed is written down, what is not in the table is verified.
final class MailScript: MailProbeService {
    fileprivate struct State {
        var outcomes: [String: [MailProbe.Outcome]]
        var probed: [String] = []
        var inside: [String: Int] = [:]
        var most: [String: Int] = [:]
        var cancelled = 0
    }
    private let state: Lock<State>
    /// Called with the host at each probe, and waited for.
    private let onProbe: @Sendable (String) async -> Void

    /// - Parameter outcomes: by host or by address; the last for all further times.
    init(
        _ outcomes: [String: [MailProbe.Outcome]] = [:],
        onProbe: @escaping @Sendable (String) async -> Void = { _ in await Task.yield() }
    ) {
        state = Lock(State(outcomes: outcomes))
        self.onProbe = onProbe
    }

    func probe(mailHost: String, from address: IPAddress) async -> MailProbe {
        let keys = [mailHost, address.description, "all"]
        state.withLock { state in
            state.probed.append("\(mailHost) \(address)")
            for key in keys {
                let inside = state.inside[key, default: 0] + 1
                state.inside[key] = inside
                state.most[key] = max(state.most[key] ?? 0, inside)
            }
        }
        await onProbe(mailHost)
        return state.withLock { state in
            for key in keys { state.inside[key, default: 0] -= 1 }
            if Task.isCancelled { state.cancelled += 1 }
            return MailProbe(
                host: mailHost, address: address,
                outcome: state.next(mailHost) ?? state.next(address.description) ?? .verified)
        }
    }

    /// Host and address of each probe, in order.
    var probed: [String] { state.withLock { $0.probed } }
    var cancelled: Int { state.withLock { $0.cancelled } }
    /// The most probes at one time: of a host, at an address, in all (`all`).
    func most(_ key: String) -> Int { state.withLock { $0.most[key] ?? 0 } }
    var most: [String: Int] { state.withLock { $0.most } }

    func set(_ key: String, _ outcome: MailProbe.Outcome?) {
        state.withLock { $0.outcomes[key] = outcome.map { [$0] } }
    }
}

extension MailScript.State {
    mutating func next(_ key: String) -> MailProbe.Outcome? {
        guard var rest = outcomes[key], let next = rest.first else { return nil }
        if rest.count > 1 {
            rest.removeFirst()
            outcomes[key] = rest
        }
        return next
    }
}

extension MailProbe.Outcome {
    static let timeout = Self.failed(.connectTimeout)
    static let refused = Self.failed(.connectRefused)
    static let plain = Self.failed(.startTLSMissing)
    static let deferred = Self.failed(.refused(code: 421))
}

/// Domains `d0.example`, `d1.example`, ... that are sound but for their MX host, which is one of
/// `hosts` in turn: `mx0.provider.example` at an address of its own, and so on.
struct Hosted: NameService, PolicyService {
    var hosts: Int
    /// Addresses of the MX hosts, which share them in turn; nil: as many as hosts.
    var addresses: Int?
    /// What the TLSRPT lookup of a domain comes to.
    var reporting: @Sendable (String) -> LookupFailure? = { _ in nil }

    private static func number(_ name: String) -> Int {
        name.split(separator: ".").lazy.compactMap { label -> Int? in
            guard let digits = label.first == "d" ? label.dropFirst() : nil else { return nil }
            return Int(digits)
        }.first ?? 0
    }

    func mx(_ name: String) async -> Resolution<[MXRecord]> {
        let host = "mx\(Self.number(name) % hosts).provider.example"
        return Resolution(
            lookup: Lookup(.found([MXRecord(preference: 1, host: host)])), queries: 1)
    }

    func txt(_ name: String) async -> Resolution<[TXTRecord]> {
        if name.hasPrefix("_mta-sts.") {
            return Resolution(lookup: Lookup(.found(["v=STSv1; id=1;"])), queries: 1)
        }
        guard name.hasPrefix("_smtp._tls.") else {
            return Resolution(lookup: Lookup(.nameMissing), queries: 1)
        }
        if let failure = reporting(name) {
            return Resolution(lookup: Lookup(.failed(failure)), queries: 1)
        }
        return Resolution(
            lookup: Lookup(.found(["v=TLSRPTv1; rua=mailto:a@b.example"])), queries: 1)
    }

    func addresses(_ host: String) async -> HostResolution {
        let v4 = await addresses(host, .v4)
        return HostResolution(
            addresses: HostAddresses(v4: v4.lookup, v6: Lookup(.noData)), queries: 2)
    }

    func addresses(_ host: String, _ family: IPAddress.Family) async -> Resolution<[IPAddress]> {
        var address = IPAddress("192.0.32.1")
        if host.hasPrefix("mx"), let number = Int(host.dropFirst(2).prefix { $0 != "." }) {
            let place = number % (addresses ?? hosts)
            address = IPAddress("192.0.\(33 + place / 250).\(place % 250 + 1)")
        }
        return Resolution(lookup: Lookup(.found([address].compactMap(\.self))), queries: 1)
    }

    func alias(of host: String) async -> Resolution<String> {
        Resolution(lookup: Lookup(.noData), queries: 1)
    }

    func isAnswering() async -> Bool { true }

    func fetch(policyHost: String, from address: IPAddress) async -> Fetch {
        let text = "version: STSv1\nmode: enforce\nmx: *.provider.example\nmax_age: 604800\n"
        return Fetch(address: address, outcome: .status(200, text))
    }
}
