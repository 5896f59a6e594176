/// Something that holds for a whole run, and would be noise at each domain.
public enum SurveyNote: Hashable, Sendable {
    /// Nothing connected to any MX host, so that `hosts` of them were not probed: this network
    /// most likely lets no SMTP out. Above `ProbeLimits.hostsKept` hosts the count is an estimate.
    case mailPortBlocked(hosts: Int)
    /// Fewer connections at a time than asked for, because of the limit of open files.
    case fileLimit(limit: Int, connections: Int)
    /// Nearly every policy host had a certificate outside its time, `hosts` of them, which is
    /// rather the fault of one clock here than of all of theirs.
    case clockDoubtful(hosts: Int)
    /// Nearly every policy host had a certificate that leads to no trusted root, `hosts` of them
    /// at 20 addresses or more: the CA bundle is the wrong one, or somebody here intercepts TLS.
    case trustDoubtful(hosts: Int)
    /// Through the proxy next to none of the policy hosts were reached, and `hosts` were not.
    case proxyFailing(hosts: Int)

    /// Stable, for the store.
    public var code: String {
        switch self {
        case .mailPortBlocked: "mail-port-blocked"
        case .fileLimit: "file-limit"
        case .clockDoubtful: "clock-doubtful"
        case .trustDoubtful: "trust-doubtful"
        case .proxyFailing: "proxy-failing"
        }
    }

    /// - Parameter port: what MX hosts were contacted at.
    public func sentence(port: UInt16) -> String {
        switch self {
        case .mailPortBlocked(let hosts):
            "Port \(port) cannot be reached from here: MX hosts were not probed "
                + "(\(hosts) \(hosts == 1 ? "host" : "hosts"))."
        case .fileLimit(let limit, let connections):
            "The limit of \(limit) open files allows \(connections) connections at a time, which "
                + "makes the run longer; ulimit -n raises it (LimitNOFILE= in a unit)."
        case .clockDoubtful(let hosts):
            "\(hosts) policy hosts had a certificate that is expired or not yet valid, and next to "
                + "none a valid one: check the clock of this machine (date -u) before you believe it."
        case .trustDoubtful(let hosts):
            "\(hosts) policy hosts had a certificate that leads to no trusted root, and next to none "
                + "one that does: check the CA bundle (--ca-file), and whether TLS is intercepted here, "
                + "before you believe it."
        case .proxyFailing(let hosts):
            "Through the proxy \(hosts) policy hosts were not reached, and next to none were: check "
                + "--proxy, and what the proxy allows and reaches."
        }
    }
}
