internal import CCurl
internal import Evidence

extension TransferRecord {
    /// What to tell the judge of an MX host: libcurl's `result` read in the light of what was
    /// seen.
    ///
    /// From STARTTLS on, whatever goes wrong goes wrong with TLS. After a good handshake nothing
    /// does: what a policy asks for is proven, and a host that then refuses EHLO or NOOP, or hangs
    /// up, may do so to this caller only.
    ///
    /// - Parameter systemError: errno of a failed connect, 0 when unknown.
    func mailOutcome(result: CURLcode, systemError: Int32) -> MailProbe.Outcome {
        if headerOverLimit, !handshakeDone { return .failed(failureWithoutEnd) }
        if let failure = connectionFailure(result: result) { return .failed(.init(failure)) }
        guard handshakeDone else { return .failed(failureBeforeTLS(result, systemError)) }
        // RFC 8446 §4.4.2.4: the server's refusal may come when our side is done.
        if let alert, !dialogue.hasAnsweredInTLS {
            return .failed(.tls(Self.problem(ofAlert: alert)))
        }
        return .verified
    }

    private var failureWithoutEnd: MailProbeFailure {
        dialogue.hasAskedForTLS ? .tls(.notTLS) : .notSMTP
    }

    private func failureBeforeTLS(_ result: CURLcode, _ systemError: Int32) -> MailProbeFailure {
        if let failure = dialogue.failure { return failure }
        switch result {
        case CURLE_OPERATION_TIMEDOUT where isConnected:
            return dialogue.hasAskedForTLS ? .tlsTimeout : .silent
        // libcurl gave up by itself: it has limits of its own for replies.
        case CURLE_RECV_ERROR where peerIsThere: return failureWithoutEnd
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING:
            return dialogue.hasAskedForTLS ? .tls(.reset) : .connectionLost
        // RFC 3207 §4: bytes in the clear came along with the 220.
        case CURLE_WEIRD_SERVER_REPLY where dialogue.hasAskedForTLS:
            return .tls(.notTLS)
        default:
            return .init(failureConnecting(result, systemError))
        }
    }
}
