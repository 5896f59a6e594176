internal import Foundation

/// A value of a JSON text, by its JSON type. Objects and arrays are looked into on demand, so that
/// what is not asked for costs Foundation's map of the text and nothing more.
enum JSONValue {
    case absent
    case null
    case text(String)
    /// The digits as far as they are a whole number of 64 bits, else what a `Double` makes of them.
    case number(Double, text: String)
    case list(any UnkeyedDecodingContainer)
    case object(JSONObject)
    /// True, false, or a number beyond any `Double`.
    case other

    /// Nothing was said: not there, or null.
    var isNothing: Bool {
        switch self {
        case .absent, .null: true
        case .text, .number, .list, .object, .other: false
        }
    }
}

/// A JSON object, of which any field may be missing or of any type.
struct JSONObject {
    private let fields: KeyedDecodingContainer<Name>

    init(_ decoder: any Decoder) throws {
        fields = try decoder.container(keyedBy: Name.self)
    }

    fileprivate init(_ fields: KeyedDecodingContainer<Name>) { self.fields = fields }

    func contains(_ name: String) -> Bool { fields.contains(Name(name)) }

    /// A field that is expected to be a text or a number.
    subscript(_ name: String) -> JSONValue {
        let key = Name(name)
        guard fields.contains(key) else { return .absent }
        if let text = try? fields.decode(String.self, forKey: key) { return .text(text) }
        return Self.value(
            isNull: (try? fields.decodeNil(forKey: key)) == true,
            integer: { try? fields.decode(Int64.self, forKey: key) },
            number: { try? fields.decode(Double.self, forKey: key) },
            list: { try? fields.nestedUnkeyedContainer(forKey: key) },
            object: { try? fields.nestedContainer(keyedBy: Name.self, forKey: key) })
    }

    /// The same, of a field that is expected to be a number.
    func count(_ name: String) -> JSONValue {
        guard let number = try? fields.decode(Int64.self, forKey: Name(name)) else {
            return self[name]
        }
        return .number(Double(number), text: "\(number)")
    }

    /// The same, of a field that is expected to be an object.
    func object(_ name: String) -> JSONValue {
        let object = try? fields.nestedContainer(keyedBy: Name.self, forKey: Name(name))
        return object.map { .object(JSONObject($0)) } ?? self[name]
    }

    /// The same, of a field that is expected to be an array.
    func list(_ name: String) -> JSONValue {
        let list = try? fields.nestedUnkeyedContainer(forKey: Name(name))
        return list.map { .list($0) } ?? self[name]
    }

    fileprivate static func value(
        isNull: Bool, integer: () -> Int64?, number: () -> Double?,
        list: () -> (any UnkeyedDecodingContainer)?,
        object: () -> KeyedDecodingContainer<Name>?
    ) -> JSONValue {
        if isNull { return .null }
        if let integer = integer() { return .number(Double(integer), text: "\(integer)") }
        if let number = number() { return .number(number, text: "\(number)") }
        if let list = list() { return .list(list) }
        if let object = object() { return .object(JSONObject(object)) }
        return .other
    }

    fileprivate struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { return nil }
    }
}

extension UnkeyedDecodingContainer {
    /// The next element, expected to be an object; nil at the end.
    mutating func nextObject() -> JSONValue? {
        guard !isAtEnd else { return nil }
        if let object = try? nestedContainer(keyedBy: JSONObject.Name.self) {
            return .object(JSONObject(object))
        }
        return nextValue()
    }

    /// The next element, expected to be a text; nil at the end.
    mutating func nextValue() -> JSONValue? {
        guard !isAtEnd else { return nil }
        if let text = try? decode(String.self) { return .text(text) }
        // An element that was not decoded is not passed over.
        if (try? decodeNil()) == true { return .null }
        if let number = try? decode(Int64.self) {
            return .number(Double(number), text: "\(number)")
        }
        if let number = try? decode(Double.self) { return .number(number, text: "\(number)") }
        guard (try? decode(Anything.self)) != nil else { return nil }
        return .other
    }
}

/// Decodes from whatever there is.
private struct Anything: Decodable {
    init(from decoder: any Decoder) {}
}
