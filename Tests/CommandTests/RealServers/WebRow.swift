import Testing

@testable import Lab

/// A usual mistake of a policy host, as one real web server makes it, and the lab's word for it.
struct WebRow: Sendable, CustomTestStringConvertible {
    enum Server: String, CaseIterable, Sendable {
        case nginx, apache = "Apache", caddy = "Caddy", haproxy = "HAProxy"

        /// On loopback, none of the lab's.
        var address: String {
            switch self {
            case .nginx: "127.0.2.1"
            case .apache: "127.0.2.2"
            case .caddy: "127.0.2.3"
            case .haproxy: "127.0.2.4"
            }
        }
    }

    /// What is served where nothing else is said: `text/plain`, and nobody's business.
    static let policy =
        "version: STSv1\r\nmode: enforce\r\nmx: mx1.{domain}\r\n"
        + "mx: mx2.{domain}\r\nmax_age: 604800\r\n"
    static let page = "<!DOCTYPE html>\n<html><body><h1>It works!</h1></body></html>\n"

    var server: Server
    /// Unique for the server; with it the domain's label.
    var mistake: String
    /// In the server's own words, within what it has for a virtual host.
    var configuration = ""
    /// Nil: no virtual host of this name, so that the default one answers.
    var certificate: CertificateRecipe? = CertificateRecipe()
    var file = policy
    /// The same in the lab's words.
    var lab: HostBehaviour
    var verdict: String
    var causes: [String]
    /// How the evidence differs all the same, which no verdict and no cause sees.
    var differs: Difference?

    enum Difference: Sendable {
        /// The alert that the server sends has another number than the lab's.
        case alert(Int)
    }

    var label: String { "\(server.rawValue.lowercased())-\(mistake)" }
    var domain: String { label + ".custom.example" }
    var host: String { "mta-sts." + domain }
    var testDescription: String { "\(server.rawValue): \(mistake)" }

    func filled(_ text: String) -> String { Template.fill(text, with: domain) }
}

extension WebRow {
    // What the lab calls it.

    static func reply(
        _ status: Int = 200, _ type: String? = "text/plain", _ extra: [String] = [],
        _ body: String = policy
    ) -> HostBehaviour {
        HostBehaviour(
            response: .reply(
                status: status, contentType: type, extra: extra, body: Array(body.utf8)))
    }

    static func certificate(_ recipe: CertificateRecipe) -> HostBehaviour {
        HostBehaviour(handshake: .certificate(recipe), response: reply().response)
    }

    static let redirect = reply(
        301, "text/html", ["Location: https://www.{domain}/.well-known/mta-sts.txt"], page)

    static let expired = CertificateRecipe(notBeforeDays: -100, notAfterDays: -10)
    static let incomplete = CertificateRecipe(issuer: .missingIntermediate)
    static let selfSigned = CertificateRecipe(issuer: .selfSigned)

    // What an audit finds.

    static func sound(
        _ server: Server, _ mistake: String, _ configuration: String = "", file: String = policy,
        _ lab: HostBehaviour = reply()
    ) -> WebRow {
        WebRow(
            server: server, mistake: mistake, configuration: configuration, file: file, lab: lab,
            verdict: "enforced", causes: [])
    }

    static func advice(
        _ server: Server, _ mistake: String, _ configuration: String, file: String = policy,
        _ lab: HostBehaviour, _ causes: [String]
    ) -> WebRow {
        WebRow(
            server: server, mistake: mistake, configuration: configuration, file: file, lab: lab,
            verdict: "enforced", causes: causes)
    }

    static func broken(
        _ server: Server, _ mistake: String, _ configuration: String, file: String = policy,
        _ lab: HostBehaviour, _ causes: [String], differs: Difference? = nil
    ) -> WebRow {
        WebRow(
            server: server, mistake: mistake, configuration: configuration, file: file, lab: lab,
            verdict: "ineffective", causes: causes, differs: differs)
    }

    static func status(
        _ server: Server, _ mistake: String, _ configuration: String, _ status: Int
    ) -> WebRow {
        broken(
            server, mistake, configuration, reply(status, "text/html", [], page), ["policy-status"])
    }

    static func throttled(
        _ server: Server, _ mistake: String, _ configuration: String, _ status: Int
    ) -> WebRow {
        WebRow(
            server: server, mistake: mistake, configuration: configuration,
            // An hour: nobody waits for it, and the second pass finds the same.
            lab: reply(status, "text/html", ["Retry-After: 3600"], page), verdict: "unmeasured",
            causes: ["policy-status"])
    }

    static func wrong(
        _ server: Server, _ mistake: String, _ recipe: CertificateRecipe, _ cause: String
    ) -> WebRow {
        WebRow(
            server: server, mistake: mistake, certificate: recipe, lab: certificate(recipe),
            verdict: "ineffective", causes: [cause])
    }

    static func nobody(_ server: Server) -> WebRow {
        WebRow(
            server: server, mistake: "default-host", certificate: nil,
            lab: certificate(CertificateRecipe(names: .other)), verdict: "ineffective",
            causes: ["policy-certificate-name-mismatch"])
    }

    static let certificates: [WebRow] = Server.allCases.flatMap { server in
        [
            wrong(server, "expired", expired, "policy-certificate-expired"),
            wrong(
                server, "no-intermediate", incomplete, "policy-certificate-chain-incomplete"),
            wrong(server, "self-signed", selfSigned, "policy-certificate-self-signed"),
        ]
    }
}
