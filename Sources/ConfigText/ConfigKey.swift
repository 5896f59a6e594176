/// An option that a file can set: its key is the long option's name.
///
/// The table is the only place that knows which options these are and what a file writes for
/// them. What a value means, its range and its default are the option's own, and `ConfigFile` asks
/// the parser about them. A test holds the table to the options that `audit` has.
package struct ConfigKey: Hashable {
    package var name: String
    package var kind: Kind
    /// Also set for other commands that have the option and `--config`. The others say what one
    /// audit writes where: `output` of an audit would turn a report on the screen into files.
    package var isShared: Bool

    /// What is written behind the key.
    package enum Kind: Hashable {
        case string
        case integer
        /// Whole or not.
        case number
        case boolean
        case strings

        var name: String {
            switch self {
            case .string: "a string"
            case .integer: "a whole number"
            case .number: "a number"
            case .boolean: "true or false"
            case .strings: "a list of strings"
            }
        }
    }

    package static func named(_ name: String) -> ConfigKey? { all.first { $0.name == name } }

    /// In the order of `audit --help`.
    package static let all: [ConfigKey] = [
        .init("store", .string, isShared: true),
        .init("output", .string),
        .init("prometheus", .string),
        .init("junit", .string),
        .init("name", .string),
        .init("resume", .boolean),
        .init("shard", .string),
        .init("fail-on", .string),
        .init("progress", .string),
        .init("log", .string),
        .init("limit-rate", .integer),
        .init("profile", .string, isShared: true),
        .init("resolver", .strings, isShared: true),
        .init("ca-file", .string, isShared: true),
        .init("policy-port", .integer, isShared: true),
        .init("proxy", .string, isShared: true),
        .init("allow-special-addresses", .boolean, isShared: true),
        .init("allow-network", .strings, isShared: true),
        .init("concurrency", .integer, isShared: true),
        .init("reactors", .integer, isShared: true),
        .init("per-address", .integer, isShared: true),
        .init("fetches", .integer, isShared: true),
        .init("dns-timeout", .number, isShared: true),
        .init("resolver-patience", .number, isShared: true),
        .init("connect-timeout", .number, isShared: true),
        .init("fetch-timeout", .number, isShared: true),
        .init("retries", .integer, isShared: true),
        .init("orphans", .boolean, isShared: true),
        .init("probe-mx", .boolean, isShared: true),
        .init("mail-port", .integer, isShared: true),
        .init("ehlo", .string, isShared: true),
        .init("probes", .integer, isShared: true),
        .init("probes-per-address", .integer, isShared: true),
        .init("probes-per-second", .integer, isShared: true),
        .init("probe-timeout", .number, isShared: true),
    ]

    private init(_ name: String, _ kind: Kind, isShared: Bool = false) {
        self.name = name
        self.kind = kind
        self.isShared = isShared
    }
}
