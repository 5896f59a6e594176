internal import Glibc

/// What is fuzzed: each reader of bytes that somebody else wrote.
enum Target: String, CaseIterable {
    /// A DNS message, and what it says as the reply to its question.
    case dns
    /// TXT records at `_mta-sts`.
    case record
    /// A policy, through the grammar, the linter and the sender panel.
    case policy
    /// TXT records at `_smtp._tls`.
    case tlsrpt
    /// A TLS report, as JSON or gzip.
    case report
    /// A TLS report in mail or an mbox, through GMime.
    case mail
    case portfolio
    case certificate
    /// The file of options.
    case config
    /// The file of severities.
    case profile
    /// MX patterns, domain names, addresses, times, and text made inert.
    case names
    /// The replies of an MX host.
    case dialogue
    /// Evidence read back from a store, and judged.
    case evidence

    /// Reads `bytes` and checks what has to hold; ends the process where it does not.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .dns: fuzzDNS(bytes)
        case .record: fuzzRecord(bytes)
        case .policy: fuzzPolicy(bytes)
        case .tlsrpt: fuzzTLSRPT(bytes)
        case .report: fuzzReport(bytes)
        case .mail: fuzzMail(bytes)
        case .portfolio: fuzzPortfolio(bytes)
        case .certificate: fuzzCertificate(bytes)
        case .config: fuzzConfig(bytes)
        case .profile: fuzzProfile(bytes)
        case .names: fuzzNames(bytes)
        case .dialogue: fuzzDialogue(bytes)
        case .evidence: fuzzEvidence(bytes)
        }
    }
}

/// Ends the process with `what` unless `condition` holds: libFuzzer then keeps the input.
func require(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { fail(what()) }
}

/// Says what does not hold, which a precondition of an optimised build would not.
func fail(_ what: String) -> Never {
    let line = Array("does not hold: \(what)\n".utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    abort()
}

/// Bytes cut at each zero byte: several texts from one input.
func texts(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
}
