import Evidence
import Fetch
import Lab
import Testing

extension PolicyFetch {
    /// What a proxy says to CONNECT, played by a mail host: it talks first, and a client that
    /// has sent its request does not mind.
    @Suite("Through a proxy: RFC 9110 §9.3.6")
    struct Proxies {
        struct Row: Sendable {
            var greeting: MailBehaviour.Greeting
            var failure: FetchFailure
            /// Seconds; short where nothing comes.
            var limit = 40
            var why: String
        }

        static let rows: [Row] = [
            Row(
                greeting: says("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
                failure: .proxy(status: 403), why: "forbids"),
            Row(
                greeting: says(
                    "HTTP/1.1 407 Proxy Authentication Required\r\n"
                        + "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"),
                failure: .proxy(status: 407), why: "wants a password, which nobody sends"),
            Row(
                greeting: says("HTTP/1.0 502 Bad Gateway\r\n\r\nno way", then: .close),
                failure: .proxy(status: 502), why: "with a page"),
            Row(
                greeting: says("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"),
                failure: .proxy(status: 302), why: "a portal, which nobody follows"),
            Row(
                greeting: says("HTTP/1.1 200 OK\r\n\r\n", then: .close),
                failure: .proxy(status: 200), why: "connected, and cut"),
            Row(
                greeting: says("HTTP/1.1 200 OK\r\n\r\n"), failure: .proxy(status: 200),
                limit: 10, why: "connected, and silent"),
            Row(
                greeting: says("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 503 Unavailable\r\n\r\n"),
                failure: .proxy(status: 200), why: "connected, and its own page"),
            Row(greeting: .raw([]), failure: .proxy(status: 0), why: "closed without a word"),
            Row(
                greeting: says("HTTP/1.1 403 Forbidden\r\nX: "), failure: .proxy(status: 403),
                limit: 10, why: "stalls within its reply"),
            Row(
                greeting: .silence, failure: .proxy(status: 0), limit: 2, why: "waits for the host"),
        ]

        private static func says(
            _ text: String, then ending: Torrent.Ending = .silence
        ) -> MailBehaviour.Greeting {
            .torrent(Torrent(Array(text.utf8), ending: ending))
        }

        @Test("its own failures are told as such, with its status", .timeLimit(.minutes(6)))
        func failures() async throws {
            for row in Self.rows {
                let place = MailHosts.address(1)
                let world = MailHosts(hosts: [place: MailBehaviour(greeting: row.greeting)])
                let server = try await MailServer.start(world: world, port: 0)
                let address = try #require(IPAddress(place))
                let configuration = FetchConfiguration(
                    caFile: server.caFile, connectTimeout: .seconds(row.limit),
                    proxy: Endpoint(address: address, port: server.port), addressGuard: .loopback)
                let result = await withFetcher(configuration) { fetcher in
                    await fetcher.fetch(policyHost: PolicyHosts.name("a"), from: address)
                }
                await server.stop()
                #expect(try result.get().failure == row.failure, "\(row.why)")
            }
        }

        @Test("the guard is asked about the host, and nobody is told of one that it refuses")
        func guarded() async throws {
            let world = MailHosts(hosts: [:])
            let server = try await MailServer.start(world: world, port: 0)
            let address = try #require(IPAddress(LabAddress.normal))
            let inside = try #require(IPAddress("10.0.0.1"))
            let configuration = FetchConfiguration(
                caFile: server.caFile, proxy: Endpoint(address: address, port: server.port),
                addressGuard: .loopback)
            let result = await withFetcher(configuration) { fetcher in
                await fetcher.fetch(policyHost: PolicyHosts.name("a"), from: inside)
            }
            #expect(try result.get().failure == .guarded)
            #expect(server.tally.connections == 0)
            await server.stop()
        }
    }
}
