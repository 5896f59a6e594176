// The text form of a profile:
//
//     # a comment, also behind a value
//     base = strict
//     mode-testing = error
//     short_max_age = 604800
//     expiry_days = 21
//
// One setting a line, each once. What is not set is as in the base, which is `default` unless
// the first setting names another.

extension SeverityProfile {
    /// Reads the text form of a profile.
    ///
    /// - Parameter text: line ends are LF or CRLF.
    /// - Throws: every line that cannot be followed, so that a file is mended in one go. Nothing
    ///   is ever skipped: a setting that was mistyped would change what a run says.
    /// - Complexity: O(size of the text).
    public init(file text: some StringProtocol) throws(SeverityProfileError) {
        var reader = ProfileReader()
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            reader.read(line: line)
        }
        guard reader.problems.isEmpty else {
            throw SeverityProfileError(problems: reader.problems)
        }
        self = reader.profile
    }

    /// The settings that differ from the default profile, by their names in a file.
    public var settings: [String: String] {
        var settings: [String: String] = [:]
        for (cause, severity) in overrides where severity != cause.defaultSeverity {
            // Said as it works: an override that `severity(of:)` ignores is none.
            guard self.severity(of: cause) == severity else { continue }
            settings[cause.code] = severity.rawValue
        }
        let standard = SeverityProfile.default
        if shortMaxAge != standard.shortMaxAge {
            settings[ProfileNumber.shortMaxAge.rawValue] = String(shortMaxAge)
        }
        if expiryDays != standard.expiryDays {
            settings[ProfileNumber.expiryDays.rawValue] = String(expiryDays)
        }
        return settings
    }
}

/// The lines of a profile that cannot be followed; at least one, at most 50.
public struct SeverityProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [SeverityProfileProblem]

    /// One line for each problem.
    public var description: String {
        problems.map { "line \($0.line): \($0.kind.phrase)" }.joined(separator: "\n")
    }
}

/// One line of a profile that cannot be followed.
public struct SeverityProfileProblem: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// No `name = value`.
        case notASetting(String)
        case unknownName(String)
        /// The cause's own severity is `unmeasured`, which is no matter of taste.
        case notMeasured(Cause)
        case severity(Cause, String)
        case number(name: String, value: String, allowed: ClosedRange<Int>)
        case base(String)
        /// `base` would undo the settings before it.
        case baseNotFirst
        case repeated(String, firstLine: Int)
    }

    /// From 1.
    public var line: Int
    public var kind: Kind
}

/// The settings that are no severities.
private enum ProfileNumber: String, CaseIterable {
    case shortMaxAge = "short_max_age"
    case expiryDays = "expiry_days"

    var allowed: ClosedRange<Int> {
        switch self {
        // RFC 8461 §3.2: no max_age is above one year.
        case .shortMaxAge: 0...31_557_600
        case .expiryDays: 0...365
        }
    }
}

private struct ProfileReader {
    var profile = SeverityProfile.default
    private(set) var problems: [SeverityProfileProblem] = []
    private var line = 0
    private var firstLines: [String: Int] = [:]

    mutating func read(line bytes: some Collection<UInt8>) {
        line += 1
        // A name or a value never holds "#", so it always begins a comment.
        let setting = Self.trimmed(bytes.prefix { $0 != 0x23 })
        guard !setting.isEmpty else { return }
        guard let equals = setting.firstIndex(of: 0x3D) else {
            report(.notASetting(Wording.quote(setting)))
            return
        }
        let name = String(decoding: Self.trimmed(setting[..<equals]), as: UTF8.self)
        let value = Self.trimmed(setting[(equals + 1)...])
        if let first = firstLines[name] {
            report(.repeated(name, firstLine: first))
            return
        }
        if name == "base" {
            setBase(value)
        } else if let number = ProfileNumber(rawValue: name) {
            set(number, value)
        } else if let cause = Cause(rawValue: name) {
            set(cause, value)
        } else {
            report(.unknownName(Wording.quote(name)))
            return
        }
        firstLines[name] = line
    }

    private mutating func setBase(_ value: [UInt8]) {
        guard firstLines.isEmpty else { return report(.baseNotFirst) }
        let name = String(decoding: value, as: UTF8.self)
        guard let base = SeverityProfile(named: name) else {
            return report(.base(Wording.quote(name)))
        }
        profile = base
    }

    private mutating func set(_ number: ProfileNumber, _ value: [UInt8]) {
        // Int(_:) would take a sign as well.
        let isDigits = value.allSatisfy { (0x30...0x39).contains($0) }
        let read = isDigits ? Int(String(decoding: value, as: UTF8.self)) : nil
        guard let read, number.allowed.contains(read) else {
            report(
                .number(
                    name: number.rawValue, value: Wording.quote(value), allowed: number.allowed))
            return
        }
        switch number {
        case .shortMaxAge: profile.shortMaxAge = read
        case .expiryDays: profile.expiryDays = read
        }
    }

    private mutating func set(_ cause: Cause, _ value: [UInt8]) {
        guard cause.defaultSeverity != .unmeasured else { return report(.notMeasured(cause)) }
        let severity = Severity(rawValue: String(decoding: value, as: UTF8.self))
        guard let severity, severity != .unmeasured else {
            return report(.severity(cause, Wording.quote(value)))
        }
        profile.overrides[cause] = severity
    }

    private mutating func report(_ kind: SeverityProfileProblem.Kind) {
        guard problems.count < 50 else { return }
        problems.append(SeverityProfileProblem(line: line, kind: kind))
    }

    /// Without the white space around; a CR at the end of a line is such.
    private static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = Array(bytes.drop(while: isBlank))
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}

extension SeverityProfileProblem.Kind {
    /// What is wrong and what would be right.
    fileprivate var phrase: String {
        switch self {
        case .notASetting(let text): "\(text) is no setting; write name = value"
        case .unknownName(let name): "there is no \(name); possible are \(Self.names(near: name))"
        case .notMeasured(let cause):
            "\(cause.code) says that something was not measured, which no profile changes"
        case .severity(let cause, let text):
            "\(cause.code) is error, warning or advice, not \(text)"
        case .number(let name, let value, let allowed):
            "\(name) is \(allowed.lowerBound) to \(allowed.upperBound), not \(value)"
        case .base(let text): "base is \(Wording.list(SeverityProfile.names)), not \(text)"
        case .baseNotFirst: "base comes before every other setting"
        case .repeated(let name, let first): "\(name) is set on line \(first) already"
        }
    }

    /// Of a mistyped cause, those of its part of the set-up; otherwise every name.
    private static func names(near name: String) -> String {
        let causes = Cause.allCases.filter { $0.defaultSeverity != .unmeasured }.map(\.code)
        // The name is quoted.
        let word = name.dropFirst().prefix { $0 != "-" && $0 != "\"" }
        let near = causes.filter { $0.hasPrefix(word + "-") }
        let all = ["base"] + ProfileNumber.allCases.map(\.rawValue) + causes
        return (near.isEmpty ? all : near).joined(separator: ", ")
    }
}
