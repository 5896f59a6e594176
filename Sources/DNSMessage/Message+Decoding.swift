extension Message {
    /// Reads a whole message; nothing may follow it.
    ///
    /// Any bytes are safe to give: the work is bounded by their count. Names in the data of NS,
    /// CNAME, SOA and MX are followed through compression; other types are kept as they stand.
    public static func decode(_ bytes: [UInt8]) throws(DecodingFailure) -> Message {
        var reader = MessageReader(bytes)
        let id = try reader.uint16()
        let word = try reader.uint16()
        let counts = (
            questions: try reader.uint16(), answers: try reader.uint16(),
            authorities: try reader.uint16(), additionals: try reader.uint16()
        )
        let questions = try reader.questions(counts.questions)
        let answers = try reader.records(counts.answers, in: .answer)
        let authorities = try reader.records(counts.authorities, in: .authority)
        let additionals = try reader.records(counts.additionals, in: .additional)
        guard reader.remaining == 0 else { throw .trailingBytes(at: reader.offset) }
        return Message(
            id: id, flags: Flags(rawValue: word).intersection(.all),
            opcode: UInt8(word >> 11 & 0xF),
            // RFC 6891 §6.1.3: OPT has the upper 8 bits.
            rcode: ResponseCode(rawValue: UInt16(reader.extendedCode ?? 0) << 4 | word & 0xF),
            questions: questions, answers: answers, authorities: authorities,
            additionals: additionals)
    }
}
