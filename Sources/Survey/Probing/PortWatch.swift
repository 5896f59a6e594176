internal import Evidence

/// Finds out whether this network lets SMTP out at all. Many do not (RFC 5068 §3.1 asks networks
/// of end users to block port 25), and then a thousand MX hosts look dead although none is.
///
/// While nothing has connected and `hostsNeeded` hosts, each at an address of its own, failed to,
/// the port is *suspected*: a few trials at a time go on, other hosts are left for the last pass.
/// That begins in *doubt*, tries hosts that were not tried before, and decides before it tells
/// any domain: as many failures again, or nobody left to try, and the port is *blocked*. The first
/// connection anywhere ends the watch for good.
struct PortWatch {
    enum Permit: Equatable {
        case probe
        /// Probe, and call `endTrial()` after it.
        case trial
        /// Do not probe in this pass: it would most likely cost a timeout and tell nothing.
        case skip
        /// Ask again when it is decided.
        case wait
        case blocked
    }

    private enum State: Equatable {
        case unknown
        case suspected
        case doubted
        case blocked
        /// Something connected, or too little was tried to tell.
        case over
    }

    private var state = State.unknown
    private var pass = 0
    private var isLastPass = false
    private var trials = 0
    /// Hosts that failed to connect, each at an address of its own, in the state that lasts.
    private var failures: [(host: String, address: IPAddress)] = []
    /// Hosts that failed in earlier passes: the poorest witnesses of the port.
    private var failedBefore: Set<String> = []

    static let hostsNeeded = 5
    static let trialsAtOnce = 5
    private static let failedKept = 256

    mutating func beginPass(isLast: Bool) {
        pass += 1
        isLastPass = isLast
        guard isLast, state == .suspected else { return }
        state = .doubted
        failures = []
    }

    mutating func permit(for host: String) -> Permit {
        switch state {
        case .unknown, .over: return .probe
        case .blocked: return .blocked
        case .suspected: if trials >= Self.trialsAtOnce { return .skip }
        case .doubted:
            if trials >= Self.trialsAtOnce || failedBefore.contains(host) { return .wait }
        }
        trials += 1
        return .trial
    }

    mutating func endTrial() { trials -= 1 }

    /// Whether a connection that is no trial would be in vain.
    var isPointless: Bool { state == .suspected || state == .blocked }

    var isBlocked: Bool { state == .blocked }

    /// Results that failed to connect are to wait, since all of them may yet turn out to be one
    /// blocked port. Never in a run of a single pass, which is one of a few domains.
    var isUndecided: Bool {
        state == .doubted || (state == .unknown && isLastPass && pass > 1)
    }

    /// Nobody is left who could decide.
    mutating func giveUp() {
        switch state {
        case .doubted: state = .blocked
        case .unknown: state = .over
        case .suspected, .blocked, .over: break
        }
    }

    /// Takes note of a connection that was tried.
    mutating func note(_ host: String, at address: IPAddress, hasConnected: Bool) {
        switch state {
        case .over, .blocked: return
        case .unknown, .suspected, .doubted: break
        }
        if hasConnected {
            state = .over
            failures = []
            failedBefore = []
            return
        }
        if !isLastPass, failedBefore.count < Self.failedKept { failedBefore.insert(host) }
        guard state != .suspected,
            !failures.contains(where: { $0.host == host || $0.address == address })
        else { return }
        failures.append((host, address))
        guard failures.count >= Self.hostsNeeded else { return }
        if !isLastPass {
            state = .suspected
        } else if isUndecided {
            state = .blocked
        } else {
            // A single pass has told domains already that their hosts cannot be reached, and goes
            // on in the same words.
            state = .over
        }
    }
}
