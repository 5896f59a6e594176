import Evidence
import Fetch
import Loop
import MTASTS
import Resolve

/// What one reactor does: `window` tasks, each with one name at a time.
struct Work: Sendable {
    let layer: Int
    let loop: Loop
    let resolver: Resolver
    let fetcher: PolicyFetcher

    /// As the engine asks again.
    private static let retries = 2

    func run(_ names: NameList, window: Int) async -> Tally {
        await withTaskGroup { group in
            for _ in 0..<window {
                group.addTask(executorPreference: loop) {
                    var tally = Tally()
                    while let name = names.next() { await examine(name, &tally) }
                    return tally
                }
            }
            var sum = Tally()
            for await tally in group { sum += tally }
            return sum
        }
    }

    private func examine(_ name: String, _ tally: inout Tally) async {
        tally.domains += 1
        guard let texts = await answer({ await resolver.txt("_mta-sts.\(name)").lookup }) else {
            tally.lost += 1
            return
        }
        guard let texts = texts.found else { return }
        if layer == 1 {
            tally.records += 1
            return
        }
        guard case .one = STSRecordSet.select(texts.map(\.bytes)) else { return }
        tally.records += 1
        let host = "mta-sts.\(name)"
        var addresses = await resolver.addresses(host).addresses
        for _ in 0..<Self.retries where addresses.v4.failure != nil || addresses.v6.failure != nil {
            addresses = await resolver.addresses(host).addresses
        }
        guard addresses.v4.failure == nil, addresses.v6.failure == nil else {
            tally.lost += 1
            return
        }
        guard let address = addresses.all.first else { return }
        tally.fetches += 1
        let fetch = await fetcher.fetch(policyHost: host, from: address)
        guard case .response(let response) = fetch.outcome, response.status == 200 else { return }
        if STSPolicyReading.read(response.body.bytes).policy != nil { tally.policies += 1 }
    }

    /// Nil when nothing came, however often it was asked for.
    private func answer<Value>(
        _ ask: () async -> Lookup<Value>
    ) async -> Lookup<Value>? {
        for _ in 0...Self.retries {
            let lookup = await ask()
            if lookup.failure == nil { return lookup }
        }
        return nil
    }
}
