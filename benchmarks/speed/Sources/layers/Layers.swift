import Evidence
import Fetch
import Foundation
import Loop
import Resolve
import Synchronization

/// stsaudit's own resolver and fetcher over a list, without the engine around them: layer 1 asks
/// for the `_mta-sts` record, layer 2 also finds the policy host, fetches the policy and reads it.
///
///     layers LAYER SERVER LIST CA-FILE [REACTORS [WINDOW [FETCHES]]]
///
/// Prints one line of JSON with the keys of `floor`.
@main
struct Layers {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst().map(\.self)
        guard words.count >= 4, let layer = Int(words[0]),
            let server = Endpoint(words[1], defaultPort: ResolverConfiguration.defaultPort)
        else {
            FileHandle.standardError.write(
                Data("usage: layers LAYER SERVER LIST CA-FILE [REACTORS [WINDOW [FETCHES]]]\n".utf8)
            )
            exit(64)
        }
        let text = try String(contentsOfFile: words[2], encoding: .utf8)
        let names = NameList(
            text.utf8.split(separator: UInt8(ascii: "\n")).map {
                String(decoding: $0, as: UTF8.self)
            })
        func number(_ index: Int, else usual: Int) -> Int {
            index < words.count ? Int(words[index]) ?? usual : usual
        }
        let reactors = max(1, number(4, else: 2))
        let window = max(1, number(5, else: layer == 1 ? 2000 : 1000) / reactors)
        let fetches = max(1, number(6, else: 256) / reactors)

        let start = ContinuousClock.now
        var works: [Work] = []
        for number in 0..<reactors {
            let loop = try Loop.start(name: "layers-\(number)")
            let resolver = try Resolver(
                loop: loop, configuration: ResolverConfiguration(servers: [server], tries: 1))
            let fetcher = try PolicyFetcher(
                loop: loop,
                configuration: FetchConfiguration(
                    caFile: words[3], addressGuard: AddressGuard(allowsAll: true),
                    maximumInFlight: fetches))
            works.append(Work(layer: layer, loop: loop, resolver: resolver, fetcher: fetcher))
        }
        var tally = await withTaskGroup { group in
            for work in works {
                group.addTask { await work.run(names, window: window) }
            }
            var sum = Tally()
            for await tally in group { sum += tally }
            return sum
        }
        for work in works {
            let statistics = await work.resolver.statistics
            tally.queries += statistics.queries
            tally.timeouts += statistics.timeouts
            await work.resolver.close()
            await work.fetcher.close()
            await work.loop.stop()
        }
        print(tally.json(wall: ContinuousClock.now - start))
    }
}

/// The names of the list, handed out to whoever asks next.
final class NameList: Sendable {
    private let names: [String]
    private let index = Atomic(0)

    init(_ names: [String]) { self.names = names }

    func next() -> String? { next(1).first }

    /// At most so many; none at the end.
    func next(_ count: Int) -> ArraySlice<String> {
        let taken = index.wrappingAdd(count, ordering: .relaxed).oldValue
        return names[min(taken, names.count)..<min(taken + count, names.count)]
    }
}
