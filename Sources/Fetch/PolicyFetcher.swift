internal import CCurl
public import Evidence
public import Loop

/// Fetches policies over HTTPS (RFC 8461 §3.3) and looks at MX hosts over SMTP (§4.2), each from
/// one vetted address.
///
/// Lives on its loop's thread. An outcome is never thrown: a failure is what was observed.
/// Retries, and a second address, are the caller's. Cost: about 1 ms of CPU for either, nearly
/// all of it the TLS handshake, and 80 KB while it is in flight.
///
/// Call `close()` before the loop is stopped.
public actor PolicyFetcher {
    private let loop: Loop
    private let configuration: FetchConfiguration
    private let trustStore: TrustStore
    private let transport: Transport
    private let maximumInFlight: Int

    private var lastID: UInt64 = 0
    private var waiting = WaitingLine<Request>()
    private var inFlight: [UInt64: Flight] = [:]
    private var idle: [Transfer] = []
    private let certificates = CertificateMemory()
    private var isClosed = false
    private var hasStarted = false
    private var trustStoreIdentity: UInt?
    /// How often libcurl read the CA bundle: 1 for as long as its cache works (it reads it again
    /// after a day). With the cache defeated it is once per handshake, at 20 ms of CPU each.
    private(set) var trustStoreLoads = 0

    private struct Request {
        var id: UInt64
        var host: String
        var address: IPAddress
        var caller: Caller
    }

    private enum Caller {
        case fetch(CheckedContinuation<Fetch, Never>)
        case probe(CheckedContinuation<MailProbe, Never>)

        var errand: Errand {
            switch self {
            case .fetch: .policy
            case .probe: .mail
            }
        }
    }

    private struct Flight {
        var request: Request
        var transfer: Transfer
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// - Throws: why no fetch could ever work: no CA bundle, an unsuitable libcurl.
    public init(
        loop: Loop, configuration: FetchConfiguration = FetchConfiguration()
    ) throws(FetcherFailure) {
        try Library.check()
        let trustStore = try TrustStore.find(
            chosen: configuration.caFile, environment: TrustStore.environmentFile)
        // Made only to learn that libcurl takes every option: better here than per fetch.
        let trial = try Transfer(
            configuration: configuration, trustStore: trustStore, certificates: certificates)
        try trial.rehearse()
        self.loop = loop
        self.configuration = configuration
        self.trustStore = trustStore
        maximumInFlight = max(1, configuration.maximumInFlight)
        transport = try Transport(
            loop: loop, maximumInFlight: max(1, configuration.maximumInFlight))
    }

    /// Asks `policyHost` for its policy at `address`, exactly once.
    ///
    /// Waits in line while `maximumInFlight` others are under way; the deadlines start after
    /// that. A cancelled task gets `FetchFailure.cancelled` at once and its connection is closed.
    ///
    /// - Parameter policyHost: A-labels without a final dot, such as `mta-sts.example.com`.
    public func fetch(policyHost: String, from address: IPAddress) async -> Fetch {
        await run(policyHost, address) { .fetch($0) }
    }

    /// Looks at `mailHost` at `address` as a sender would: EHLO, STARTTLS, the handshake with the
    /// certificate verified for this name, then EHLO, NOOP and QUIT. No mail, no sender's or
    /// recipient's address.
    ///
    /// In line and cancelled as fetches are, among which it takes its place.
    ///
    /// - Parameter mailHost: the name of the MX record, as A-labels without a final dot; also the
    ///   name in SNI (RFC 8461 §7.1).
    public func probe(mailHost: String, from address: IPAddress) async -> MailProbe {
        await run(mailHost, address) { .probe($0) }
    }

    private func run<Answer>(
        _ host: String, _ address: IPAddress,
        _ caller: (CheckedContinuation<Answer, Never>) -> Caller
    ) async -> Answer {
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                accept(Request(id: id, host: host, address: address, caller: caller(continuation)))
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    /// Fails what is waiting and under way as closed, and all that comes later.
    public func close() {
        isClosed = true
        for request in waiting.removeAll() { fail(request, .closed) }
        for id in inFlight.keys.sorted() {
            guard let flight = land(id) else { continue }
            fail(flight.request, .closed)
        }
        idle = []
        transport.close()
    }

    // MARK: - Order

    private func accept(_ request: Request) {
        if isClosed {
            fail(request, .closed)
        } else if Task.isCancelled {
            // The handler of the cancellation has run before there was anything to cancel.
            fail(request, .cancelled)
        } else if inFlight.count < maximumInFlight, waiting.isEmpty {
            start(request)
        } else {
            waiting.append(request, id: request.id)
        }
    }

    private func startWaiting() {
        while inFlight.count < maximumInFlight, let request = waiting.popFirst() { start(request) }
    }

    private func cancel(_ id: UInt64) {
        if let request = waiting.remove(id) {
            fail(request, .cancelled)
        } else if let flight = land(id) {
            fail(flight.request, .cancelled)
            startWaiting()
        }
    }

    private func fail(_ request: Request, _ failure: ConnectionFailure) {
        switch request.caller {
        case .fetch(let continuation):
            continuation.resume(
                returning: Fetch(address: request.address, outcome: .failed(.init(failure))))
        case .probe(let continuation):
            continuation.resume(
                returning: MailProbe(
                    host: request.host, address: request.address,
                    outcome: .failed(.init(failure))))
        }
    }

    // MARK: - Transfers

    private func start(_ request: Request) {
        guard HostName.isPlain(request.host) else {
            return fail(request, .local(Int(CURLE_URL_MALFORMAT.rawValue)))
        }
        connectTransport()
        do throws(FetcherFailure) {
            let transfer = try idleTransfer()
            try transfer.begin(
                request.caller.errand, id: request.id, host: request.host,
                address: request.address)
            guard transport.add(transfer.easy) else {
                transfer.end()
                throw .startFailed(call: "curl_multi_add_handle")
            }
            inFlight[request.id] = Flight(request: request, transfer: transfer)
        } catch {
            fail(request, .local(Int(CURLE_FAILED_INIT.rawValue)))
        }
    }

    private func idleTransfer() throws(FetcherFailure) -> Transfer {
        if let transfer = idle.popLast() { return transfer }
        return try Transfer(
            configuration: configuration, trustStore: trustStore, certificates: certificates)
    }

    /// Not in `init`: there the actor could not yet be referred to.
    private func connectTransport() {
        guard !hasStarted else { return }
        hasStarted = true
        transport.start { [weak self] in
            self?.assumeIsolated { $0.collectFinished() }
        }
    }

    private func collectFinished() {
        while let (context, code) = unsafe transport.nextFinished() {
            guard let transfer = unsafe Transfer.of(context),
                let request = inFlight[transfer.id]?.request
            else { continue }
            countLoads(transfer.record.trustStoreIdentity)
            switch request.caller {
            case .fetch(let continuation):
                let fetch = transfer.fetch(code, address: request.address)
                _ = land(request.id)
                continuation.resume(returning: fetch)
            case .probe(let continuation):
                let probe = transfer.probe(code, address: request.address)
                _ = land(request.id)
                continuation.resume(returning: probe)
            }
        }
        startWaiting()
    }

    private func countLoads(_ identity: UInt?) {
        guard let identity, identity != trustStoreIdentity else { return }
        trustStoreIdentity = identity
        trustStoreLoads += 1
    }

    /// Takes a transfer out of libcurl, finished or not, and keeps its handle for the next one.
    private func land(_ id: UInt64) -> Flight? {
        guard let flight = inFlight.removeValue(forKey: id) else { return nil }
        transport.remove(flight.transfer.easy)
        flight.transfer.end()
        idle.append(flight.transfer)
        return flight
    }
}
