internal import Audit
@testable internal import ConfigText

func fuzzConfig(_ bytes: [UInt8]) {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { return }
    do {
        // An option that takes all but the empty text.
        let config = try ConfigText.read(text, path: "f") { arguments in
            arguments.contains { $0.hasSuffix("=") } ? "no value" : nil
        }
        var again = ""
        for entry in config.entries {
            require(entry.line >= 1, "a key outside the text")
            again += "\(entry.key.name) = \(entry.value.toml)\n"
        }
        let second = try ConfigText.read(again, path: "f") { _ in nil }
        require(
            second.entries.map(\.key) == config.entries.map(\.key), "other keys when written")
        for (a, b) in zip(config.entries, second.entries) where a.value != b.value {
            // The one value that differs from itself.
            if case .number(let number) = a.value, number.isNaN { continue }
            fail("another value when written")
        }
    } catch {
        require(!error.description.isEmpty, "no words")
    }
}

func fuzzProfile(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let profile = try? SeverityProfile(file: text) else { return }
    let again = profile.settings.map { "\($0.key) = \($0.value)\n" }.joined()
    guard let second = try? SeverityProfile(file: again) else {
        fail("its own settings are refused")
    }
    require(second.settings == profile.settings, "its own settings are others")
}
