import Evidence
import Fetch
import Loop
import MTASTS
import Resolve

/// What one reactor does: `window` names at a time.
struct Work: Sendable {
    let layer: Int
    let loop: Loop
    let resolver: Resolver
    let fetcher: PolicyFetcher

    /// As the engine asks again.
    private static let retries = 2
    /// Names that one task asks about at the same time, in layer 1.
    private static let together = 32

    func run(_ names: NameList, window: Int) async -> Tally {
        await withTaskGroup { group in
            for _ in 0..<(layer == 1 ? max(1, window / Self.together) : window) {
                group.addTask(executorPreference: loop) {
                    var tally = Tally()
                    if layer == 1 {
                        await ask(names, &tally)
                    } else {
                        while let name = names.next() { await examine(name, &tally) }
                    }
                    return tally
                }
            }
            var sum = Tally()
            for await tally in group { sum += tally }
            return sum
        }
    }

    private func ask(_ names: NameList, _ tally: inout Tally) async {
        while true {
            let some = names.next(Self.together)
            if some.isEmpty { return }
            let answers = await resolver.txt(some.map { "_mta-sts.\($0)" })
            for (name, first) in zip(some, answers) {
                tally.domains += 1
                var lookup = first.lookup
                for _ in 0..<Self.retries where lookup.failure != nil {
                    lookup = await resolver.txt("_mta-sts.\(name)").lookup
                }
                if lookup.failure != nil { tally.lost += 1 }
                if lookup.found != nil { tally.records += 1 }
            }
        }
    }

    private func examine(_ name: String, _ tally: inout Tally) async {
        tally.domains += 1
        var lookup = await resolver.txt("_mta-sts.\(name)").lookup
        for _ in 0..<Self.retries where lookup.failure != nil {
            lookup = await resolver.txt("_mta-sts.\(name)").lookup
        }
        if lookup.failure != nil { tally.lost += 1 }
        guard let texts = lookup.found, case .one = STSRecordSet.select(texts.map(\.bytes))
        else { return }
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
}
