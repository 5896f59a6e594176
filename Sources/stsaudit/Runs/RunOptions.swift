internal import FoundationEssentials

/// What is recorded of how a run was started: a JSON object (see `EngineOptions.recorded`).
struct RunOptions: Equatable {
    var values: [String: Value]

    /// Any JSON value.
    enum Value: Hashable, Codable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else if let value = try? container.decode([Value].self) {
                self = .list(value)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        /// Nil where there is nothing to say.
        var summary: String? {
            switch self {
            case .null, .bool(false): nil
            case .bool(true): "yes"
            case .number(let value): Int64(exactly: value).map { "\($0)" } ?? "\(value)"
            case .string(let value): value
            case .list(let values):
                values.isEmpty ? nil : values.compactMap(\.summary).joined(separator: ",")
            case .object(let values):
                values.isEmpty
                    ? nil
                    : values.count > 4
                        ? "\(values.count) settings"
                        : values.keys.sorted().map { "\($0):\(values[$0]?.summary ?? "")" }
                            .joined(separator: ",")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .number(let value):
                if let whole = Int64(exactly: value) {
                    try container.encode(whole)
                } else {
                    try container.encode(value)
                }
            case .string(let value): try container.encode(value)
            case .list(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }
    }

    /// Text that is no JSON object has no options.
    init(_ json: String) {
        values = (try? JSONDecoder().decode([String: Value].self, from: Data(json.utf8))) ?? [:]
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(values) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// How the run that recorded them is gone on with; no option of its own.
    static let command = "command"

    /// `json` with the command that goes on with the run.
    static func adding(command: String, to json: String) -> String {
        var options = RunOptions(json)
        options.values[Self.command] = .string(command)
        return options.json
    }

    /// What was asked for, on one line: nothing that is off, empty or unset.
    var summary: String {
        values.keys.sorted().compactMap { name -> String? in
            guard name != Self.command, let text = values[name]?.summary else { return nil }
            return "\(name)=\(text)"
        }.joined(separator: " ")
    }

    /// The names of options that differ and may change what is found, sorted.
    func differences(from other: RunOptions) -> [String] {
        let harmless: Set<String> = ["concurrency", "retries", "rejudged_run", Self.command]
        return Set(values.keys).union(other.values.keys).subtracting(harmless)
            .filter { (values[$0] ?? .null) != (other.values[$0] ?? .null) }.sorted()
    }
}
