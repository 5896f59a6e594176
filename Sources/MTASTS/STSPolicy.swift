/// An MTA-STS policy (RFC 8461 §3.2) as a sender reads it.
public struct STSPolicy: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable, CaseIterable, Codable {
        case enforce, testing, none
    }

    public let mode: Mode
    /// Seconds, 0 to `maximumMaxAge`.
    public let maxAge: Int
    /// In the order of the text, repetitions kept; empty only with mode `none`.
    public let mx: [MXPattern]
    /// Fields that a sender ignores, in their order; later duplicates of a known field are not
    /// among them but reported as `PolicyProblem.Kind.duplicateField`.
    public let extensions: [ExtensionField]

    /// One Gregorian year in seconds, the greatest `max_age` (RFC 8461 §3.2).
    public static let maximumMaxAge = 31_557_600

    init(mode: Mode, maxAge: Int, mx: [MXPattern], extensions: [ExtensionField]) {
        self.mode = mode
        self.maxAge = maxAge
        self.mx = mx
        self.extensions = extensions
    }

    /// - Returns: nil when `maxAge` is out of range, or `mx` is empty and the mode not `none`.
    public init?(mode: Mode, maxAge: Int, mx: [MXPattern]) {
        guard (0...Self.maximumMaxAge).contains(maxAge), !mx.isEmpty || mode == .none
        else { return nil }
        self.init(mode: mode, maxAge: maxAge, mx: mx, extensions: [])
    }

    /// Whether an MX host is one the policy allows (RFC 8461 §4.1): the first pattern that
    /// covers it, or nil. Nothing is covered in mode `none` unless patterns are given.
    public func pattern(covering host: some StringProtocol) -> MXPattern? {
        mx.first { $0.covers(host) }
    }

    /// The policy as a policy host should serve it, each line ended by CRLF.
    /// Reading it gives an equal policy.
    public var text: String {
        var lines = ["version: STSv1", "mode: \(mode.rawValue)"]
        lines += mx.map { "mx: \($0)" }
        lines.append("max_age: \(maxAge)")
        lines += extensions.map { "\($0.name): \($0.value)" }
        return lines.map { $0 + "\r\n" }.joined()
    }
}

/// What a policy text says when read by the grammar of RFC 8461 §3.2.
public struct STSPolicyReading: Hashable, Sendable {
    /// Nil exactly when one of the problems is fatal.
    public let policy: STSPolicy?
    /// Everything wrong, in the order of the text, what is missing last; at most
    /// `ProblemLimit.count`.
    public let problems: [PolicyProblem]

    /// Reads a policy text.
    ///
    /// - Parameter bytes: the body as served; any bytes.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func read(_ bytes: [UInt8]) -> STSPolicyReading {
        var reader = PolicyReader(bytes)
        return reader.read()
    }
}
