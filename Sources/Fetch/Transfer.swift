internal import CCurl
internal import Evidence
internal import Glibc

/// One easy handle with the record its callbacks write to: the context box of every callback.
///
/// Pooled by the fetcher. Touched on the loop's thread only; libcurl holds a retained pointer to
/// it from `begin` to `end`.
final class Transfer {
    /// All header bytes of all responses (1xx included) to one request, and all reply lines of
    /// an MX host.
    static let headerLimitBytes = 65_536
    /// What a policy host may send in all, TLS included: a handshake of 100 KB, header and body of
    /// 64 KiB each, and room for who sends them in chunks and records of a few bytes. At least 16
    /// times the body's limit.
    static let policyLimitBytes = 1_048_576
    /// Of that, until the handshake is done: OpenSSL takes a chain of 100 KB, and passes over empty
    /// messages of a few bytes for as long as they come.
    static let handshakeLimitBytes = 262_144
    /// Messages of TLS that a host may send behind the handshake: session tickets, new keys. Servers
    /// send a handful; each costs up to 20 us, and OpenSSL reads on within one call for as long as
    /// they come.
    static let laterMessageLimit = 64
    /// Presented certificates that are read; a longer chain is verified all the same.
    static let chainLimit = 16
    /// Complaints of one verification that are kept.
    static let verifyErrorLimit = 32

    private(set) var easy: EasyHandle
    var record = TransferRecord()
    private(set) var errand = Errand.policy
    private(set) var id: UInt64 = 0
    private(set) var host = ""
    private(set) var address: IPAddress?
    let limitBytes: Int
    let configuration: FetchConfiguration
    private let trustStore: TrustStore
    let certificates: CertificateMemory

    /// libcurl's; use it only from its callbacks, where it is open.
    var socket = CCURL_NO_SOCKET

    init(
        configuration: FetchConfiguration, trustStore: TrustStore, certificates: CertificateMemory
    ) throws(FetcherFailure) {
        guard let easy = EasyHandle() else { throw .startFailed(call: "curl_easy_init") }
        self.easy = easy
        self.configuration = configuration
        self.trustStore = trustStore
        self.certificates = certificates
        limitBytes = max(0, configuration.limitBytes)
    }

    /// Makes the handle ready for the multi handle; balanced by `end`.
    func begin(
        _ errand: Errand, id: UInt64, host: String, address: IPAddress
    ) throws(FetcherFailure) {
        record = TransferRecord()
        self.errand = errand
        self.id = id
        self.host = host
        self.address = address
        try prepare(errand, host: host, address: address)
        unsafe _ = Unmanaged.passRetained(self)
    }

    /// Sets every option once and starts nothing.
    func rehearse() throws(FetcherFailure) {
        guard let nowhere = IPAddress(bytes: [0, 0, 0, 0]) else { return }
        try prepare(.policy, host: "mta-sts.invalid", address: nowhere)
        try prepare(.mail, host: "mx.invalid", address: nowhere)
    }

    private func prepare(
        _ errand: Errand, host: String, address: IPAddress
    ) throws(FetcherFailure) {
        try easy.prepare(
            errand, host: host, address: address, trustStore: trustStore,
            configuration: configuration)
        try attachCallbacks(errand)
    }

    /// Takes back what `begin` gave away; libcurl must have let go of the handle.
    func end() {
        unsafe Unmanaged.passUnretained(self).release()
        record = TransferRecord()
        socket = CCURL_NO_SOCKET
    }

    /// What the finished transfer came to, when it was for a policy.
    func fetch(_ code: CURLcode, address: IPAddress) -> Fetch {
        record.requestSent = easy.requestBytes > 0
        var outcome = record.outcome(
            result: code, systemError: easy.systemError, limitBytes: limitBytes)
        if configuration.proxy != nil, record.leavesDoubt(outcome) {
            outcome = .failed(.proxy(status: easy.proxyStatus))
        }
        return Fetch(
            address: address, outcome: outcome, chain: record.chain,
            tlsVersion: record.tlsVersion)
    }

    /// What the finished transfer came to, when it was a probe.
    func probe(_ code: CURLcode, address: IPAddress) -> MailProbe {
        MailProbe(
            host: host, address: address,
            outcome: record.mailOutcome(result: code, systemError: easy.systemError),
            chain: record.chain, tlsVersion: record.tlsVersion, cipher: record.cipher)
    }

    private func attachCallbacks(_ errand: Errand) throws(FetcherFailure) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let handle = unsafe easy.pointer
        try easy.check(CURLOPT_PRIVATE, unsafe ccurl_set_private(handle, context))
        try easy.check(
            CURLOPT_WRITEFUNCTION, unsafe ccurl_on_body(handle, Self.bodyCallback, context))
        try easy.check(
            CURLOPT_HEADERFUNCTION, unsafe ccurl_on_header(handle, Self.headerCallback, context))
        try easy.check(
            CURLOPT_OPENSOCKETFUNCTION,
            unsafe ccurl_on_open_socket(handle, Self.openSocketCallback, context))
        try easy.check(
            CURLOPT_SSL_CTX_FUNCTION,
            unsafe ccurl_on_tls_context(handle, Self.tlsContextCallback, context))
        guard errand == .mail else { return }
        try easy.check(
            CURLOPT_XFERINFOFUNCTION,
            unsafe ccurl_on_progress(handle, Self.progressCallback, context))
        try easy.check(
            CURLOPT_DEBUGFUNCTION, unsafe ccurl_on_debug(handle, Self.debugCallback, context))
    }

    /// The transfer behind a callback's context pointer.
    static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: - Lines

    /// A line of a header or of an SMTP reply. A callback that returns another count than it was
    /// given ends the transfer (CURLE_WRITE_ERROR); the record says why.
    private static let headerCallback: curl_write_callback = { bytes, size, count, context in
        guard let transfer = unsafe Transfer.of(context), let bytes = unsafe bytes else { return 0 }
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        return unsafe transfer.receive(line) ? line.count : 0
    }

    private func receive(_ line: UnsafeRawBufferPointer) -> Bool {
        record.headerBytes += line.count
        guard record.headerBytes <= Self.headerLimitBytes else {
            record.headerOverLimit = true
            return false
        }
        return switch errand {
        case .policy: unsafe receiveHeader(line)
        case .mail: unsafe receiveReply(line)
        }
    }

    // MARK: - Socket

    private static let openSocketCallback: curl_opensocket_callback = { context, _, address in
        guard let transfer = unsafe Transfer.of(context), let address = unsafe address else {
            return CCURL_NO_SOCKET
        }
        guard unsafe transfer.permits(address) else {
            transfer.record.wasGuarded = true
            return CCURL_NO_SOCKET
        }
        let socket = unsafe ccurl_open_socket(address)
        if socket == CCURL_NO_SOCKET { transfer.record.socketError = errno }
        transfer.socket = socket
        return socket
    }

    /// The last gate: whatever led here, only the address that was asked for and vetted, or the
    /// proxy that is told to connect to it.
    private func permits(_ target: UnsafePointer<curl_sockaddr>) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe ccurl_address_bytes(target, &bytes)
        guard let actual = IPAddress(bytes: bytes.prefix(Int(count))) else { return false }
        guard let address, configuration.addressGuard.permits(address) else { return false }
        let proxy = errand == .policy ? configuration.proxy : nil
        return actual == proxy?.address ?? address
    }
}
