import DNSMessage
import Loop
import Testing

@testable import Resolve

/// A loop, a name server with `script`, and a resolver that asks it; taken down in order.
func withResolver<Result>(
    host: String = "127.0.0.1",
    configure: (inout ResolverConfiguration) -> Void = { _ in },
    script: @escaping NameServer.Script,
    _ body: (Resolver, NameServer) async throws -> Result
) async throws -> Result {
    let loop = try Loop.start(name: "resolve")
    do {
        let server = try NameServer(loop: loop, host: host, script: script)
        await server.start()
        var configuration = ResolverConfiguration(
            servers: [try #require(server.server)], timeout: .seconds(20), tries: 1)
        configure(&configuration)
        let resolver = try Resolver(loop: loop, configuration: configuration)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(resolver, server)) } catch {
            result = .failure(error)
        }
        await resolver.close()
        await server.stop()
        await loop.stop()
        return try result.get()
    } catch {
        await loop.stop()
        throw error
    }
}

func name(_ text: String) -> DNSName { (try? DNSName(text)) ?? .root }

func record(_ owner: String, _ data: RecordData, ttl: UInt32 = 300) -> ResourceRecord {
    let type: RecordType =
        switch data {
        case .a: .a
        case .aaaa: .aaaa
        case .cname: .cname
        case .ns: .ns
        case .soa: .soa
        case .mx: .mx
        case .txt: .txt
        case .opt: .opt
        case .other: RecordType(rawValue: 65_280)
        }
    return ResourceRecord(name: name(owner), type: type, ttl: ttl, data: data)
}

func soa(_ owner: String, ttl: UInt32, minimum: UInt32) -> ResourceRecord {
    record(
        owner, .soa(StartOfAuthority(primary: .root, mailbox: .root, minimum: minimum)), ttl: ttl)
}

extension RecordData {
    static func txt(_ text: String) -> RecordData { .txt([Array(text.utf8)]) }
}
