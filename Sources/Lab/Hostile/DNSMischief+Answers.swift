import DNSMessage

extension DNSMischief {
    /// Answer sections for one question, made from the true one.
    struct Answers {
        var question: Message.Question
        var records: [ResourceRecord]
        /// A name that has nothing to do with the question.
        let other: DNSName

        init(question: Message.Question, of records: [ResourceRecord]) {
            self.question = question
            self.records = records
            other = (try? DNSName("another.lab.example")) ?? .root
        }

        func alias(_ owner: DNSName, _ target: DNSName) -> ResourceRecord {
            .lab(owner, .cname, .cname(target))
        }

        /// As the answer of another name.
        func moved() -> [ResourceRecord] { moved(to: other) }

        private func moved(to owner: DNSName) -> [ResourceRecord] {
            records.map { record in
                var record = record
                record.name = owner
                return record
            }
        }

        func behindAliases(_ length: Int) -> [ResourceRecord] {
            var owner = question.name
            var chain: [ResourceRecord] = []
            for number in 0..<max(0, length) {
                guard let next = try? DNSName("a\(number).lab.example") else { break }
                chain.append(alias(owner, next))
                owner = next
            }
            return chain + moved(to: owner)
        }

        func texts(_ count: Int) -> [ResourceRecord] {
            records
                + (0..<max(0, count)).map { number in
                    .lab(question.name, .txt, .txt([Array(String(number, radix: 36).utf8)]))
                }
        }

        func longText(_ length: Int) -> [ResourceRecord] {
            let text = Array("v=STSv1; id=1; x=".utf8)
            let filler = [UInt8](repeating: UInt8(ascii: "y"), count: max(0, length - text.count))
            let bytes = text + filler
            let strings = stride(from: 0, to: bytes.count, by: 255).map { start in
                Array(bytes[start..<min(start + 255, bytes.count)])
            }
            return [.lab(question.name, .txt, .txt(strings))]
        }

        /// A TXT record whose owner points to itself: right behind the question, which stands
        /// behind the header of 12 bytes.
        var pointerLoop: [UInt8] {
            let place = 12 + question.name.wireLength + 4
            return [0xC0 | UInt8(place >> 8), UInt8(place & 0xFF), 0, 16, 0, 1, 0, 0, 0, 0, 0, 0]
        }
    }
}

extension DNSName {
    fileprivate var wireLength: Int { labels.reduce(1) { $0 + 1 + $1.count } }
}
