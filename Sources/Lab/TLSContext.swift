internal import COpenSSL

/// What all sessions of one loop share: versions, modes, and the pause at the ClientHello.
/// It holds no certificate: each session is given its own.
@safe struct TLSContext: ~Copyable {
    private let context: OpaquePointer
    private let socketMethod: OpaquePointer

    init() throws(MintFailure) {
        guard let method = unsafe mint_quiet_socket_method() else { throw .context }
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            unsafe BIO_meth_free(method)
            throw .context
        }
        // Level 0: the lab must be able to show RSA 1024 and TLS 1.1 to a client that refuses.
        unsafe SSL_CTX_set_security_level(context, 0)
        guard unsafe mint_context_set_versions(context, TLS1_2_VERSION, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") == 1
        else {
            unsafe SSL_CTX_free(context)
            unsafe BIO_meth_free(method)
            throw .context
        }
        // Idle sessions give their 16 KiB buffers back; a write may take part of the bytes.
        unsafe mint_context_set_mode(
            context,
            Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ENABLE_PARTIAL_WRITE)
                | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // Nobody resumes: every fetch is a full handshake, as for a sender's first.
        unsafe mint_context_no_session_cache(context)
        unsafe SSL_CTX_set_num_tickets(context, 0)
        unsafe mint_context_refuse_tickets_and_renegotiation(context)
        unsafe SSL_CTX_set_client_hello_cb(
            context, { session, alert, _ in unsafe TLSHello.meet(session, alert) }, nil)
        unsafe self.context = context
        unsafe socketMethod = method
    }

    deinit {
        unsafe SSL_CTX_free(context)
        unsafe BIO_meth_free(socketMethod)
    }

    /// A session on the descriptor, which must stay open until the session has ended.
    func session(on descriptor: Int32) throws(MintFailure) -> TLSSession {
        guard let session = unsafe SSL_new(context) else { throw .session }
        guard unsafe mint_attach(session, socketMethod, descriptor) == 1 else {
            unsafe SSL_free(session)
            throw .session
        }
        return unsafe TLSSession(adopting: session)
    }
}
