internal import Audit
internal import MTASTS

func fuzzRecord(_ bytes: [UInt8]) {
    let reading = STSRecord.parse(bytes)
    require((reading.record == nil) == !reading.problems.isEmpty, "neither sound nor broken")
    require(reading.problems.count <= ProblemLimit.count, "too many problems")
    for problem in reading.problems {
        checkPlace(problem.offset, problem.text, of: bytes)
    }
    if let record = reading.record {
        require(STSRecord(id: record.id) != nil, "an id that is none")
        require(
            STSRecord.parse(record.text.utf8).record == record, "its own text is another record")
    }
    let records = texts(bytes)
    let linted = Lint().record(records)
    switch STSRecordSet.select(records) {
    case .none(let discarded):
        require(!linted.isValid && discarded.count == records.count, "no record, and valid")
    case .one(let bytes, let reading, let discarded):
        require(discarded.count + 1 == records.count, "a record got lost")
        require(linted.id == reading.record?.id, "judge and grammar disagree")
        require(linted.isValid || !linted.findings.isEmpty, "broken without a finding")
        checkPanel(records, nil)
        _ = bytes
    case .multiple(let some, let discarded):
        require(some.count + discarded.count == records.count, "a record got lost")
        require(!linted.isValid, "several records, and valid")
    }
}

func fuzzTLSRPT(_ bytes: [UInt8]) {
    let reading = TLSRPTRecord.parse(bytes)
    require((reading.record == nil) == !reading.problems.isEmpty, "neither sound nor broken")
    require(reading.problems.count <= ProblemLimit.count, "too many problems")
    for problem in reading.problems {
        checkPlace(problem.offset, problem.text, of: bytes)
    }
    if let record = reading.record {
        require(!record.rua.isEmpty, "a record without a place for reports")
        require(
            TLSRPTRecord.parse(record.text.utf8).record == record,
            "its own text is another record")
    }
    let records = texts(bytes)
    let linted = Lint().tlsrpt(records)
    switch TLSRPTRecordSet.select(records) {
    case .none: require(!linted.isValid, "no record, and valid")
    case .one(_, let reading, _):
        require(linted.record == reading.record, "judge and grammar disagree")
        require(linted.isValid || !linted.findings.isEmpty, "broken without a finding")
    case .multiple: require(!linted.isValid, "several records, and valid")
    }
}

private func checkPlace(_ offset: Int, _ text: String, of bytes: [UInt8]) {
    require((0...bytes.count).contains(offset), "a problem outside the text")
    // A broken byte becomes the three of U+FFFD.
    require(text.utf8.count <= 3 * ProblemLimit.textBytes, "a problem's text is too long")
}

/// How senders with ways of their own decide; nothing but that it ends can be demanded of it.
func checkPanel(_ records: [[UInt8]]?, _ policy: [UInt8]?) {
    _ = SenderPanel(records: records, policy: policy.map { ServedPolicy(body: $0) })
}
