internal import ArgumentParser
internal import Report
internal import TOMLKit

/// A file of options (TOML 1.0.0): a key for each, at the top level.
struct ConfigFile {
    var path: String
    /// In the order of the file.
    var entries: [Entry]

    struct Entry: Hashable {
        var key: ConfigKey
        var value: ConfigValue
        /// Counted from 1.
        var line: Int
    }

    private static let limitBytes = 1 << 20

    /// - Throws: `.usage` with everything that is wrong with the file, each with line and key.
    static func read(_ path: String) throws(CommandFailure) -> ConfigFile {
        let bytes = try FileBytes.read(path, limit: limitBytes + 1)
        guard bytes.count <= limitBytes else {
            throw CommandFailure("\(path): more than \(limitBytes) bytes", status: .usage)
        }
        // The parser takes a C string: it would stop at a NUL and not say so.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw CommandFailure("\(path): no UTF-8 text; save it as such", status: .usage)
        }
        return try parse(text, path: path)
    }

    static func parse(_ text: String, path: String) throws(CommandFailure) -> ConfigFile {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw CommandFailure(
                "\(path):\(error.source.begin.line):\(error.source.begin.column): "
                    + InertText.line(error.description), status: .usage)
        } catch {
            throw CommandFailure("\(path): \(error)", status: .usage)
        }
        var entries: [Entry] = []
        var problems: [(line: Int, text: String)] = []
        for name in table.keys {
            let line = line(of: name, in: text)
            switch entry(name, table[name], line: line) {
            case .success(let entry): entries.append(entry)
            case .failure(let problem): problems.append((line, problem.text))
            }
        }
        guard problems.isEmpty else {
            let lines = problems.sorted { $0.line < $1.line }.map {
                "\(path):\($0.line): \($0.text)"
            }
            throw CommandFailure(
                lines.joined(separator: "\n")
                    + "\nstsaudit config --config /dev/null shows every key.",
                status: .usage)
        }
        return ConfigFile(path: path, entries: entries.sorted { $0.line < $1.line })
    }

    private struct Problem: Error {
        var text: String
    }

    private static func entry(
        _ name: String, _ value: (any TOMLValueConvertible)?, line: Int
    ) -> Result<Entry, Problem> {
        guard let key = ConfigKey.named(name), let value else {
            return .failure(Problem(text: "\(InertText.line(name)): there is no such option"))
        }
        guard let value = ConfigValue(value, as: key.kind) else {
            return .failure(Problem(text: "\(name): write \(key.kind.name)"))
        }
        // Ranges and choices are the option's own: the parser is asked about it alone.
        do {
            _ = try AuditOptions.parse(value.arguments(for: key))
        } catch {
            let message = AuditOptions.message(for: error)
            return .failure(Problem(text: "\(name): \(InertText.line(message))"))
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
