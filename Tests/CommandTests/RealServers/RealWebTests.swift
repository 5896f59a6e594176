import Audit
import Evidence
import Fetch
import Foundation
import MTASTS
import Survey
import Testing

@testable import Lab
@testable import stsaudit

extension EndToEnd {
    /// What the lab says of a policy host's mistake, the web servers that people run say, too.
    @Suite(
        "Real web servers",
        .enabled(
            if: RealServer.isUsable(WebServers.programs),
            "nginx, apache2-bin, caddy, haproxy (.ci/install tests)"))
    struct RealWebTests {
        private static func world(_ address: (WebRow) -> String) -> CustomWorld {
            var domains: [String: DomainSpecification] = [:]
            for row in WebRow.all {
                var specification = DomainSpecification()
                specification.policyHost = DNSNode(addresses: [address(row)])
                specification.host = row.lab
                domains[row.label] = specification
            }
            return CustomWorld(domains: domains)
        }

        private static func examine(
            _ configuration: SurveyConfiguration
        ) async throws -> [String: Examined] {
            let candidates = try WebRow.all.enumerated().map { index, row in
                Candidate(id: Int64(index), domain: try DomainName(row.domain))
            }
            let outcome = try await TwoPasses.run(candidates, with: configuration)
            return Dictionary(
                uniqueKeysWithValues: outcome.results.map { (WebRow.all[Int($0)].label, $1) })
        }

        /// From the lab's hosts.
        private static func simulated() async throws -> [String: Examined] {
            try await Lab.withLab(world: world { _ in LabAddress.normal }) { lab in
                try await examine(try lab.surveyConfiguration)
            }
        }

        /// From the real ones; the lab's DNS says where they are.
        private static func real() async throws -> [String: Examined] {
            let servers = try WebServers(in: Scratch())
            var running: [RealServer] = []
            do {
                for server in WebRow.Server.allCases {
                    running.append(try await servers.start(server))
                }
            } catch {
                for server in running { await server.stop() }
                throw error
            }
            return try await RealServer.with(running) {
                try await Lab.withLab(world: world { $0.server.address }) { lab in
                    var configuration = try lab.surveyConfiguration
                    configuration.fetch.port = servers.port
                    configuration.fetch.caFile = servers.files.caFile
                    return try await examine(configuration)
                }
            }
        }

        @Test(
            "the same evidence, verdict and causes as from the lab's hosts", .timeLimit(.minutes(6))
        )
        func same() async throws {
            #expect(Set(WebRow.all.map(\.label)).count == WebRow.all.count)
            let simulated = try await Self.simulated()
            let real = try await Self.real()
            for row in WebRow.all {
                let wanted = try #require(simulated[row.label])
                let found = try #require(real[row.label])
                for (examined, whose) in [(wanted, "the lab"), (found, row.server.rawValue)] {
                    let causes = Set(examined.assessment.findings.map(\.cause.code)).sorted()
                    #expect(causes == row.causes.sorted(), "\(row.testDescription), from \(whose)")
                    #expect(
                        examined.assessment.verdict.rawValue == row.verdict,
                        "\(row.testDescription), from \(whose)")
                }
                #expect(
                    found.evidence.compared(row.differs)
                        == wanted.evidence.compared(row.differs), "\(row.testDescription)")
            }
        }
    }
}

extension Evidence {
    /// Without what differs from server to server and decides nothing: addresses, keys, what a
    /// response that is no policy says of its type.
    fileprivate func compared(_ difference: WebRow.Difference?) -> Evidence {
        var copy = self
        copy.policyHost = nil
        for index in copy.fetches.indices {
            copy.fetches[index].chain = []
            if let nowhere = IPAddress("0.0.0.0") { copy.fetches[index].address = nowhere }
            switch copy.fetches[index].outcome {
            case .response(var response):
                if response.status != 200 { response.contentType = nil }
                copy.fetches[index].outcome = .response(response)
            case .failed(.tls(.alert(let number))):
                if case .alert(let expected)? = difference, expected == number {
                    copy.fetches[index].outcome = .failed(.tls(.alert(112)))
                }
            case .failed: break
            }
        }
        return copy
    }
}
