/// A cursor over the bytes of a message with one method per element of RFC 1035 §4.
///
/// Nothing is read without a check against the end. Work is bounded by the length of the message:
/// a name costs at most 255 bytes and 127 pointers, a section at most the records that fit.
struct MessageReader {
    private let bytes: [UInt8]
    private(set) var offset = 0
    /// The upper bits of the response code; nil until an OPT has been read.
    var extendedCode: UInt8?
    /// The name right behind the header: that of the question, to which most other names point.
    private var firstName: DNSName?

    enum Section { case answer, authority, additional }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    static let headerLength = 12
    /// The root, a type and a class.
    private static let minimumQuestionLength = 5
    /// The root, a type, a class, a TTL and a data length.
    private static let minimumRecordLength = 11
    /// A name has at most 127 labels; pointers that lead straight to pointers are a waste of time.
    private static let maximumPointers = 127

    mutating func byte() throws(DecodingFailure) -> UInt8 {
        guard remaining >= 1 else { throw .truncated(at: bytes.count) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16() throws(DecodingFailure) -> UInt16 {
        guard remaining >= 2 else { throw .truncated(at: bytes.count) }
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    mutating func uint32() throws(DecodingFailure) -> UInt32 {
        let high = try uint16()
        let low = try uint16()
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func slice(_ count: Int) throws(DecodingFailure) -> [UInt8] {
        guard remaining >= count else { throw .truncated(at: bytes.count) }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// A name with its pointers followed (RFC 1035 §4.1.4).
    mutating func name() throws(DecodingFailure) -> DNSName {
        if let firstName, remaining >= 2, bytes[offset] == 0xC0,
            Int(bytes[offset + 1]) == Self.headerLength
        {
            offset += 2
            return firstName
        }
        let start = offset
        let name: DNSName
        if let plain = plainName() { name = plain } else { name = try compressedName() }
        if start == Self.headerLength { firstName = name }
        return name
    }

    /// A name that stands here as a whole; nil, and nothing read, when anything else does.
    private mutating func plainName() -> DNSName? {
        var end = offset
        while end < bytes.count, end - offset < DNSName.maximumLength {
            let length = Int(bytes[end])
            guard length <= DNSName.maximumLabelLength else { return nil }
            end += 1 + length
            if length > 0 { continue }
            guard end - offset <= DNSName.maximumLength else { return nil }
            defer { offset = end }
            return DNSName(checkedWire: Array(bytes[offset..<end]))
        }
        return nil
    }

    private mutating func compressedName() throws(DecodingFailure) -> DNSName {
        let start = offset
        var wire: [UInt8] = []
        wire.reserveCapacity(64)
        var position = offset
        /// Where the run of labels now being read began: a pointer must lead before it.
        var runStart = offset
        var pointers = 0
        while true {
            guard position < bytes.count else { throw .truncated(at: bytes.count) }
            let length = bytes[position]
            switch length >> 6 {
            case 0b00:
                let end = position + 1 + Int(length)
                guard end <= bytes.count else { throw .truncated(at: bytes.count) }
                guard wire.count + 1 + Int(length) <= DNSName.maximumLength else {
                    throw .nameTooLong(at: start)
                }
                wire.append(contentsOf: bytes[position..<end])
                position = end
                if length == 0 {
                    if pointers == 0 { offset = end }
                    return DNSName(checkedWire: wire)
                }
            case 0b11:
                guard position + 1 < bytes.count else { throw .truncated(at: bytes.count) }
                let target = Int(length & 0x3F) << 8 | Int(bytes[position + 1])
                // RFC 1035 §4.1.4: "a prior occurrence"; strictly before, so it must end.
                guard target < runStart, target >= Self.headerLength,
                    pointers < Self.maximumPointers
                else { throw .pointer(at: position) }
                if pointers == 0 { offset = position + 2 }
                pointers += 1
                position = target
                runStart = target
            case _:
                throw .labelType(at: position)
            }
        }
    }

    mutating func questions(_ count: UInt16) throws(DecodingFailure) -> [Message.Question] {
        try checkRoom(for: count, of: Self.minimumQuestionLength)
        var questions: [Message.Question] = []
        questions.reserveCapacity(Int(count))
        for _ in 0..<count {
            questions.append(
                Message.Question(
                    name: try name(), type: RecordType(rawValue: try uint16()),
                    recordClass: RecordClass(rawValue: try uint16())))
        }
        return questions
    }

    mutating func records(
        _ count: UInt16, in section: Section
    ) throws(DecodingFailure) -> [ResourceRecord] {
        try checkRoom(for: count, of: Self.minimumRecordLength)
        var records: [ResourceRecord] = []
        records.reserveCapacity(Int(count))
        for _ in 0..<count { records.append(try record(in: section)) }
        return records
    }

    private func checkRoom(for count: UInt16, of length: Int) throws(DecodingFailure) {
        guard Int(count) * length <= remaining else { throw .countTooLarge(at: offset) }
    }
}
