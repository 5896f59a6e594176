import Foundation

@testable import stsaudit

/// Name servers and resolvers as Debian has them, each with the least that makes it run as a
/// process of ours at high ports.
struct NameServers {
    enum Authority: String, CaseIterable { case nsd = "NSD", bind = "BIND" }
    enum Resolver: String, CaseIterable { case unbound = "Unbound", dnsmasq }

    static let programs = ["nsd", "named", "unbound", "dnsmasq"]
    /// A digest that no key has.
    private static let noDigest = String(repeating: "0", count: 64)

    static func start(
        _ authority: Authority, port: UInt16, in scratch: Scratch
    ) async throws -> RealServer {
        let folder = scratch.folder
        switch authority {
        case .nsd:
            try scratch.write(
                """
                server:
                  ip-address: 127.0.0.1@\(port)
                  rrl-ratelimit: 0
                  username: ""
                  chroot: ""
                  zonesdir: "\(folder)"
                  database: ""
                  pidfile: ""
                  xfrdfile: ""
                  zonelistfile: ""
                  xfrdir: "\(folder)"
                  server-count: 1
                remote-control:
                  control-enable: no
                zone:
                  name: "."
                  zonefile: "zone"

                """, to: "nsd.conf")
            return try await RealServer.start(
                "NSD", "nsd -d -c \(Shell.quoted(folder + "/nsd.conf"))", at: ["127.0.0.1"],
                port: port, in: scratch)
        case .bind:
            try scratch.write(
                """
                options {
                  directory "\(folder)";
                  listen-on port \(port) { 127.0.0.1; };
                  listen-on-v6 { none; };
                  recursion no;
                  pid-file none;
                  session-keyfile none;
                  dnssec-validation no;
                };
                controls { };
                zone "." {
                  type primary;
                  file "zone";
                  check-names ignore;
                  check-integrity no;
                  check-mx ignore;
                };

                """, to: "named.conf")
            return try await RealServer.start(
                "BIND", "named -g -n 1 -c \(Shell.quoted(folder + "/named.conf"))",
                at: ["127.0.0.1"], port: port, in: scratch)
        }
    }

    /// - Parameters:
    ///   - bogus: names below which nothing validates (Unbound only).
    ///   - refused: names about which it refuses to talk (Unbound only).
    ///   - trustsNothing: no name validates (dnsmasq only).
    static func start(
        _ resolver: Resolver, port: UInt16, asking authority: UInt16, bogus: [String] = [],
        refused: [String] = [], trustsNothing: Bool = false, in scratch: Scratch
    ) async throws -> RealServer {
        switch resolver {
        case .unbound:
            let anchors = bogus.map { "  trust-anchor: \"\($0). DS 1 13 2 \(noDigest)\"\n" }
            let refusals = refused.map { "  local-zone: \"\($0).\" refuse\n" }
            try scratch.write(
                """
                server:
                  interface: 127.0.0.1@\(port)
                  username: ""
                  chroot: ""
                  directory: "\(scratch.folder)"
                  pidfile: ""
                  use-syslog: no
                  do-not-query-localhost: no
                  do-ip6: no
                  module-config: "validator iterator"
                \(anchors.joined())\(refusals.joined())stub-zone:
                  name: "."
                  stub-addr: 127.0.0.1@\(authority)
                remote-control:
                  control-enable: no

                """, to: "unbound.conf")
            return try await RealServer.start(
                "Unbound", "unbound -d -c \(Shell.quoted(scratch.path("unbound.conf")))",
                at: ["127.0.0.1"], port: port, in: scratch)
        case .dnsmasq:
            let validation = trustsNothing ? " --dnssec --trust-anchor=.,1,13,2,\(noDigest)" : ""
            return try await RealServer.start(
                "dnsmasq",
                "dnsmasq -k --conf-file=/dev/null --no-resolv --no-hosts --pid-file= "
                    + "--server=127.0.0.1#\(authority) --port=\(port) "
                    + "--listen-address=127.0.0.1 --bind-interfaces --user=$(id -un) "
                    + "--log-facility=- --dns-forward-max=10000\(validation)", at: ["127.0.0.1"],
                port: port, in: scratch)
        }
    }
}
