/// Bytes as a server sent them, which may be no valid UTF-8.
///
/// Coded as a string in which each byte is the Unicode scalar of the same number, so that ASCII
/// stays readable in the stored evidence and nothing is lost.
public struct Octets: Hashable, Sendable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The bytes as UTF-8, each broken sequence as U+FFFD. For showing, never for deciding.
    public var display: String { String(decoding: bytes, as: UTF8.self) }
}

extension Octets: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        bytes = try text.unicodeScalars.map { scalar in
            guard let byte = UInt8(exactly: scalar.value) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a scalar above U+00FF is no byte")
            }
            return byte
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        var container = encoder.singleValueContainer()
        try container.encode(String(text))
    }
}

extension Octets: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}
