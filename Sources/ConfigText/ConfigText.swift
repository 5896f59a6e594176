internal import Report
internal import TOMLKit

/// A file of options (TOML 1.0.0): a key for each, at the top level.
///
/// The text is read here, apart from the command line, so that it can be fuzzed without it.
package struct ConfigText {
    /// In the order of the text.
    package var entries: [Entry]

    package struct Entry: Hashable {
        package var key: ConfigKey
        package var value: ConfigValue
        /// Counted from 1.
        package var line: Int
    }

    /// Everything that is wrong with the text, a line for each problem: place, key, what to do.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var description: String
    }

    /// Problems told at most. Each costs a reading of the whole text, to find its line.
    static let problemLimit = 50

    /// - Parameters:
    ///   - path: stands before each problem.
    ///   - refusal: asked about each value alone, as the arguments it becomes; nil when the option
    ///     takes it, else why it does not.
    package static func read(
        _ text: String, path: String, refusal: ([String]) -> String?
    ) throws(Failure) -> ConfigText {
        if let line = TableHeader.lineWithoutKey(in: text) {
            throw Failure(description: "\(path):\(line): a table header without a key")
        }
        if let line = HalfDateTime.line(in: text) {
            throw Failure(description: "\(path):\(line): a date without its time")
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw Failure(
                description: "\(path):\(error.source.begin.line):\(error.source.begin.column): "
                    + InertText.line(error.description))
        } catch {
            throw Failure(description: "\(path): \(error)")
        }
        var entries: [Entry] = []
        var problems: [(line: Int, text: String)] = []
        for name in table.keys where problems.count < problemLimit {
            let line = line(of: name, in: text)
            switch entry(name, table[name], line: line, refusal) {
            case .success(let entry): entries.append(entry)
            case .failure(let problem): problems.append((line, problem.text))
            }
        }
        guard problems.isEmpty else {
            let lines = problems.sorted { $0.line < $1.line }.map {
                "\(path):\($0.line): \($0.text)"
            }
            throw Failure(
                description: lines.joined(separator: "\n")
                    + "\nstsaudit config --config /dev/null shows every key.")
        }
        return ConfigText(entries: entries.sorted { $0.line < $1.line })
    }

    private struct Problem: Error {
        var text: String
    }

    private static func entry(
        _ name: String, _ value: (any TOMLValueConvertible)?, line: Int,
        _ refusal: ([String]) -> String?
    ) -> Result<Entry, Problem> {
        guard let key = ConfigKey.named(name), let value else {
            return .failure(Problem(text: "\(InertText.line(name)): there is no such option"))
        }
        guard let value = ConfigValue(value, as: key.kind) else {
            return .failure(Problem(text: "\(name): write \(key.kind.name)"))
        }
        if let reason = refusal(value.arguments(for: key)) {
            return .failure(Problem(text: "\(name): \(InertText.line(reason))"))
        }
        return .success(Entry(key: key, value: value, line: line))
    }

    /// Where a key stands that a sound document has.
    ///
    /// The package hands out no places but those of errors. A document that has the key once more
    /// ahead of it is refused at the place where it has it itself.
    private static func line(of name: String, in text: String) -> Int {
        do {
            _ = try TOMLTable(string: "\(ConfigValue.string(name).toml) = 0\n" + text)
            return 1
        } catch let error as TOMLParseError {
            return error.source.begin.line - 1
        } catch {
            return 1
        }
    }
}
