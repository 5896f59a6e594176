/// Why bytes are no DNS message. Offsets count bytes from the start of the message.
public enum DecodingFailure: Error, Hashable, Sendable {
    /// The bytes end within the item that starts before this offset.
    case truncated(at: Int)
    /// A section announces more records than the rest of the message can hold.
    case countTooLarge(at: Int)
    /// A label that is neither text nor a pointer (the top bits are 01 or 10).
    case labelType(at: Int)
    /// A pointer that does not point before the name it is part of: a loop or a forward jump.
    case pointer(at: Int)
    /// A name above 255 octets.
    case nameTooLong(at: Int)
    /// Data that does not have the form of its type, or does not fill its announced length.
    case recordData(RecordType, at: Int)
    /// More than one OPT, one that is not owned by the root, or one outside the additionals.
    case misplacedOPT(at: Int)
    /// Bytes after the last record.
    case trailingBytes(at: Int)
}
