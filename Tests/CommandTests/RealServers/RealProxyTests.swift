import Audit
import Evidence
import Fetch
import Lab
import LoopbackPorts
import MTASTS
import Survey
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Fetches through a forward proxy: Apache, as it is in front of many a network.
    @Suite(
        "A real proxy",
        .enabled(if: RealServer.isUsable(["apache2"]), "apache2-bin (.ci/install tests)"))
    struct RealProxyTests {
        /// The results by name, and the request lines that the proxy has written down.
        private static func audit(
            allowing port: (Lab) -> UInt16
        ) async throws -> (results: [String: Examined], requests: [String], port: UInt16) {
            var domains: [String: DomainSpecification] = [:]
            for row in ProxyRow.all {
                var specification = DomainSpecification()
                specification.policyHost = DNSNode(addresses: [row.address])
                specification.host = row.host
                domains[row.name] = specification
            }
            let scratch = try Scratch()
            let proxy = Endpoint(
                address: try #require(IPAddress("127.0.2.5")), port: try LoopbackPort.free())
            return try await Lab.withLab(world: CustomWorld(domains: domains)) { lab in
                try scratch.write(
                    apache(proxy, allowing: port(lab), in: scratch), to: "proxy.conf")
                let server = try await RealServer.start(
                    "Apache as a proxy",
                    "apache2 -f \(Shell.quoted(scratch.path("proxy.conf"))) -DFOREGROUND",
                    at: [proxy.address.description], port: proxy.port, in: scratch)
                return try await RealServer.with([server]) {
                    var configuration = try lab.surveyConfiguration
                    configuration.fetch.proxy = proxy
                    let candidates = try ProxyRow.all.enumerated().map { index, row in
                        Candidate(
                            id: Int64(index), domain: try DomainName(row.name + ".custom.example"))
                    }
                    let outcome = try await TwoPasses.run(candidates, with: configuration)
                    let results = Dictionary(
                        uniqueKeysWithValues: outcome.results.map {
                            (ProxyRow.all[Int($0)].name, $1)
                        })
                    let fetches = outcome.progress.fetches
                    return (results, try await requests(fetches, in: scratch), lab.policyPort)
                }
            }
        }

        /// Apache writes a line when its tunnel has ended, which may be after the audit: waits for
        /// `count` of them, for a few seconds.
        private static func requests(_ count: Int, in scratch: Scratch) async throws -> [String] {
            let deadline = ContinuousClock.now + .seconds(10)
            var lines: [String] = []
            repeat {
                try await Task.sleep(for: .milliseconds(50))
                lines = try scratch.text("requests").split(separator: "\n").map(String.init)
            } while lines.count < count && ContinuousClock.now < deadline
            return lines
        }

        private static func apache(
            _ place: Endpoint, allowing port: UInt16, in scratch: Scratch
        ) -> String {
            let modules = ["mpm_event", "authz_core", "proxy", "proxy_connect"]
                .map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so\n" }
            return """
                ServerRoot \(scratch.folder)
                PidFile proxy.pid
                ServerName proxy.lab.example
                User nobody
                Group nogroup
                ErrorLog /dev/stderr
                DefaultRuntimeDir \(scratch.folder)
                Listen \(place)
                \(modules.joined())
                ProxyRequests On
                AllowCONNECT \(port)
                CustomLog \(scratch.path("requests")) "%r"

                """
        }

        @Test(
            "the host's doing is the host's, the rest is not measured; only vetted addresses",
            .timeLimit(.minutes(6)))
        func rows() async throws {
            let (results, requests, port) = try await Self.audit { $0.policyPort }
            for row in ProxyRow.all {
                let found = try #require(results[row.name]).assessment
                #expect(found.verdict.rawValue == row.verdict, "\(row.name): \(row.what)")
                #expect(found.findings.map(\.cause.code) == row.causes, "\(row.name): \(row.what)")
            }
            #expect(
                Set(requests) == Set(ProxyRow.targets.map { "CONNECT \($0):\(port) HTTP/1.1" }),
                "the address and never the name, which the proxy would look up")
        }

        @Test(
            "a proxy that forbids: not measured, and asked once for each pass",
            .timeLimit(.minutes(6)))
        func forbids() async throws {
            let (results, requests, _) = try await Self.audit { _ in 1 }
            for row in ProxyRow.all where row.target != nil {
                let found = try #require(results[row.name])
                #expect(found.evidence.fetches.map(\.outcome) == [.failed(.proxy(status: 403))])
                #expect(found.assessment.verdict == .unmeasured, "\(row.name)")
            }
            #expect(requests.count == 2 * ProxyRow.targets.count)
        }
    }
}
