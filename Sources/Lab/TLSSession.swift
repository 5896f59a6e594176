internal import COpenSSL

/// Owns the server side of one TLS connection over a non-blocking socket. One loop thread only.
@safe struct TLSSession: ~Copyable {
    /// How far a step came.
    enum Step {
        case done
        case wantsRead
        case wantsWrite
        /// The ClientHello has been read; set `hello.verdict` and accept again.
        case wantsVerdict
        /// The peer ended the stream with close_notify.
        case ended
        case failed
    }

    let hello = TLSHello()
    // Nil after `end`. Its ex_data points to `hello`, which therefore lives at least as long.
    private var session: OpaquePointer?

    /// - Parameter session: takes ownership; it has its socket already.
    init(adopting session: OpaquePointer) {
        unsafe self.session = session
        unsafe SSL_set_accept_state(session)
        unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(hello).toOpaque())
    }

    deinit {
        if let session = unsafe session { unsafe SSL_free(session) }
    }

    /// Frees the TLS state early; every later step fails.
    mutating func end() {
        guard let old = unsafe session else { return }
        unsafe session = nil
        unsafe SSL_free(old)
    }

    // MARK: - Choosing, between `wantsVerdict` and the next `accept`

    func present(
        _ certificate: borrowing MintCertificate, _ key: borrowing MintKey
    ) throws(MintFailure) {
        let isSet = unsafe certificate.withHandle { certificate in
            unsafe key.withHandle { key in
                unsafe SSL_use_certificate(session, certificate) == 1
                    && SSL_use_PrivateKey(session, key) == 1
            }
        }
        guard isSet else { throw .session }
    }

    func present(chain certificate: borrowing MintCertificate) throws(MintFailure) {
        guard unsafe certificate.withHandle({ unsafe mint_add_chain_certificate(session, $0) }) == 1
        else {
            throw .session
        }
    }

    /// RFC 8996 forbids what is left after this.
    func limitToOldVersions() throws(MintFailure) {
        try limit(from: TLS1_VERSION, to: TLS1_1_VERSION)
    }

    func limitToTLS12() throws(MintFailure) { try limit(from: TLS1_2_VERSION, to: TLS1_2_VERSION) }

    private func limit(from lowest: Int32, to highest: Int32) throws(MintFailure) {
        guard unsafe mint_set_versions(session, lowest, highest) == 1 else { throw .session }
    }

    func prepare(for mischief: TLSMischief) throws(MintFailure) {
        let version =
            switch mischief {
            case .tickets, .keyUpdates: TLS1_3_VERSION
            case .renegotiation: TLS1_2_VERSION
            }
        try limit(from: version, to: version)
        unsafe mint_allow_tickets_and_renegotiation(session)
    }

    // MARK: - Steps

    /// One message more of a kind that no client has asked for.
    func pester(_ mischief: TLSMischief) -> Step {
        guard let session = unsafe session else { return .failed }
        ERR_clear_error()
        let result =
            switch mischief {
            case .tickets: unsafe mint_send_ticket(session)
            case .keyUpdates: unsafe mint_send_key_update(session)
            case .renegotiation: unsafe mint_renegotiate(session)
            }
        return unsafe step(result, of: session)
    }

    func accept() -> Step {
        guard let session = unsafe session else { return .failed }
        ERR_clear_error()
        return unsafe step(SSL_do_handshake(session), of: session)
    }

    /// Reads at most `buffer.count` bytes to its beginning.
    func read(into buffer: inout [UInt8]) -> (step: Step, count: Int) {
        guard let session = unsafe session else { return (.failed, 0) }
        ERR_clear_error()
        var count = 0
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe SSL_read_ex(session, bytes.baseAddress, bytes.count, &count)
        }
        return (unsafe step(result, of: session), count)
    }

    /// Writes what the socket takes of `bytes`; `count` tells how much.
    func write(_ bytes: ArraySlice<UInt8>) -> (step: Step, count: Int) {
        guard let session = unsafe session else { return (.failed, 0) }
        ERR_clear_error()
        var count = 0
        let result = unsafe bytes.withUnsafeBytes { bytes in
            unsafe SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
        }
        return (unsafe step(result, of: session), count)
    }

    /// Sends close_notify (RFC 8446 §6.1) and does not wait for the peer's.
    func sayGoodbye() -> Step {
        guard let session = unsafe session else { return .failed }
        ERR_clear_error()
        let result = unsafe SSL_shutdown(session)
        // 0: ours is sent, the peer's has not come: that is all we want.
        return result >= 0 ? .done : unsafe step(result, of: session)
    }

    private func step(_ result: Int32, of session: OpaquePointer) -> Step {
        if result > 0 { return .done }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_WANT_CLIENT_HELLO_CB: return .wantsVerdict
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed
        }
    }
}
