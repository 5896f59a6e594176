internal import CCurl
internal import Loop

/// libcurl's multi handle joined to the loop: the loop watches its sockets and runs its timer.
///
/// Touched on the loop's thread only, but for `init` and `deinit`. libcurl forbids calling it
/// from its callbacks: those only tell the loop what to watch, and the loop calls back later.
@safe final class Transport {
    private let loop: Loop
    private let multi: UnsafeMutableRawPointer
    private var timer: Loop.Timer?
    /// Called on the loop after libcurl did something: transfers may have finished.
    private var onActivity: () -> Void = {}

    init(loop: Loop, maximumInFlight: Int) throws(FetcherFailure) {
        guard let multi = unsafe curl_multi_init() else {
            throw .startFailed(call: "curl_multi_init")
        }
        self.loop = loop
        unsafe self.multi = unsafe multi
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let codes = unsafe [
            ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, CCURL_NO_MULTIPLEXING),
            ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, maximumInFlight)),
            ccurl_multi_on_socket(multi, Self.socketCallback, context),
            ccurl_multi_on_timer(multi, Self.timerCallback, context),
        ]
        guard codes.allSatisfy({ $0 == CURLM_OK }) else {
            throw .startFailed(call: "curl_multi_setopt")
        }
    }

    deinit {
        // No transfer is left (each keeps its fetcher alive); what libcurl still says to these
        // callbacks would reach a dying object, perhaps off the loop.
        unsafe _ = ccurl_multi_on_socket(multi, nil, nil)
        unsafe _ = ccurl_multi_on_timer(multi, nil, nil)
        unsafe curl_multi_cleanup(multi)
    }

    func start(onActivity: @escaping () -> Void) {
        self.onActivity = onActivity
    }

    /// Starts a prepared transfer; it moves on with the loop's next round.
    func add(_ easy: borrowing EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(multi, easy.pointer) == CURLM_OK
    }

    /// Ends a transfer, finished or not, and closes its connection.
    func remove(_ easy: borrowing EasyHandle) {
        unsafe _ = curl_multi_remove_handle(multi, easy.pointer)
    }

    /// The private pointer and the result of the next finished transfer.
    func nextFinished() -> (context: UnsafeMutableRawPointer, result: CURLcode)? {
        var result = CURLE_OK
        while let easy = unsafe ccurl_multi_next_finished(multi, &result) {
            if let context = unsafe ccurl_get_private(easy) { return unsafe (context, result) }
        }
        return nil
    }

    /// Withdraws the timer; the sockets went with their transfers.
    func close() {
        if let timer { loop.cancel(timer) }
        timer = nil
        onActivity = {}
    }

    private func act(_ socket: curl_socket_t, _ bits: Int32) {
        var running: Int32 = 0
        unsafe _ = curl_multi_socket_action(multi, socket, bits, &running)
        onActivity()
    }

    // MARK: - What libcurl wants

    private func watch(_ socket: curl_socket_t, _ wanted: Int32) {
        guard wanted != CURL_POLL_REMOVE else {
            loop.unwatch(socket)
            return
        }
        var interest: Loop.Interest = []
        if wanted & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if wanted & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        loop.watch(socket, interest) { [weak self] readiness in
            var bits: Int32 = 0
            if readiness.contains(.readable) { bits |= CURL_CSELECT_IN }
            if readiness.contains(.writable) { bits |= CURL_CSELECT_OUT }
            if readiness.contains(.failed) { bits |= CURL_CSELECT_ERR }
            self?.act(socket, bits)
        }
    }

    private func setTimer(milliseconds: Int) {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            timer = nil
            act(CCURL_TIMEOUT, 0)
        }
    }

    private static let socketCallback: curl_socket_callback = { _, socket, wanted, context, _ in
        guard let context = unsafe context else { return 0 }
        unsafe Unmanaged<Transport>.fromOpaque(context).takeUnretainedValue()
            .watch(socket, wanted)
        return 0
    }

    private static let timerCallback: curl_multi_timer_callback = { _, milliseconds, context in
        guard let context = unsafe context else { return 0 }
        unsafe Unmanaged<Transport>.fromOpaque(context).takeUnretainedValue()
            .setTimer(milliseconds: milliseconds)
        return 0
    }
}
