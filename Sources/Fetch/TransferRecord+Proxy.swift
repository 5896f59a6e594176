internal import CCurl
internal import Evidence

extension TransferRecord {
    /// Whether a proxy may have done this in the host's place: whatever was not vouched for by the
    /// host's own TLS. A certificate, an alert, and what came behind the handshake are the host's,
    /// or those of a proxy that intercepts TLS, which nothing here can tell.
    func leavesDoubt(_ outcome: Fetch.Outcome) -> Bool {
        switch outcome {
        case .response: return false
        case .failed(let failure):
            switch failure {
            case .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .tls(.reset),
                .tls(.notTLS), .responseTimeout, .connectionLost:
                return true
            // libcurl's words. Negative codes are this machine's, or our own guard's.
            case .local(let code): return code > 0
            // A cut, but for an end that the host itself told.
            case .brokenResponse(.truncated), .brokenResponse(.empty): return !closeNotifyReceived
            case .tls, .certificate, .tooLarge, .brokenResponse, .proxy: return false
            }
        }
    }
}
