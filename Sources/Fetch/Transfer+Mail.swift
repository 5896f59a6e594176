internal import CCurl
internal import Evidence
internal import Glibc

/// The dialogue with an MX host as it goes on.
extension Transfer {
    /// What an MX host may send in all: reply lines, and a handshake with a chain of the 100 KB
    /// that OpenSSL takes at most. Before TLS, `headerLimitBytes`.
    static let mailLimitBytes = 262_144

    /// False ends the transfer.
    func receiveReply(_ line: UnsafeRawBufferPointer) -> Bool {
        switch unsafe record.dialogue.read(line, isSecure: record.handshakeDone) {
        case .goOn: return true
        case .drop: return false
        case .quit:
            sayQUIT()
            return false
        }
    }

    // MARK: - QUIT

    private static let quit = Array("QUIT".utf8)

    /// RFC 5321 §4.1.1.10: not without QUIT. libcurl leaves it out where it did not get to its
    /// own command. Six bytes into a buffer that holds hundreds at most: never cut.
    private func sayQUIT() {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let line = Self.quit + Array("\r\n".utf8)
        unsafe _ = send(socket, line, line.count, flags)
    }

    /// Hears what libcurl sends. When that is QUIT, libcurl goes on to wait for the reply and holds
    /// up the whole thread, for two minutes if need be, whatever the deadlines. With nothing left
    /// to read it does not.
    ///
    /// Departs from RFC 5321 §4.1.1.10 ("SHOULD wait" for the reply), as Postfix does by default.
    static let debugCallback: curl_debug_callback = { _, kind, bytes, count, context in
        guard kind == CURLINFO_HEADER_OUT, let transfer = unsafe Transfer.of(context),
            let bytes = unsafe bytes
        else { return 0 }
        let sent = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        if unsafe sent.starts(with: quit) { _ = shutdown(transfer.socket, Int32(SHUT_RD)) }
        return 0
    }

    // MARK: - Limits

    /// Called by libcurl after everything that happens on the socket, before and within TLS, and
    /// before it closes: libcurl itself reads lines without an end for as long as they come.
    static let progressCallback: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let transfer = unsafe Transfer.of(context) else { return 1 }
        return transfer.isWithinLimits() ? 0 : 1
    }

    private func isWithinLimits() -> Bool {
        var peerIsThere: Int32 = 0
        var received: UInt64 = 0
        let isUp = unsafe ccurl_tcp_is_up(socket, &peerIsThere, &received)
        record.peerIsThere = isUp != 0 && peerIsThere != 0
        guard isUp != 0 else { return true }
        if !record.isConnected {
            record.isConnected = true
            easy.extendConnectDeadline(configuration)
        }
        let limit = record.handshakeBegan ? Self.mailLimitBytes : Self.headerLimitBytes
        if received > UInt64(limit) { record.headerOverLimit = true }
        return !record.headerOverLimit
    }
}
