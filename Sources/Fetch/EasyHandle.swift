internal import CCurl
internal import Evidence

/// Owner of one libcurl easy handle and of the list its options point to.
///
/// Set up anew for each transfer; libcurl's per-handle memory is what is worth keeping.
@safe struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    private var connectTo: UnsafeMutablePointer<curl_slist>?

    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = unsafe pointer
        unsafe connectTo = nil
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(connectTo)
    }

    /// Prepares an errand at `host`, to be done at `address` and nowhere else.
    ///
    /// - Parameter host: what `HostName.isPlain` allows.
    /// - Throws: the option that libcurl refuses, as `FetcherFailure.optionRefused`.
    mutating func prepare(
        _ errand: Errand, host: String, address: IPAddress, trustStore: TrustStore,
        configuration: FetchConfiguration
    ) throws(FetcherFailure) {
        unsafe curl_easy_reset(pointer)
        for (option, value) in Self.fixedNumbers { try set(option, value) }
        // Empty, not absent: absent means the environment's `https_proxy`, `all_proxy`, `no_proxy`.
        try set(CURLOPT_PROXY, errand == .policy ? configuration.proxyURL : "")
        try set(CURLOPT_NOPROXY, "")
        // A zero would mean "no deadline" (or, for connecting, five minutes).
        try set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.positiveMilliseconds)
        // CAPATH, which Debian sets by default, would turn off the cache of loaded roots: 20 ms
        // of CPU per handshake.
        try check(CURLOPT_CAPATH, unsafe ccurl_set_string(pointer, CURLOPT_CAPATH, nil))
        try set(CURLOPT_CAINFO, trustStore.path)
        switch errand {
        case .policy: try prepareGET(host: host, configuration)
        case .mail: try prepareProbe(host: host, configuration)
        }
        try connect(
            to: address, port: errand == .mail ? configuration.mailPort : configuration.port)
    }

    private func prepareGET(
        host: String, _ configuration: FetchConfiguration
    ) throws(FetcherFailure) {
        try set(CURLOPT_PROTOCOLS_STR, "https")
        try set(CURLOPT_TIMEOUT_MS, configuration.totalTimeout.positiveMilliseconds)
        try set(CURLOPT_USERAGENT, configuration.userAgent)
        // RFC 8461 §3.3: the well-known path at the policy host.
        try set(CURLOPT_URL, "https://\(host)/.well-known/mta-sts.txt")
    }

    private func prepareProbe(
        host: String, _ configuration: FetchConfiguration
    ) throws(FetcherFailure) {
        try set(CURLOPT_PROTOCOLS_STR, "smtp")
        try set(CURLOPT_TIMEOUT_MS, configuration.mailTimeout.positiveMilliseconds)
        try set(CURLOPT_USE_SSL, CCURL_STARTTLS_OR_NOTHING)
        // With neither sender nor recipient set, this is all that follows the second EHLO.
        try set(CURLOPT_CUSTOMREQUEST, "NOOP")
        try set(CURLOPT_NOBODY, 1)
        // The path is the name in EHLO.
        let name = try HostName.forEHLO(configuration)
        try set(CURLOPT_URL, "smtp://\(host)/\(name)")
    }

    /// libcurl's deadline for connecting includes the whole dialogue up to the second EHLO; once
    /// TCP is up, only that for the whole probe is to count.
    func extendConnectDeadline(_ configuration: FetchConfiguration) {
        unsafe _ = ccurl_set_long(
            pointer, CURLOPT_CONNECTTIMEOUT_MS, configuration.mailTimeout.positiveMilliseconds)
    }

    // Address and port are replaced below the URL, so Host field and SNI stay the policy host's.
    private mutating func connect(
        to address: IPAddress, port: UInt16
    ) throws(FetcherFailure) {
        let target = address.family == .v6 ? "::[\(address)]:\(port)" : "::\(address):\(port)"
        unsafe curl_slist_free_all(connectTo)
        unsafe connectTo = unsafe curl_slist_append(nil, target)
        guard unsafe connectTo != nil else { throw .startFailed(call: "curl_slist_append") }
        try check(CURLOPT_CONNECT_TO, unsafe ccurl_set_list(pointer, CURLOPT_CONNECT_TO, connectTo))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(FetcherFailure) {
        try check(option, unsafe ccurl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(FetcherFailure) {
        try check(option, unsafe ccurl_set_string(pointer, option, value))
    }

    func check(_ option: CURLoption, _ code: CURLcode) throws(FetcherFailure) {
        guard code == CURLE_OK else {
            throw .optionRefused(option: option.rawValue, code: code.rawValue)
        }
    }

    private static let fixedNumbers: [(CURLoption, Int)] = [
        (CURLOPT_NOSIGNAL, 1),
        // RFC 8461 §3.3: "HTTP 3xx redirects MUST NOT be followed".
        (CURLOPT_FOLLOWLOCATION, 0),
        (CURLOPT_HTTP_VERSION, CCURL_HTTP_1_1),
        (CURLOPT_HTTP09_ALLOWED, 0),
        // What a proxy says is not the host's header.
        (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
        // Every fetch must see the certificate: no connection and no session is used twice.
        // Reuse is also slower with a thousand hosts in flight.
        (CURLOPT_FORBID_REUSE, 1),
        (CURLOPT_FRESH_CONNECT, 1),
        (CURLOPT_SSL_SESSIONID_CACHE, 0),
        (CURLOPT_DNS_CACHE_TIMEOUT, 0),
        (CURLOPT_SSLVERSION, CCURL_TLS_1_2),
        (CURLOPT_SSL_VERIFYPEER, 1),
        (CURLOPT_SSL_VERIFYHOST, 2),
        // No credentials of the user's, ever.
        (CURLOPT_NETRC, 0),
    ]

    // MARK: - After or during a transfer

    /// The status of the latest status line; 0 before the first.
    var status: Int { unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE) }

    /// The status of a proxy's reply to CONNECT; 0 when there is none.
    var proxyStatus: Int { max(0, unsafe ccurl_get_long(pointer, CURLINFO_HTTP_CONNECTCODE)) }

    /// Bytes of the request that were sent; 0 when it never came to that.
    var requestBytes: Int { max(0, unsafe ccurl_get_long(pointer, CURLINFO_REQUEST_SIZE)) }

    /// errno of a failed connect; 0 when there is none.
    var systemError: Int32 {
        Int32(clamping: max(0, unsafe ccurl_get_long(pointer, CURLINFO_OS_ERRNO)))
    }
}

extension FetchConfiguration {
    /// Empty where there is no proxy. An address, so that nobody looks a name up.
    fileprivate var proxyURL: String { proxy.map { "http://\($0)" } ?? "" }
}

extension Duration {
    /// Whole milliseconds, clamped to 1...Int32.max.
    var positiveMilliseconds: Int {
        let parts = components
        let limit = Int64(Int32.max)
        guard parts.seconds < limit / 1_000 else { return Int(limit) }
        let milliseconds = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000
        return Int(max(1, min(limit, milliseconds)))
    }
}
