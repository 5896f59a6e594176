internal import CCurl
internal import Evidence

extension TransferRecord {
    /// Whether a proxy may have done this in the host's place: whatever the host's own TLS does not
    /// vouch for. An alert before the handshake is done is no proof either: firewalls refuse with
    /// one. A certificate is taken for the host's, since without that nothing could be found out:
    /// that a proxy intercepts TLS shows only over many hosts.
    func leavesDoubt(_ outcome: Fetch.Outcome) -> Bool {
        switch outcome {
        case .response: false
        case .failed(let failure):
            switch failure {
            case .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .responseTimeout,
                .connectionLost:
                true
            case .tls: !handshakeDone
            // A cut, but for an end that the host itself told.
            case .brokenResponse(.truncated), .brokenResponse(.empty): !closeNotifyReceived
            case .local(let code): Self.proxyCodes.contains(code)
            case .certificate, .tooLarge, .brokenResponse, .proxy: false
            }
        }
    }

    /// libcurl's words for a CONNECT that comes to nothing. Other codes are this machine's.
    private static let proxyCodes = Set(
        [
            CURLE_COULDNT_CONNECT, CURLE_WEIRD_SERVER_REPLY, CURLE_GOT_NOTHING, CURLE_SEND_ERROR,
            CURLE_RECV_ERROR, CURLE_PROXY,
        ].map { Int($0.rawValue) })
}
