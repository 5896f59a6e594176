@testable import Lab

/// What is behind a proxy, and what an audit through it makes of it.
struct ProxyRow: Sendable {
    var name: String
    /// For the documentation.
    var what: String
    var address = LabAddress.normal
    var host = HostBehaviour(response: .reply(body: Array(WebRow.policy.utf8)))
    /// What the proxy is asked for, without the port; nil: nothing.
    var target: String? = LabAddress.normal
    var verdict: String
    var causes: [String]

    static var targets: [String] { all.compactMap(\.target) }

    static let all = [
        ProxyRow(name: "sound", what: "a sound host", verdict: "enforced", causes: []),
        ProxyRow(
            name: "sound-v6", what: "a sound host with IPv6 only", address: "::1", target: "[::1]",
            verdict: "enforced", causes: []),
        ProxyRow(
            name: "expired", what: "an expired certificate",
            host: WebRow.certificate(WebRow.expired),
            verdict: "ineffective", causes: ["policy-certificate-expired"]),
        ProxyRow(
            name: "redirect", what: "a redirect", host: WebRow.redirect, verdict: "ineffective",
            causes: ["policy-redirected"]),
        ProxyRow(
            name: "alert", what: "an alert in the handshake, which a firewall sends, too",
            host: HostBehaviour(handshake: .alert, response: .silence), verdict: "unmeasured",
            causes: ["policy-unreachable"]),
        ProxyRow(
            name: "reset", what: "a reset in the handshake: the end of a tunnel",
            host: HostBehaviour(handshake: .reset, response: .silence), verdict: "unmeasured",
            causes: ["policy-unreachable"]),
        ProxyRow(
            name: "refused", what: "nothing listens: 503 from the proxy", address: "127.0.2.9",
            target: "127.0.2.9", verdict: "unmeasured", causes: ["policy-unreachable"]),
        ProxyRow(
            name: "inward", what: "a private address: the proxy is not asked", address: "10.0.0.1",
            target: nil, verdict: "ineffective", causes: ["policy-host-special-address"]),
    ]
}
