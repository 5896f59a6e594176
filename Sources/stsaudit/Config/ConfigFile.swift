internal import ArgumentParser
internal import ConfigText

/// A file of options: its text is read by `ConfigText`, its values by the options themselves.
struct ConfigFile {
    var path: String
    /// In the order of the file.
    var entries: [ConfigText.Entry]

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
        do {
            let read = try ConfigText.read(text, path: path, refusal: refusal)
            return ConfigFile(path: path, entries: read.entries)
        } catch {
            throw CommandFailure(error.description, status: .usage)
        }
    }

    /// Ranges and choices are the option's own: the parser is asked about it alone.
    private static func refusal(_ arguments: [String]) -> String? {
        do {
            _ = try AuditOptions.parse(arguments)
            return nil
        } catch {
            return AuditOptions.message(for: error)
        }
    }
}
