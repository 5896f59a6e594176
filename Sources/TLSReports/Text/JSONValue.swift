internal import Foundation

/// A value as Foundation's parser gives it, looked at by its JSON type.
enum JSONValue {
    case absent
    case null
    case text(String)
    case number(NSNumber)
    case boolean
    case list([Any])
    case object([String: Any])

    init(_ value: Any?) {
        switch value {
        case nil: self = .absent
        case let text as String: self = .text(text)
        case let object as [String: Any]: self = .object(object)
        case let list as [Any]: self = .list(list)
        case let number as NSNumber:
            // Foundation has true and false as numbers of a class of their own.
            self = type(of: number) == Self.booleanClass ? .boolean : .number(number)
        default: self = .null
        }
    }

    private static let booleanClass: AnyClass = type(of: NSNumber(value: true))

    /// Nothing was said: not there, or null.
    var isNothing: Bool {
        switch self {
        case .absent, .null: true
        case .text, .number, .boolean, .list, .object: false
        }
    }
}
