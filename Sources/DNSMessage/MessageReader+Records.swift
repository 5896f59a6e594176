extension MessageReader {
    mutating func record(in section: Section) throws(DecodingFailure) -> ResourceRecord {
        let start = offset
        let name = try name()
        let type = RecordType(rawValue: try uint16())
        let recordClass = RecordClass(rawValue: try uint16())
        let ttl = try uint32()
        let length = Int(try uint16())
        let end = offset + length
        guard remaining >= length else { throw .truncated(at: offset + remaining) }
        guard type != .opt else {
            // RFC 6891 §6.1.1: at most one, owned by the root, among the additionals.
            guard section == .additional, name.isRoot, extendedCode == nil else {
                throw .misplacedOPT(at: start)
            }
            extendedCode = UInt8(truncatingIfNeeded: ttl >> 24)
            let edns = ExtendedDNS(
                payloadSize: recordClass.rawValue, version: UInt8(truncatingIfNeeded: ttl >> 16),
                flags: UInt16(truncatingIfNeeded: ttl), options: try slice(length))
            return ResourceRecord(
                name: name, type: type, recordClass: recordClass, ttl: 0, data: .opt(edns))
        }
        let data =
            recordClass == .internet
            ? try data(of: type, length: length, end: end) : .other(try slice(length))
        // Too short or too long for its type, or with a name that runs beyond it.
        guard offset == end else { throw .recordData(type, at: start) }
        return ResourceRecord(
            name: name, type: type, recordClass: recordClass,
            // RFC 2181 §8: a TTL with the top bit set counts as zero.
            ttl: ttl > UInt32(Int32.max) ? 0 : ttl, data: data)
    }

    private mutating func data(
        of type: RecordType, length: Int, end: Int
    ) throws(DecodingFailure) -> RecordData {
        switch type {
        case .a: .a(try address(4, type, length: length))
        case .aaaa: .aaaa(try address(16, type, length: length))
        case .cname: .cname(try name())
        case .ns: .ns(try name())
        case .mx: .mx(preference: try uint16(), exchange: try name())
        case .soa:
            .soa(
                StartOfAuthority(
                    primary: try name(), mailbox: try name(), serial: try uint32(),
                    refresh: try uint32(), retry: try uint32(), expire: try uint32(),
                    minimum: try uint32()))
        case .txt: .txt(try strings(length: length, end: end))
        default: .other(try slice(length))
        }
    }

    private mutating func address(
        _ count: Int, _ type: RecordType, length: Int
    ) throws(DecodingFailure) -> [UInt8] {
        guard length == count else { throw .recordData(type, at: offset) }
        return try slice(count)
    }

    // RFC 1035 §3.3.14: one or more character-strings.
    private mutating func strings(
        length: Int, end: Int
    ) throws(DecodingFailure) -> [[UInt8]] {
        guard length > 0 else { throw .recordData(.txt, at: offset) }
        var strings: [[UInt8]] = []
        while offset < end {
            let count = Int(try byte())
            guard offset + count <= end else { throw .recordData(.txt, at: offset) }
            strings.append(try slice(count))
        }
        return strings
    }
}
