internal import Evidence
internal import Resolve

/// Asks again after transient outcomes. The libraries below never do: the engine's attempts are
/// the only ones, so that they can be counted and bounded in one place.
struct Retrying: Sendable {
    let retries: Int
    let backOff: Duration
    let longestRetryAfter: Duration
    let sleep: @Sendable (Duration) async throws -> Void

    init(_ options: ExaminerOptions, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        retries = max(0, options.retries)
        backOff = options.backOff
        longestRetryAfter = options.longestRetryAfter
        self.sleep = sleep
    }

    /// The last answer, with the queries of all of them.
    ///
    /// - Throws: `CancellationError` when cancelled while waiting.
    func lookup<Value>(
        _ ask: () async -> Resolution<Value>
    ) async throws -> Resolution<Value> {
        try await lookup(after: await ask(), ask)
    }

    /// The same when the first answer is there already.
    func lookup<Value>(
        after first: Resolution<Value>, _ ask: () async -> Resolution<Value>
    ) async throws -> Resolution<Value> {
        var resolution = first
        var attempt = 0
        while attempt < retries, resolution.lookup.failure?.isTransient == true {
            try await sleep(pause(before: attempt))
            attempt += 1
            let earlier = resolution.queries
            resolution = await ask()
            resolution.queries += earlier
        }
        return resolution
    }

    /// The last outcome, with the requests of all attempts.
    ///
    /// - Parameter request: one attempt. When it made no request, asking again would make none.
    func fetch(
        _ request: () async throws -> (fetch: Fetch, requests: Int)
    ) async throws -> (fetch: Fetch, requests: Int) {
        var (fetch, total) = try await request()
        var made = total
        var attempt = 0
        while attempt < fetch.outcome.worthwhile(retries), made > 0 {
            let asked = fetch.outcome.retryAfter ?? .zero
            guard asked <= longestRetryAfter else { break }
            try await sleep(max(asked, pause(before: attempt)))
            attempt += 1
            (fetch, made) = try await request()
            total += made
        }
        return (fetch, total)
    }

    /// The last outcome. A transient one is asked for once more, not `retries` times: an MX host
    /// that defers or limits sessions has its reasons, and the last pass comes back to it.
    ///
    /// - Parameters:
    ///   - isRepeat: an earlier pass has tried in vain: this attempt is the last one.
    ///   - probe: one attempt. When it made no connection, another would make none.
    func probe(
        isRepeat: Bool, _ probe: () async throws -> (probe: MailProbe, connections: Int)
    ) async throws -> MailProbe {
        let (first, connections) = try await probe()
        guard retries > 0, !isRepeat, connections > 0, first.outcome.isTransient else {
            return first
        }
        try await sleep(pause(before: 0))
        return try await probe().probe
    }

    private func pause(before attempt: Int) -> Duration {
        backOff * (1 << min(attempt, 10)) * Double.random(in: 0.5...1.5)
    }
}

extension Fetch.Outcome {
    /// How many of `retries` attempts are worth making. A late response gets one, and so does
    /// what came to nothing at a proxy, which may be one: each costs the whole deadline.
    func worthwhile(_ retries: Int) -> Int {
        guard isTransient else { return 0 }
        return switch self {
        case .failed(.responseTimeout), .failed(.proxy): min(1, retries)
        case .response, .failed: retries
        }
    }

    /// Whether another attempt in a moment may well end otherwise. A refused connection and a
    /// certificate are what the host did; a missing route is not mended in seconds. A response that
    /// was late is asked for again, because it may be this machine that was too busy to read it.
    var isTransient: Bool {
        switch self {
        case .response(let response):
            switch response.status {
            case 429, 500, 502, 503, 504: true
            default: false
            }
        case .failed(.connectTimeout), .failed(.tlsTimeout), .failed(.connectionLost),
            .failed(.tls(.reset)), .failed(.responseTimeout), .failed(.brokenResponse(.empty)),
            .failed(.brokenResponse(.truncated)):
            true
        case .failed(.proxy(let status)):
            switch status {
            // RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4: try again.
            case 408, 425, 429: true
            // A proxy that forbids or wants a password, or somebody to log in (RFC 6585 §6), does so
            // the next time, too.
            case 300...499, 511: false
            default: true
            }
        case .failed(.local(let code)):
            // Negative codes are our own refusals: guarded, cancelled, closed.
            code >= 0
        case .failed(.connectRefused), .failed(.unreachable), .failed(.tls), .failed(.certificate),
            .failed(.tooLarge), .failed(.brokenResponse):
            false
        }
    }

    /// `Retry-After` in its form of seconds (RFC 9110 §10.2.3); a date is not read.
    var retryAfter: Duration? {
        guard case .response(let response) = self, let text = response.retryAfter,
            let seconds = UInt32(text.filter { $0 != " " })
        else { return nil }
        return .seconds(Int64(seconds))
    }
}
