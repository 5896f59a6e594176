import Foundation
import Glibc

/// What a person does with a page.
extension Browser {
    /// Opens a file and waits until its script says that it is ready.
    ///
    /// - Returns: milliseconds from the navigation to that moment, by the page's own clock.
    func open(file: String) throws -> Double {
        struct Navigation: Encodable { var url: String }
        struct Outcome: Decodable { var errorText: String? }
        let url = URL(fileURLWithPath: file).absoluteString
        let outcome = try call("Page.navigate", Navigation(url: url), as: Outcome.self)
        if let text = outcome.errorText { throw Failure.threw(text) }
        try wait("document.documentElement?.dataset.ready !== undefined")
        guard try evaluate("document.documentElement.dataset.ready", as: String.self) == "true"
        else { throw Failure.threw(try text("#loading")) }
        return try evaluate(
            "performance.getEntriesByName('ready')[0]?.startTime ?? performance.now()",
            as: Double.self)
    }

    /// The value of an expression; a promise is waited for.
    func evaluate<Value: Decodable>(_ expression: String, as type: Value.Type) throws -> Value {
        let answer = try call(
            "Runtime.evaluate", Question(expression: expression), as: Answer<Value>.self)
        if let details = answer.exceptionDetails {
            throw Failure.threw(details.exception?.description ?? details.text)
        }
        guard let value = answer.result?.value else {
            throw Failure.threw("no value: \(expression)")
        }
        return value
    }

    func run(_ statements: String) throws {
        _ = try evaluate("(() => { \(statements); return true; })()", as: Bool.self)
    }

    /// Looks every 20 ms; the session's deadline ends it.
    func wait(_ condition: String) throws {
        while try !evaluate(condition, as: Bool.self) { poll(nil, 0, 20) }
    }

    func text(_ selector: String) throws -> String {
        try evaluate(
            "document.querySelector(\(Self.quoted(selector)))?.textContent ?? ''", as: String.self)
    }

    func texts(_ selector: String) throws -> [String] {
        try evaluate(
            "[...document.querySelectorAll(\(Self.quoted(selector)))].map((node) => node.textContent)",
            as: [String].self)
    }

    func click(_ selector: String) throws {
        try run("document.querySelector(\(Self.quoted(selector))).click()")
    }

    /// Writes into a field, as by keyboard, and waits until the list says how many it shows.
    func search(_ words: String, expecting count: String) throws {
        struct Text: Encodable { var text: String }
        try run("const field = document.getElementById('search'); field.focus(); field.select()")
        if words.isEmpty {
            try run(
                "const field = document.getElementById('search'); field.value = ''; "
                    + "field.dispatchEvent(new Event('input'))")
        } else {
            _ = try call("Input.insertText", Text(text: words))
        }
        try wait("document.getElementById('count').textContent.endsWith(\(Self.quoted(count)))")
    }

    /// Presses and releases a key at whatever has the focus.
    func press(_ key: String, code: Int) throws {
        struct Key: Encodable {
            var type: String
            var key: String
            var windowsVirtualKeyCode: Int
            var text: String?
        }
        let text = key == "Enter" ? "\r" : nil
        for type in ["keyDown", "keyUp"] {
            let event = Key(
                type: type, key: key, windowsVirtualKeyCode: code,
                text: type == "keyDown" ? text : nil)
            _ = try call("Input.dispatchKeyEvent", event)
        }
    }

    /// The system's colour scheme, `light` or `dark`.
    func prefer(_ scheme: String) throws {
        struct Media: Encodable {
            struct Feature: Encodable {
                var name = "prefers-color-scheme"
                var value: String
            }
            var features: [Feature]
        }
        _ = try call("Emulation.setEmulatedMedia", Media(features: [.init(value: scheme)]))
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data("\"\"".utf8), as: UTF8.self)
    }
}

private struct Question: Encodable {
    var expression: String
    var returnByValue = true
    var awaitPromise = true
}

private struct Answer<Value: Decodable>: Decodable {
    struct Object: Decodable { var value: Value? }
    struct Details: Decodable {
        struct Exception: Decodable { var description: String? }
        var text: String
        var exception: Exception?
    }
    var result: Object?
    var exceptionDetails: Details?
}
