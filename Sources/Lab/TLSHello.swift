internal import COpenSSL

/// Where a handshake stops once the ClientHello has been read, so that Swift can decide what the
/// host does with it outside of any C callback. Touched on the session's loop thread only.
final class TLSHello {
    enum Verdict {
        case undecided
        case proceed
        /// Answer with a fatal unrecognized_name alert (RFC 6066 §3).
        case refuse
    }

    var verdict = Verdict.undecided
    /// From the ClientHello; nil when there was none or it was malformed.
    private(set) var serverName: String?

    /// OpenSSL's ClientHello callback: asks for a pause until there is a verdict.
    static func meet(
        _ session: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let session = unsafe session, let box = unsafe SSL_get_ex_data(session, 0) else {
            return MINT_HELLO_ERROR
        }
        let hello = unsafe Unmanaged<TLSHello>.fromOpaque(box).takeUnretainedValue()
        switch hello.verdict {
        case .undecided:
            unsafe hello.readServerName(session)
            return MINT_HELLO_RETRY
        case .proceed:
            return MINT_HELLO_SUCCESS
        case .refuse:
            unsafe alert?.pointee = MINT_ALERT_UNRECOGNIZED_NAME
            return MINT_HELLO_ERROR
        }
    }

    private func readServerName(_ session: OpaquePointer) {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        guard
            unsafe SSL_client_hello_get0_ext(
                session, MINT_EXTENSION_SERVER_NAME, &bytes, &count) == 1,
            let bytes = unsafe bytes
        else { return }
        unsafe serverName = TLSServerName.read(UnsafeBufferPointer(start: bytes, count: count))
    }
}
