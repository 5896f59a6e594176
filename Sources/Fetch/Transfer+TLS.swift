internal import CCurl
internal import COpenSSL
internal import Evidence

/// The handshake as OpenSSL sees it. Everything is hung on the transfer's own SSL_CTX; the
/// trust store behind it is shared by all transfers and is never touched.
extension Transfer {
    /// Called by libcurl when TCP is up, before the ClientHello.
    static let tlsContextCallback: curl_ssl_ctx_callback = { _, tls, context in
        guard let transfer = unsafe Transfer.of(context), let tls = unsafe tls else {
            return CURLE_SSL_CONNECT_ERROR
        }
        return unsafe transfer.observe(OpaquePointer(tls))
    }

    private func observe(_ tls: OpaquePointer) -> CURLcode {
        record.handshakeBegan = true
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard unsafe copenssl_require_host(tls, host) == 1 else { return CURLE_OUT_OF_MEMORY }
        unsafe copenssl_set_context(tls, context)
        // The same verdict wherever this runs: distributions differ in the default. Level 2 is
        // 112 bits: RSA and DH of 2,048 bits, no SHA-1 signatures.
        unsafe SSL_CTX_set_security_level(tls, 2)
        // An end without close_notify is then told from a reset; whether it was in order is ours
        // to judge (TransferRecord.closeNotifyReceived).
        unsafe _ = SSL_CTX_set_options(tls, COPENSSL_ALLOW_MISSING_CLOSE)
        // No sender needs a second handshake, and each costs as much as the first. It could also
        // keep libcurl's QUIT from being written at once.
        unsafe _ = SSL_CTX_set_options(tls, COPENSSL_NO_RENEGOTIATION)
        if errand == .mail {
            // libcurl's own, for the debug callback, which has no use for it.
            unsafe SSL_CTX_set_msg_callback(tls, nil)
        }
        unsafe SSL_CTX_set_info_callback(tls, Self.infoCallback)
        unsafe SSL_CTX_set_cert_verify_callback(tls, Self.verifyCallback, context)
        return CURLE_OK
    }

    // MARK: - Progress and alerts

    private typealias InfoCallback = @convention(c) (OpaquePointer?, Int32, Int32) -> Void

    private static let infoCallback: InfoCallback = { session, event, value in
        guard let session = unsafe session,
            let transfer = unsafe Transfer.of(copenssl_context(session))
        else { return }
        unsafe transfer.note(event, value, session)
    }

    private func note(_ event: Int32, _ value: Int32, _ session: OpaquePointer) {
        if event & SSL_CB_HANDSHAKE_START != 0 {
            unsafe watchReads(of: session)
        }
        if event & COPENSSL_READ_ALERT == COPENSSL_READ_ALERT {
            receiveAlert(level: value >> 8, number: value & 0xFF)
        }
        if event & COPENSSL_CONNECT_EXIT == COPENSSL_CONNECT_EXIT, value <= 0,
            record.handshakeReason == 0
        {
            record.handshakeReason = copenssl_pending_reason()
        }
        // Told at the end of the handshake itself, and then of each message behind it.
        if event & COPENSSL_CONNECT_EXIT == COPENSSL_CONNECT_EXIT, value > 0, record.handshakeDone {
            record.laterMessages += 1
            if record.laterMessages > Self.laterMessageLimit { record.receivedOverLimit = true }
        }
        if event & SSL_CB_HANDSHAKE_DONE != 0, !record.handshakeDone {
            record.handshakeDone = true
            if let name = unsafe SSL_get_version(session) {
                record.tlsVersion = unsafe String(cString: name)
            }
            if let name = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(session)) {
                record.cipher = unsafe String(cString: name)
            }
        }
    }

    private func receiveAlert(level: Int32, number: Int32) {
        if number == SSL_AD_CLOSE_NOTIFY {
            record.closeNotifyReceived = true
        } else if level == SSL3_AL_FATAL, record.alert == nil {
            record.alert = Int(number)
        }
    }

    // MARK: - Reads

    // libcurl gives one code for a reset and for a malformed chunk; the BIO knows which.
    private func watchReads(of session: OpaquePointer) {
        guard let bio = unsafe SSL_get_rbio(session) else { return }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe BIO_set_callback_arg(bio, context.assumingMemoryBound(to: CChar.self))
        unsafe BIO_set_callback_ex(bio, Self.readCallback)
    }

    private static let readCallback: BIO_callback_fn_ex = {
        bio, operation, _, _, _, _, result, processed in
        guard operation == BIO_CB_READ || operation == BIO_CB_READ | BIO_CB_RETURN,
            let bio = unsafe bio, let context = unsafe BIO_get_callback_arg(bio),
            let transfer = unsafe Transfer.of(UnsafeMutableRawPointer(context))
        else { return Int(result) }
        guard operation != BIO_CB_READ else {
            // Ahead of the read: what is not positive stands for its result.
            if transfer.mayReceiveMore { return Int(result) }
            unsafe copenssl_forget_retry(bio)
            return -1
        }
        if result > 0 {
            transfer.record.receivedBytes += unsafe processed?.pointee ?? 0
        } else if result < 0, unsafe BIO_test_flags(bio, BIO_FLAGS_SHOULD_RETRY) == 0 {
            transfer.record.socketFailed = true
        }
        return Int(result)
    }

    /// Asked at each read of the socket and nowhere else: OpenSSL itself reads on within one call
    /// for as long as messages come that it has no use for (HelloRequest before a ServerHello,
    /// session tickets and new keys after the handshake), and everything on the loop waits.
    private var mayReceiveMore: Bool {
        if record.receivedBytes > limitOfReceived { record.receivedOverLimit = true }
        return !record.receivedOverLimit
    }

    private var limitOfReceived: Int {
        switch errand {
        case .policy where !record.handshakeDone: Self.handshakeLimitBytes
        case .policy: max(Self.policyLimitBytes, 16 * limitBytes)
        case .mail: Self.mailLimitBytes
        }
    }

    // MARK: - Certificates

    private typealias VerifyCallback =
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32

    /// Stands in for OpenSSL's own call of X509_verify_cert: it goes on past every problem, so
    /// that all are known, and then fails the handshake if there was any.
    private static let verifyCallback: VerifyCallback = { verification, context in
        guard let verification = unsafe verification, let transfer = unsafe Transfer.of(context)
        else { return 0 }
        return unsafe transfer.verify(verification) ? 1 : 0
    }

    private func verify(_ verification: OpaquePointer) -> Bool {
        unsafe keepChain(of: verification)
        record.trustStoreIdentity = unsafe UInt(bitPattern: X509_STORE_CTX_get0_store(verification))
        unsafe X509_STORE_CTX_set_verify_cb(verification) { isGood, verification in
            guard isGood == 0 else { return 1 }
            guard let verification = unsafe verification,
                let session = unsafe copenssl_session(verification),
                let transfer = unsafe Transfer.of(copenssl_context(session))
            else { return 0 }
            unsafe transfer.keepError(of: verification)
            return 1
        }
        let isVerified = unsafe X509_verify_cert(verification) == 1
        if !isVerified, record.verifyErrors.isEmpty { unsafe keepError(of: verification) }
        guard let first = record.verifyErrors.first else { return isVerified }
        unsafe X509_STORE_CTX_set_error(verification, first.code)
        return false
    }

    private func keepError(of verification: OpaquePointer) {
        let error = TransferRecord.VerifyError(
            code: unsafe X509_STORE_CTX_get_error(verification),
            depth: unsafe X509_STORE_CTX_get_error_depth(verification))
        guard record.verifyErrors.count < Self.verifyErrorLimit,
            !record.verifyErrors.contains(error)
        else { return }
        record.verifyErrors.append(error)
    }

    private func keepChain(of verification: OpaquePointer) {
        record.chain = []
        for index in 0..<Int32(Self.chainLimit) {
            guard let certificate = unsafe copenssl_presented(verification, index),
                let facts = unsafe certificates.facts(of: certificate)
            else { return }
            record.chain.append(facts)
        }
    }
}
