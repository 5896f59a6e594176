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

    /// Stable, for the store.
    public var code: String {
        switch self {
        case .mailPortBlocked: "mail-port-blocked"
        case .fileLimit: "file-limit"
        case .clockDoubtful: "clock-doubtful"
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
        }
    }
}
