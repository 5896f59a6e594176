internal import DNSMessage
internal import Foundation
@testable internal import Lab

extension Seeds {
    private static let domain = "example.com"

    /// The TXT sets of every scenario, a zero byte between two records.
    static func records(_ node: (DomainSpecification) -> DNSNode?) -> [[UInt8]] {
        Scenario.all.compactMap { scenario in
            guard let node = node(scenario.specification) else { return nil }
            let texts = node.texts.map { Template.fill($0.joined(), with: domain) }
            return Array(texts.joined(separator: "\0").utf8)
        }
    }

    static var policies: [[UInt8]] {
        Scenario.all.flatMap { scenario in
            ([scenario.specification.host] + scenario.specification.hostByAddress.values)
                .compactMap { host in
                    switch host.response.filled(with: domain) {
                    case .reply(_, _, _, let body), .chunked(let body), .truncated(let body),
                        .drip(_, let body), .raw(let body):
                        body
                    case .failing, .oversize, .oversizeChunked, .endlessHeaders, .silence, .empty,
                        .reset, .torrent:
                        nil
                    }
                }
        }
    }

    /// Replies with data of each type, chains, negative answers and OPT.
    static var dns: [[UInt8]] {
        guard let name = try? DNSName("_mta-sts.example.com"),
            let target = try? DNSName("sts.provider.example"),
            let zone = try? DNSName("example.com")
        else { return [] }
        let soa = StartOfAuthority(
            primary: target, mailbox: zone, serial: 1, refresh: 7200, retry: 900, expire: 86_400,
            minimum: 300)
        let data: [(RecordType, RecordData)] = [
            (.a, .a([192, 0, 2, 1])),
            (.aaaa, .aaaa([0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 12))),
            (.ns, .ns(target)), (.cname, .cname(target)), (.soa, .soa(soa)),
            (.mx, .mx(preference: 10, exchange: target)),
            (.mx, .mx(preference: 0, exchange: .root)),
            (.txt, .txt([Array("v=STSv1; id=1;".utf8)])),
            (.txt, .txt([[], Array(repeating: 0x61, count: 255)])),
            (RecordType(rawValue: 257), .other([0, 5] + Array("issue".utf8))),
        ]
        var messages: [Message] = []
        for (type, value) in data {
            let query = Message.query(id: 7, name, type, payloadSize: 1232)
            let record = ResourceRecord(name: name, type: type, ttl: 300, data: value)
            messages += [query, query.reply(answers: [record])]
            let alias = ResourceRecord(name: name, type: .cname, ttl: 60, data: .cname(target))
            let end = ResourceRecord(name: target, type: type, ttl: 300, data: value)
            messages.append(query.reply(answers: [alias, end]))
            let denial = ResourceRecord(name: zone, type: .soa, ttl: 900, data: .soa(soa))
            messages += [
                query.reply(authorities: [denial]),
                query.reply(.nameError, answers: [alias], authorities: [denial]),
                query.reply(.badVersion),
            ]
        }
        return messages.map { $0.encoded() }
    }

    /// Certificates of the lab's recipes, as DER.
    static var certificates: [[UInt8]] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("stsaudit-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let files = try CertificateFiles(folder: folder.path)
            let recipes: [CertificateRecipe] = [
                .init(), .init(issuer: .selfSigned), .init(names: .wildcard),
                .init(names: .commonNameOnly), .init(key: .rsa2048), .init(key: .rsa1024),
                .init(notBeforeDays: -90, notAfterDays: -1),
            ]
            var found = try der(in: files.caFile)
            for recipe in recipes {
                found += try der(in: files.write("mta-sts.example.com", recipe))
            }
            return found
        } catch {
            fail("no certificates: \(error)")
        }
    }

    private static func der(in path: String) throws -> [[UInt8]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst().compactMap {
            let base64 = $0.components(separatedBy: "-----END")[0]
            return Data(base64Encoded: base64, options: .ignoreUnknownCharacters).map(Array.init)
        }
    }
}
