internal import Report
internal import TOMLKit

/// What a file or a command line says for a key.
package enum ConfigValue: Hashable {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case strings([String])

    /// Nil when it is not of the kind.
    init?(_ value: any TOMLValueConvertible, as kind: ConfigKey.Kind) {
        switch kind {
        case .string:
            guard value.type == .string, let text = value.string else { return nil }
            self = .string(text)
        case .integer:
            guard value.type == .int, let number = value.int else { return nil }
            self = .integer(number)
        case .number:
            guard value.type == .double || value.type == .int,
                let number = value.double ?? value.int.map(Double.init)
            else { return nil }
            self = .number(number)
        case .boolean:
            guard value.type == .bool, let flag = value.bool else { return nil }
            self = .boolean(flag)
        case .strings:
            guard value.type == .array, let array = value.array else { return nil }
            var texts: [String] = []
            for element in array {
                guard element.type == .string, let text = element.string else { return nil }
                texts.append(text)
            }
            self = .strings(texts)
        }
    }

    /// Of texts that the option has accepted: the last counts, but for a list.
    package init?(_ texts: [String], as kind: ConfigKey.Kind) {
        guard let last = texts.last else { return nil }
        switch kind {
        case .string: self = .string(last)
        case .integer:
            guard let number = Int(last) else { return nil }
            self = .integer(number)
        case .number:
            guard let number = Double(last) else { return nil }
            self = .number(number)
        case .boolean:
            guard let flag = Bool(last) else { return nil }
            self = .boolean(flag)
        case .strings: self = .strings(texts)
        }
    }

    /// The same on a command line.
    package func arguments(for key: ConfigKey) -> [String] {
        let option = "--\(key.name)="
        switch self {
        // In one word: a value may begin with a dash.
        case .string(let text): return [option + text]
        case .integer(let number): return [option + "\(number)"]
        case .number(let number): return [option + "\(number)"]
        case .boolean(let isOn): return [isOn ? "--\(key.name)" : "--no-\(key.name)"]
        case .strings(let texts): return texts.map { option + $0 }
        }
    }

    /// The same in a file.
    package var toml: String {
        switch self {
        case .string(let text): return Self.quoted(text)
        case .integer(let number): return "\(number)"
        case .number(let number): return "\(number)"
        case .boolean(let isOn): return "\(isOn)"
        case .strings(let texts): return "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
        }
    }

    /// A basic string (TOML 1.0.0): quotes, backslashes and what a terminal would act upon are
    /// escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where InertText.isActive(scalar):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
