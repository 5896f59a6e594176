import COpenSSL
import Glibc
@testable import Lab

/// The TLS of the test clients, which verify as the audit does.
enum ClientTLS {
    /// Lends a client context that trusts the root in `caFile`, and a socket BIO; nil when OpenSSL
    /// has none left.
    static func withContext<Value>(
        caFile: String?, _ body: (OpaquePointer, OpaquePointer) -> Value
    ) -> Value? {
        guard let method = unsafe mint_quiet_socket_method() else { return nil }
        defer { unsafe BIO_meth_free(method) }
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return nil }
        defer { unsafe SSL_CTX_free(context) }
        if let caFile { unsafe _ = SSL_CTX_load_verify_locations(context, caFile, nil) }
        return unsafe body(context, method)
    }

    /// A session on the descriptor; free it.
    ///
    /// - Parameters:
    ///   - serverName: nil sends no server_name extension.
    ///   - isOld: a client from before 2018: TLS 1.0 and 1.1 only.
    static func session(
        _ context: OpaquePointer, _ method: OpaquePointer, on descriptor: Int32,
        serverName: String?, verifiedName: String?, isOld: Bool = false
    ) -> OpaquePointer? {
        let session = unsafe SSL_new(context)
        unsafe _ = mint_attach(session, method, descriptor)
        unsafe SSL_set_connect_state(session)
        // RFC 8461 §3.3 and §4.2 want a dNSName.
        let flags = UInt32(
            X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
        unsafe SSL_set_hostflags(session, flags)
        if let verifiedName { unsafe _ = SSL_set1_host(session, verifiedName) }
        if var name = serverName.map({ Array($0.utf8CString) }) {
            unsafe _ = SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, &name)
        }
        if isOld {
            unsafe SSL_set_security_level(session, 0)
            unsafe _ = SSL_set_cipher_list(session, "DEFAULT:@SECLEVEL=0")
            unsafe _ = mint_set_versions(session, TLS1_VERSION, TLS1_1_VERSION)
        } else {
            unsafe SSL_set_security_level(session, 2)
            unsafe _ = mint_set_versions(session, TLS1_2_VERSION, TLS1_3_VERSION)
        }
        return unsafe session
    }

    enum Outcome: Equatable, Sendable {
        case wantsRead
        case wantsWrite
        case ended(PolicyProbe.End)
    }

    /// What a call means that did not succeed. Call it at once: errno is part of the answer.
    static func outcome(of result: Int32, _ session: OpaquePointer?) -> Outcome {
        let code = errno
        return switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: .wantsRead
        case SSL_ERROR_WANT_WRITE: .wantsWrite
        case SSL_ERROR_ZERO_RETURN: .ended(.closeNotify)
        case SSL_ERROR_SYSCALL: .ended(code == ECONNRESET ? .reset : .other(Int(code)))
        default: .ended(end(for: Int(ERR_peek_error() & 0x7F_FFFF)))
        }
    }

    /// - Parameter reason: OpenSSL's; an alert's is its number plus 1000.
    private static func end(for reason: Int) -> PolicyProbe.End {
        switch reason {
        case 1_000...1_255: .alert(reason - 1_000)
        case Int(SSL_R_UNEXPECTED_EOF_WHILE_READING): .bareClose
        case Int(SSL_R_WRONG_VERSION_NUMBER): .notTLS
        default: .other(reason)
        }
    }
}
