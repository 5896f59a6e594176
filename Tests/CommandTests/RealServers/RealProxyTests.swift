import Audit
import Evidence
import Fetch
import Lab
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
        struct Row: Sendable {
            var name: String
            var address = LabAddress.normal
            var host = HostBehaviour(response: .reply(body: Array(WebRow.policy.utf8)))
            /// What the proxy was asked for, without the port; nil: nothing.
            var target: String? = LabAddress.normal
            var verdict: String
            var causes: [String]
            var why: String
        }

        static let rows: [Row] = [
            Row(name: "sound", verdict: "enforced", causes: [], why: "as without a proxy"),
            Row(
                name: "expired", host: WebRow.certificate(WebRow.expired),
                verdict: "ineffective", causes: ["policy-certificate-expired"],
                why: "TLS goes through to the host"),
            Row(
                name: "alert", host: HostBehaviour(handshake: .alert, response: .silence),
                verdict: "ineffective", causes: ["policy-tls-failed"], why: "an alert is the host's"
            ),
            Row(
                name: "redirect", host: WebRow.redirect, verdict: "ineffective",
                causes: ["policy-redirected"], why: "and not followed"),
            Row(
                name: "reset", host: HostBehaviour(handshake: .reset, response: .silence),
                verdict: "unmeasured", causes: ["policy-unreachable"],
                why: "the end of a tunnel may be the proxy's doing"),
            Row(
                name: "refused", address: "127.0.2.9", target: "127.0.2.9", verdict: "unmeasured",
                causes: ["policy-unreachable"], why: "503: the proxy does not say why"),
            Row(
                name: "inward", address: "10.0.0.1", target: nil, verdict: "ineffective",
                causes: ["policy-host-special-address"], why: "a proxy is not asked to go there"),
        ]

        /// The results by name, and the request lines that the proxy has written down.
        private static func audit(
            allowing port: (Lab) -> UInt16
        ) async throws -> (results: [String: Examined], requests: [String], port: UInt16) {
            var domains: [String: DomainSpecification] = [:]
            for row in rows {
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
                    let candidates = try rows.enumerated().map { index, row in
                        Candidate(
                            id: Int64(index), domain: try DomainName(row.name + ".custom.example"))
                    }
                    let outcome = try await TwoPasses.run(candidates, with: configuration)
                    let results = Dictionary(
                        uniqueKeysWithValues: outcome.results.map { (rows[Int($0)].name, $1) })
                    let log = try scratch.text("requests")
                    return (results, log.split(separator: "\n").map(String.init), lab.policyPort)
                }
            }
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
            for row in Self.rows {
                let found = try #require(results[row.name]).assessment
                #expect(found.verdict.rawValue == row.verdict, "\(row.name): \(row.why)")
                #expect(found.findings.map(\.cause.code) == row.causes, "\(row.name): \(row.why)")
            }
            let targets = Set(Self.rows.compactMap(\.target))
            #expect(
                Set(requests) == Set(targets.map { "CONNECT \($0):\(port) HTTP/1.1" }),
                "the address and never the name, which the proxy would look up")
        }

        @Test("a proxy that forbids: not measured, and asked once for each pass")
        func forbids() async throws {
            let (results, requests, _) = try await Self.audit { _ in 1 }
            for row in Self.rows where row.target != nil {
                let found = try #require(results[row.name])
                #expect(found.evidence.fetches.map(\.outcome) == [.failed(.proxy(status: 403))])
                #expect(found.assessment.verdict == .unmeasured, "\(row.name)")
            }
            #expect(requests.count == 2 * Self.rows.count { $0.target != nil })
        }
    }
}
