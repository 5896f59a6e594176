internal import CCurl
internal import Evidence
internal import Glibc

/// One easy handle with the record its callbacks write to: the context box of every callback.
///
/// Pooled by the fetcher. Touched on the loop's thread only; libcurl holds a retained pointer to
/// it from `begin` to `end`.
final class Transfer {
    /// All header bytes of all responses (1xx included) to one request.
    static let headerLimitBytes = 65_536
    /// Presented certificates that are read; a longer chain is verified all the same.
    static let chainLimit = 16
    /// Complaints of one verification that are kept.
    static let verifyErrorLimit = 32

    private(set) var easy: EasyHandle
    var record = TransferRecord()
    private(set) var id: UInt64 = 0
    private(set) var host = ""
    private(set) var address: IPAddress?
    let limitBytes: Int
    let addressGuard: AddressGuard
    private let configuration: FetchConfiguration
    private let trustStore: TrustStore

    init(configuration: FetchConfiguration, trustStore: TrustStore) throws(FetcherFailure) {
        guard let easy = EasyHandle() else { throw .startFailed(call: "curl_easy_init") }
        self.easy = easy
        self.configuration = configuration
        self.trustStore = trustStore
        limitBytes = max(0, configuration.limitBytes)
        addressGuard = configuration.addressGuard
    }

    /// Makes the handle ready for the multi handle; balanced by `end`.
    func begin(id: UInt64, host: String, address: IPAddress) throws(FetcherFailure) {
        record = TransferRecord()
        self.id = id
        self.host = host
        self.address = address
        try easy.prepare(
            host: host, address: address, trustStore: trustStore, configuration: configuration)
        try attachCallbacks()
        unsafe _ = Unmanaged.passRetained(self)
    }

    /// Sets every option once and starts nothing.
    func rehearse() throws(FetcherFailure) {
        guard let nowhere = IPAddress(bytes: [0, 0, 0, 0]) else { return }
        try easy.prepare(
            host: "mta-sts.invalid", address: nowhere, trustStore: trustStore,
            configuration: configuration)
        try attachCallbacks()
    }

    /// Takes back what `begin` gave away; libcurl must have let go of the handle.
    func end() {
        unsafe Unmanaged.passUnretained(self).release()
        record = TransferRecord()
    }

    /// What the finished transfer came to.
    func result(_ code: CURLcode, address: IPAddress) -> Fetch {
        record.requestSent = easy.requestBytes > 0
        let outcome = record.outcome(
            result: code, systemError: easy.systemError, limitBytes: limitBytes)
        return Fetch(
            address: address, outcome: outcome, chain: record.chain,
            tlsVersion: record.handshakeDone ? record.tlsVersion : nil)
    }

    private func attachCallbacks() throws(FetcherFailure) {
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
    }

    /// The transfer behind a callback's context pointer.
    static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
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
        return socket
    }

    /// The last gate: whatever led here, only the address that was asked for and vetted.
    private func permits(_ target: UnsafePointer<curl_sockaddr>) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe ccurl_address_bytes(target, &bytes)
        guard let actual = IPAddress(bytes: bytes.prefix(Int(count))) else { return false }
        return actual == address && addressGuard.permits(actual)
    }
}
