internal import CCurl
internal import Evidence

/// The response as it arrives.
extension Transfer {
    static let bodyCallback: curl_write_callback = { bytes, size, count, context in
        guard let transfer = unsafe Transfer.of(context), let bytes = unsafe bytes else { return 0 }
        let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        return unsafe transfer.receiveBody(chunk) ? chunk.count : 0
    }

    private func receiveBody(_ chunk: UnsafeRawBufferPointer) -> Bool {
        guard chunk.count <= limitBytes - record.body.count else {
            record.bodyOverLimit = true
            return false
        }
        unsafe record.body.append(contentsOf: chunk)
        return true
    }

    /// False ends the transfer.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        // Trailers of a chunked body come here too.
        if record.headerDone { return true }
        if unsafe line.isEmpty || line[0] == UInt8(ascii: "\r") || line[0] == UInt8(ascii: "\n") {
            return endOfHeader()
        }
        let status = easy.status
        if unsafe line.starts(with: "HTTP/".utf8) {
            startResponse(status: status)
        } else if let colon = unsafe line.firstIndex(of: UInt8(ascii: ":")) {
            let name = unsafe String(decoding: line[..<colon], as: UTF8.self).lowercased()
            unsafe receiveField(name, Slice(base: line, bounds: (colon + 1)..<line.count))
        }
        return true
    }

    /// A 1xx response may come before the final one; its fields are not the final one's.
    private func startResponse(status: Int) {
        record.status = status
        record.contentType = nil
        record.location = nil
        record.retryAfter = nil
        record.announcedLength = nil
        record.isChunked = false
    }

    // The first field of a name counts: a second one is an error of the server's.
    private func receiveField(_ name: String, _ value: Slice<UnsafeRawBufferPointer>) {
        switch name {
        case "content-type" where record.contentType == nil:
            record.contentType = unsafe Self.text(value, limitBytes: 256)
        case "location" where record.location == nil:
            record.location = unsafe Self.text(value, limitBytes: 1_024)
        case "retry-after" where record.retryAfter == nil:
            record.retryAfter = unsafe Self.text(value, limitBytes: 64)
        case "content-length":
            record.announcedLength = unsafe Self.length(value)
        case "transfer-encoding":
            let codings = unsafe Self.text(value, limitBytes: 256).lowercased()
            record.isChunked = record.isChunked || codings.contains("chunked")
        default: break
        }
    }

    private func endOfHeader() -> Bool {
        record.status = easy.status
        // RFC 9110 §15.2: an interim response; the final one follows. But §15.2.2: a 101 that
        // nobody asked for is not HTTP from there on.
        if record.status < 200, record.status != 101 { return true }
        record.headerDone = true
        // Nothing but a 200 carries a policy: its body is neither waited for nor kept.
        guard record.status == 200 else { return false }
        // Ours rather than MAXFILESIZE, which would end the transfer in the middle of the header
        // and so hide the status and target of, say, a redirect with a large page.
        record.bodyOverLimit = (record.announcedLength ?? 0) > limitBytes
        return !record.bodyOverLimit
    }

    /// RFC 9110 §8.6. Nil where it is no number: libcurl ends the transfer then.
    private static func length(_ value: Slice<UnsafeRawBufferPointer>) -> Int? {
        let digits = unsafe text(value, limitBytes: 64)
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isNumber ? Int(digits) ?? Int.max : nil
    }

    /// The field value without the white space around it (RFC 9110 §5.5).
    private static func text(
        _ value: Slice<UnsafeRawBufferPointer>, limitBytes: Int
    ) -> String {
        func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
        }
        var bytes = unsafe Array(value.drop(while: isSpace).prefix(limitBytes + 64))
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(bounded: bytes, limitBytes: limitBytes)
    }
}
