extension Message {
    /// The largest message: TCP gives its length in 16 bits (RFC 1035 §4.2.2).
    public static let maximumLength = 65_535

    /// The wire form, with compressed names.
    ///
    /// What does not fit in `limit` bytes is left out by whole records, from the end; OPT always
    /// stays. TC is set when a question, an answer or an authority was left out (RFC 2181 §9).
    ///
    /// - Parameter limit: at least 23 (a header and an OPT); nil is `maximumLength`.
    public func encoded(limit: Int? = nil) -> [UInt8] {
        let limit = min(limit ?? Self.maximumLength, Self.maximumLength)
        var writer = MessageWriter(reserving: min(limit, 512))
        writer.append(Array(repeating: 0, count: MessageReader.headerLength))
        let opt = additionals.first { $0.type == .opt }
        var optWriter = MessageWriter(reserving: 11)
        if let opt {
            optWriter.record(opt, extendedCode: UInt8(truncatingIfNeeded: rcode.rawValue >> 4))
        }
        let room = limit - optWriter.bytes.count

        var counts: [UInt16] = [0, 0, 0, 0]
        var isWhole = true
        func add(_ section: Int, _ write: (inout MessageWriter) -> Void) {
            guard isWhole else { return }
            let length = writer.bytes.count
            write(&writer)
            if writer.bytes.count <= room {
                counts[section] += 1
            } else {
                writer.rewind(to: length)
                isWhole = false
            }
        }
        for question in questions {
            add(0) { writer in
                writer.name(question.name)
                writer.uint16(question.type.rawValue)
                writer.uint16(question.recordClass.rawValue)
            }
        }
        for record in answers { add(1) { $0.record(record) } }
        for record in authorities { add(2) { $0.record(record) } }
        let isTruncated = !isWhole
        for record in additionals where record.type != .opt { add(3) { $0.record(record) } }
        if opt != nil {
            writer.append(optWriter.bytes)
            counts[3] += 1
        }

        let flags = isTruncated ? flags.union(.truncated) : flags
        writer.patch(id, at: 0)
        writer.patch(
            flags.intersection(.all).rawValue | UInt16(opcode & 0xF) << 11 | rcode.rawValue & 0xF,
            at: 2)
        for (section, count) in counts.enumerated() { writer.patch(count, at: 4 + 2 * section) }
        return writer.bytes
    }
}

extension Message {
    /// The wire form of a query, written straight down: what `query(...).encoded()` gives, for a
    /// tenth of the cost.
    ///
    /// - Parameter payloadSize: what OPT announces; nil leaves OPT out.
    public static func encodedQuery(
        id: UInt16, _ question: Question, flags: Flags = [.recursionDesired],
        payloadSize: UInt16? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(MessageReader.headerLength + question.name.wire.count + 4 + 11)
        func append(_ value: UInt16) {
            bytes.append(UInt8(value >> 8))
            bytes.append(UInt8(value & 0xFF))
        }
        append(id)
        append(flags.intersection(.all).rawValue)
        for count: UInt16 in [1, 0, 0, payloadSize == nil ? 0 : 1] { append(count) }
        bytes.append(contentsOf: question.name.wire)
        append(question.type.rawValue)
        append(question.recordClass.rawValue)
        guard let payloadSize else { return bytes }
        // RFC 6891 §6.1.2: the root, OPT, the size as the class, no flags, no options.
        bytes.append(0)
        append(RecordType.opt.rawValue)
        append(payloadSize)
        for _ in 0..<3 { append(0) }
        return bytes
    }
}

extension MessageWriter {
    /// - Parameter extendedCode: for OPT, the upper bits of the response code.
    mutating func record(_ record: ResourceRecord, extendedCode: UInt8 = 0) {
        name(record.name)
        uint16(record.type.rawValue)
        if case .opt(let edns) = record.data {
            uint16(edns.payloadSize)
            uint32(UInt32(extendedCode) << 24 | UInt32(edns.version) << 16 | UInt32(edns.flags))
        } else {
            uint16(record.recordClass.rawValue)
            uint32(record.ttl)
        }
        let lengthOffset = bytes.count
        uint16(0)
        data(record.data)
        // Data above 65,535 bytes is above every limit, so the record is withdrawn.
        patch(UInt16(truncatingIfNeeded: bytes.count - lengthOffset - 2), at: lengthOffset)
    }

    private mutating func data(_ data: RecordData) {
        switch data {
        case .a(let bytes), .aaaa(let bytes), .other(let bytes): append(bytes)
        // RFC 3597 §4: only the types of RFC 1035 may have compressed names.
        case .cname(let target), .ns(let target): name(target)
        case .mx(let preference, let exchange):
            uint16(preference)
            name(exchange)
        case .soa(let soa):
            name(soa.primary)
            name(soa.mailbox)
            for value in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] {
                uint32(value)
            }
        case .txt(let strings): for string in strings { characterStrings(string) }
        case .opt(let edns): append(edns.options)
        }
    }

    /// One character-string, or several when it has more than 255 bytes.
    private mutating func characterStrings(_ string: [UInt8]) {
        var rest = string[...]
        repeat {
            let part = rest.prefix(255)
            append([UInt8(part.count)] + part)
            rest = rest.dropFirst(255)
        } while !rest.isEmpty
    }
}
