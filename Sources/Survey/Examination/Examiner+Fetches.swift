internal import Evidence
internal import Fetch

extension Examiner {
    /// The addresses that are contacted.
    func permitted(_ host: HostAddresses) -> ArraySlice<IPAddress> {
        host.all.filter(options.addressGuard.permits).prefix(max(0, options.addressesPerHost))
    }

    func guarded(_ host: HostAddresses) -> [IPAddress] {
        host.all.filter { !options.addressGuard.permits($0) }
    }

    /// Fetches the policy from each address, side by side: a host with a dead address among
    /// several takes one timeout and not one after the other.
    func fetchAll(
        _ addresses: ArraySlice<IPAddress>, policyHost: String
    ) async throws -> (fetches: [Fetch], requests: Int) {
        if addresses.isEmpty { return ([], 0) }
        if addresses.count == 1, let address = addresses.first {
            let (fetch, requests) = try await requestRepeatedly(policyHost, from: address)
            return ([fetch], requests)
        }
        return try await withThrowingTaskGroup { group in
            for address in addresses {
                group.addTask { try await self.requestRepeatedly(policyHost, from: address) }
            }
            var fetches: [Fetch] = []
            var requests = 0
            for try await (fetch, made) in group {
                fetches.append(fetch)
                requests += made
            }
            return (fetches.sorted { $0.address < $1.address }, requests)
        }
    }

    private func requestRepeatedly(
        _ policyHost: String, from address: IPAddress
    ) async throws -> (fetch: Fetch, requests: Int) {
        try await retrying.fetch { try await request(policyHost, from: address) }
    }

    /// One fetch, when the gate lets it pass; `requests` is 0 when the address is silent.
    func request(
        _ policyHost: String, from address: IPAddress
    ) async throws -> (fetch: Fetch, requests: Int) {
        switch try await gate.enter(address) {
        case .silent:
            return (Fetch(address: address, outcome: .failed(.connectTimeout)), 0)
        case .granted:
            counters.fetches.add(1)
            let fetch = await policies.fetch(policyHost: policyHost, from: address)
            gate.leave(address, hasConnected: fetch.outcome.hasConnected)
            return (fetch, 1)
        }
    }
}

extension Fetch.Outcome {
    /// A response, and not that the host has too much to do at present.
    var tellsOfHost: Bool {
        guard case .response(let response) = self else { return false }
        return !response.isThrottled
    }

    /// The host would have been asked but for what failed here. The address guard's word is
    /// another matter: nobody is asked there, tonight or ever.
    var wasPrevented: Bool {
        switch self {
        case .response, .failed(.guarded): false
        case .failed(let failure): failure.isOfThisSide
        }
    }

    /// Whether TCP connected; nil when the outcome is of our own making.
    fileprivate var hasConnected: Bool? {
        switch self {
        case .failed(.connectTimeout): false
        case .failed(let failure): failure.isOfThisSide ? nil : true
        case .response: true
        }
    }
}
