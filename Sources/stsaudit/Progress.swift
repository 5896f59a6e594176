internal import Audit
internal import Glibc

/// What a run has done so far.
struct ProgressSnapshot {
    /// Domains settled by this process.
    var examined: Int
    /// Domains settled before a resumed run was taken up.
    var before = 0
    var total: Int
    /// Settled domains by verdict.
    var verdicts: [Verdict: Int]
    /// Domains that wait for the last pass.
    var unsettled = 0
    var elapsed: Duration
}

/// How progress is shown on standard error.
enum ProgressStyle: String, CaseIterable {
    case auto
    case none
    case plain
    case ansi

    /// `auto` is one rewritten line on a terminal, and a line every few seconds otherwise.
    var resolved: ProgressStyle {
        guard self == .auto else { return self }
        return Console.isTerminal(STDERR_FILENO) ? .ansi : .plain
    }
}

/// Renders snapshots; the clock and the counters are the caller's.
struct ProgressLine {
    /// One line of text, at most `width` characters.
    static func render(_ snapshot: ProgressSnapshot, width: Int) -> String {
        let settled = snapshot.before + snapshot.examined
        var parts = ["\(grouped(settled))/\(grouped(snapshot.total)) domains"]
        let seconds = snapshot.elapsed / .seconds(1)
        if seconds > 0.5, snapshot.examined > 0 {
            let rate = Double(snapshot.examined) / seconds
            parts.append("\(grouped(Int(rate)))/s")
            let left = Double(max(0, snapshot.total - settled))
            // The last pass waits for what answers late or never: no rate foretells it.
            if left > 0, settled + snapshot.unsettled < snapshot.total {
                parts.append("ETA \(clock(Int(min(left / rate, 1e9))))")
            }
        }
        let waiting = min(snapshot.unsettled, max(0, snapshot.total - settled))
        if waiting > 0 { parts.append("to ask again \(grouped(waiting))") }
        for verdict in Verdict.allCases {
            if let count = snapshot.verdicts[verdict], count > 0 {
                parts.append("\(verdict.rawValue) \(grouped(count))")
            }
        }
        return String(parts.joined(separator: "  ").prefix(max(20, width)))
    }

    /// `12345` as `12,345`.
    static func grouped(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (number < 0 ? "-" : "") + ([digits[...]] + groups).joined(separator: ",")
    }

    /// Seconds as `m:ss` or `h:mm:ss`.
    static func clock(_ seconds: Int) -> String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return hours > 0
            ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
    }
}

/// Shows snapshots until it is cancelled; leaves the terminal's line clean.
struct ProgressReporter {
    var style: ProgressStyle
    var snapshot: @Sendable () async -> ProgressSnapshot

    func run() async {
        switch style.resolved {
        case .none, .auto: return
        case .ansi: await show(every: .milliseconds(250)) { Console.raw("\r\u{1B}[K" + $0) }
        case .plain: await show(every: .seconds(5)) { Console.note($0, .progress) }
        }
        if style.resolved == .ansi { Console.raw("\r\u{1B}[K") }
    }

    private func show(every interval: Duration, _ write: (String) -> Void) async {
        while (try? await Task.sleep(for: interval)) != nil {
            write(ProgressLine.render(await snapshot(), width: Self.terminalWidth))
        }
    }

    private static var terminalWidth: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 200
        }
        return Int(size.ws_col) - 1
    }
}
