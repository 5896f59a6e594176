/// Reads the JSON text of a known shape, value by value: no tree, no reflection.
///
/// The mirror of `JSONWriter`, and as tolerant as `JSONDecoder`: white space, any order of members,
/// every escape of RFC 8259 §7; the caller skips members that it does not know. What is no JSON,
/// or is nested more than `nestingLimit` deep, is `Damage`. Numbers are whole ones.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    /// A value of the innermost object or array was read: a comma comes before the next one.
    private var needsComma = false
    private var nesting = 0

    /// Stored evidence has a third of it.
    static let nestingLimit = 32

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func damage(_ detail: String = "a stored JSON text is not as it was written") -> Damage {
        Damage(detail: detail)
    }

    // MARK: Objects and arrays

    mutating func beginObject() throws(Damage) { try open(0x7B) }

    /// The key of the object's next member, whose value has to be read or skipped; nil at its end.
    mutating func nextKey() throws(Damage) -> String? {
        guard try hasNext(before: 0x7D) else { return nil }
        let key = try string()
        try take(0x3A)
        needsComma = false
        return key
    }

    mutating func beginArray() throws(Damage) { try open(0x5B) }

    /// Whether a value of the array follows, which has to be read or skipped.
    mutating func hasNext() throws(Damage) -> Bool { try hasNext(before: 0x5D) }

    private mutating func open(_ bracket: UInt8) throws(Damage) {
        try take(bracket)
        nesting += 1
        guard nesting <= Self.nestingLimit else { throw damage() }
        needsComma = false
    }

    private mutating func hasNext(before bracket: UInt8) throws(Damage) -> Bool {
        if peek() == bracket {
            position += 1
            nesting -= 1
            needsComma = true
            return false
        }
        if needsComma {
            try take(0x2C)
            // The value's own reader refuses a bracket after a comma.
            needsComma = false
        }
        return true
    }

    /// Nothing but white space may follow the value.
    mutating func finish() throws(Damage) {
        guard peek() == nil else { throw damage() }
    }

    // MARK: Values

    /// Takes a `null`, if that is what follows.
    mutating func takeNull() throws(Damage) -> Bool {
        guard peek() == 0x6E else { return false }
        try literal("null")
        return true
    }

    mutating func integer<Number: FixedWidthInteger>() throws(Damage) -> Number {
        guard let first = peek() else { throw damage() }
        let start = position
        if first == 0x2D { position += 1 }
        let digits = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > digits, bytes[digits] != 0x30 || position == digits + 1,
            let number = Number(String(decoding: bytes[start..<position], as: UTF8.self))
        else { throw damage() }
        needsComma = true
        return number
    }

    /// A string; broken UTF-8 is repaired, as everywhere where stored text is read.
    mutating func string() throws(Damage) -> String {
        let start = try beginString()
        while position < bytes.count {
            switch bytes[position] {
            case 0x22:
                let text = String(decoding: bytes[start..<position], as: UTF8.self)
                endString()
                return text
            case 0x5C: return try escapedString(from: start)
            case 0x00...0x1F: throw damage()
            default: position += 1
            }
        }
        throw damage()
    }

    private mutating func escapedString(from start: Int) throws(Damage) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            switch bytes[position] {
            case 0x22:
                endString()
                return String(decoding: text, as: UTF8.self)
            case 0x5C: text += Array(String(Character(try escape())).utf8)
            case 0x00...0x1F: throw damage()
            default:
                text.append(bytes[position])
                position += 1
            }
        }
        throw damage()
    }

    /// Bytes, each written as the Unicode scalar of the same number (see `Octets`).
    mutating func octets() throws(Damage) -> [UInt8] {
        _ = try beginString()
        var octets: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x22:
                endString()
                return octets
            case 0x5C:
                guard let octet = UInt8(exactly: try escape().value) else { throw damage() }
                octets.append(octet)
            case 0x20...0x7F:
                octets.append(byte)
                position += 1
            case 0xC2, 0xC3:
                // U+0080 to U+00FF are the scalars of two bytes with these first ones.
                guard position + 1 < bytes.count, bytes[position + 1] & 0xC0 == 0x80
                else { throw damage() }
                octets.append(byte << 6 | bytes[position + 1] & 0x3F)
                position += 2
            default: throw damage()
            }
        }
        throw damage()
    }

    private mutating func beginString() throws(Damage) -> Int {
        try take(0x22)
        return position
    }

    private mutating func endString() {
        position += 1
        needsComma = true
    }

    /// Steps over a value of any kind.
    mutating func skip() throws(Damage) {
        switch peek() {
        case 0x7B:
            try beginObject()
            while try nextKey() != nil { try skip() }
        case 0x5B:
            try beginArray()
            while try hasNext() { try skip() }
        case 0x22: _ = try string()
        case 0x6E: try literal("null")
        case 0x74: try literal("true")
        case 0x66: try literal("false")
        default: try skipNumber()
        }
    }

    // MARK: Tokens

    /// The next byte that is no white space, which is at `position` then; nil at the end.
    private mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(Damage) {
        guard peek() == byte else { throw damage() }
        position += 1
    }

    private mutating func literal(_ word: String) throws(Damage) {
        for byte in word.utf8 {
            guard position < bytes.count, bytes[position] == byte else { throw damage() }
            position += 1
        }
        needsComma = true
    }

    /// RFC 8259 §6, fractions and exponents included.
    private mutating func skipNumber() throws(Damage) {
        if peek() == 0x2D { position += 1 }
        let start = position
        try skipDigits()
        if bytes[start] == 0x30, position > start + 1 { throw damage() }
        if position < bytes.count, bytes[position] == 0x2E {
            position += 1
            try skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == 0x65 {
            position += 1
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
                position += 1
            }
            try skipDigits()
        }
        needsComma = true
    }

    private mutating func skipDigits() throws(Damage) {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > start else { throw damage() }
    }

    /// The scalar that an escape stands for: RFC 8259 §7, two of them for one above U+FFFF.
    private mutating func escape() throws(Damage) -> Unicode.Scalar {
        guard position + 1 < bytes.count else { throw damage() }
        let kind = bytes[position + 1]
        position += 2
        switch kind {
        case 0x22, 0x5C, 0x2F: return Unicode.Scalar(kind)
        case 0x62: return "\u{8}"
        case 0x66: return "\u{C}"
        case 0x6E: return "\n"
        case 0x72: return "\r"
        case 0x74: return "\t"
        case 0x75: break
        default: throw damage()
        }
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A surrogate: the high one has to come first, and the low one next.
        guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == 0x5C,
            bytes[position + 1] == 0x75
        else { throw damage() }
        position += 2
        let low = try hexUnit()
        let above = (UInt32(unit) & 0x3FF) << 10 | UInt32(low) & 0x3FF
        guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + above)
        else { throw damage() }
        return scalar
    }

    private mutating func hexUnit() throws(Damage) -> UInt16 {
        guard position + 4 <= bytes.count else { throw damage() }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: throw damage()
            }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }
}
