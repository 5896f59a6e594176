internal import CCurl
internal import COpenSSL
internal import Evidence

/// The process-wide part of libcurl, and whether it is one that this module can work with.
enum Library {
    /// Starts libcurl once, from whatever thread comes first.
    private static let isStarted: Bool = ccurl_global_init() == CURLE_OK

    /// - Throws: `startFailed`, or `foreignTLSLibrary` where handing libcurl's SSL_CTX to the
    ///   OpenSSL linked here would be undefined behaviour.
    static func check() throws(FetcherFailure) {
        guard isStarted else { throw .startFailed(call: "curl_global_init") }
        guard let easy = EasyHandle() else { throw .startFailed(call: "curl_easy_init") }
        let version = tlsVersion
        guard unsafe ccurl_tls_backend(easy.pointer) == CURLSSLBACKEND_OPENSSL,
            version == "OpenSSL/\(ownVersion)"
        else { throw .foreignTLSLibrary(version) }
    }

    /// As libcurl reports it: `OpenSSL/3.0.22`.
    private static var tlsVersion: String {
        guard let info = unsafe ccurl_version(),
            let text = unsafe info.pointee.ssl_version
        else { return "" }
        return unsafe String(cString: text)
    }

    private static var ownVersion: String {
        unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
    }
}
