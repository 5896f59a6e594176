import Foundation
import LoopbackPorts

@testable import Lab
@testable import stsaudit

/// Starts the four web servers with a virtual host for each row, at one port.
struct WebServers {
    static let programs = ["nginx", "apache2", "caddy", "haproxy"]

    let scratch: Scratch
    let files: CertificateFiles
    let port: UInt16
    /// The certificate of what answers where no virtual host has the name: the company's web site.
    /// Written once: Apache reads its certificates a second time when it listens already.
    private let other: String

    init(in scratch: Scratch) throws {
        self.scratch = scratch
        files = try CertificateFiles(folder: scratch.folder)
        port = try LoopbackPort.free()
        other = try files.write("www.lab.example", CertificateRecipe())
    }

    func start(_ server: WebRow.Server) async throws -> RealServer {
        let rows = WebRow.all.filter { $0.server == server }
        for row in rows { try publish(row) }
        let command: String
        switch server {
        case .nginx:
            try scratch.write(try nginx(rows), to: "nginx.conf")
            command = "nginx -p \(Shell.quoted(scratch.folder)) -c nginx.conf -e nginx.log"
        case .apache:
            try scratch.write(try apache(rows), to: "apache.conf")
            command = "apache2 -f \(Shell.quoted(scratch.path("apache.conf"))) -DFOREGROUND"
        case .caddy:
            try scratch.write(try caddy(rows), to: "Caddyfile")
            command = "caddy run --config Caddyfile --adapter caddyfile"
        case .haproxy:
            try scratch.write(try haproxy(rows), to: "haproxy.cfg")
            command = "haproxy -db -f haproxy.cfg"
        }
        return try await RealServer.start(
            server.rawValue, command, at: [server.address], port: port, in: scratch)
    }

    private func folder(_ row: WebRow) -> String { scratch.path("www/" + row.label) }
    private func file(_ row: WebRow) -> String { folder(row) + "/.well-known/mta-sts.txt" }

    private func publish(_ row: WebRow) throws {
        try FileManager.default.createDirectory(
            atPath: folder(row) + "/.well-known", withIntermediateDirectories: true)
        try Data(row.filled(row.file).utf8).write(to: URL(fileURLWithPath: file(row)))
        try Data(row.filled(WebRow.page).utf8).write(
            to: URL(fileURLWithPath: folder(row) + "/index.html"))
        try scratch.write("nobody:x\n", to: "users")
    }

    /// The path of the row's certificate; nil when it has no virtual host.
    private func certificate(_ row: WebRow) throws -> String? {
        try row.certificate.map { try files.write(row.host, $0) }
    }

    private func words(_ row: WebRow) -> String {
        row.filled(
            row.configuration.replacing("{file}", with: file(row))
                .replacing("{page}", with: folder(row) + "/index.html"))
    }

    private func nginx(_ rows: [WebRow]) throws -> String {
        let hosts = try rows.compactMap { row -> String? in
            guard let pem = try certificate(row) else { return nil }
            return """
                server {
                  listen \(row.server.address):\(port) ssl;
                  ssl_protocols TLSv1.2 TLSv1.3;
                  server_name \(row.host);
                  ssl_certificate \(pem);
                  ssl_certificate_key \(pem);
                  root \(folder(row));
                  \(words(row))
                }

                """
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "  \($0)_temp_path \(scratch.folder)/nginx-\($0);\n"
        }
        return """
            daemon off;
            master_process off;
            error_log nginx.log;
            pid nginx.pid;
            events { }
            http {
              access_log off;
              server_names_hash_bucket_size 128;
              types { text/plain txt; text/html html; }
            \(temporary.joined())
              server {
                listen \(WebRow.Server.nginx.address):\(port) ssl default_server;
                ssl_protocols TLSv1.2 TLSv1.3;
                server_name www.lab.example;
                ssl_certificate \(other);
                ssl_certificate_key \(other);
              }
            \(hosts.joined())
            }

            """
    }

    private func apache(_ rows: [WebRow]) throws -> String {
        let modules = [
            "mpm_event", "authz_core", "authn_core", "authz_user", "auth_basic", "authn_file",
            "alias", "dir", "mime", "headers", "rewrite", "setenvif", "ssl", "filter", "deflate",
        ]
        func host(_ name: String, _ certificate: String, _ words: String) -> String {
            """
            <VirtualHost \(WebRow.Server.apache.address):\(port)>
            ServerName \(name)
            SSLEngine on
            SSLCertificateFile \(certificate)
            SSLCertificateKeyFile \(certificate)
            \(words)
            </VirtualHost>

            """
        }
        let hosts = try rows.compactMap { row -> String? in
            guard let pem = try certificate(row) else { return nil }
            return host(row.host, pem, "DocumentRoot \(folder(row))\n" + words(row))
        }
        return """
            ServerRoot \(scratch.folder)
            PidFile apache.pid
            ServerName www.lab.example
            User nobody
            Group nogroup
            ErrorLog /dev/stderr
            DefaultRuntimeDir \(scratch.folder)
            Listen \(WebRow.Server.apache.address):\(port) https
            \(modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so\n" }.joined())
            TypesConfig /dev/null
            AddType text/plain .txt
            AddType text/html .html
            SSLSessionCache none
            <Directory />
            Require all granted
            </Directory>
            \(host("www.lab.example", other, ""))
            \(hosts.joined())
            """
    }

    private func caddy(_ rows: [WebRow]) throws -> String {
        let hosts = try rows.compactMap { row -> String? in
            guard let pem = try certificate(row) else { return nil }
            return """
                https://\(row.host):\(port) {
                tls \(pem) \(pem)
                root * \(folder(row))
                \(row.configuration.isEmpty ? "file_server" : words(row))
                }

                """
        }
        return """
            {
            auto_https off
            admin off
            default_bind \(WebRow.Server.caddy.address)
            storage file_system \(scratch.folder)/caddy
            }
            \(hosts.joined())
            """
    }

    private func haproxy(_ rows: [WebRow]) throws -> String {
        var list = ""
        var rules = ""
        for row in rows {
            guard let pem = try certificate(row) else { continue }
            list += "\(pem) \(row.host)\n"
            let rule =
                row.configuration.isEmpty
                ? "http-request return status 200 content-type text/plain file \(file(row))"
                : words(row)
            rules += "  \(rule) if { hdr(host),field(1,:) -i \(row.host) }\n"
        }
        try scratch.write(list, to: "crt-list")
        return """
            global
              ssl-default-bind-options ssl-min-ver TLSv1.2
            defaults
              mode http
              timeout client 10s
              timeout server 10s
              timeout connect 1s
            frontend policies
              bind \(WebRow.Server.haproxy.address):\(port) ssl crt \(other) crt-list \(scratch.folder)/crt-list
            \(rules)
            """
    }
}
