import Lab

/// The table: each server's usual mistakes. What is in `configuration` is what people write.
extension WebRow {
    static let all = nginx + apache + caddy + haproxy + certificates

    private static let senders = "policy-sender-disagreement"
    private static let htmlForPolicy = ["policy-not-a-policy"]

    private static let nginx: [WebRow] = [
        sound(.nginx, "sound"),
        sound(
            .nginx, "lf", file: policy.replacing("\r\n", with: "\n"),
            reply(
                200, "text/plain", [], policy.replacing("\r\n", with: "\n"))),
        sound(.nginx, "hsts", "add_header Strict-Transport-Security max-age=63072000;"),
        sound(.nginx, "gzip-not-asked-for", "gzip on; gzip_min_length 1; gzip_types text/plain;"),
        sound(
            .nginx, "chunked", "ssi on; ssi_types text/plain;",
            .init(
                response: .chunked(body: Array(policy.utf8)))),
        broken(
            .nginx, "redirect-www",
            "return 301 https://www.{domain}$request_uri;", redirect, ["policy-redirected"]),
        status(.nginx, "missing", "location / { root /nonexistent; }", 404),
        status(.nginx, "hidden-folder-denied", "location ~ /\\. { deny all; }", 403),
        status(.nginx, "password", "auth_basic closed; auth_basic_user_file users;", 401),
        status(.nginx, "misdirected", "return 421;", 421),
        status(.nginx, "upstream-down", "location / { proxy_pass http://127.0.2.9:9; }", 502),
        throttled(
            .nginx, "maintenance", "add_header Retry-After 3600 always; return 503;", 503),
        throttled(
            .nginx, "rate-limit", "add_header Retry-After 3600 always; return 429;", 429),
        broken(
            .nginx, "front-page-for-everything",
            "location / { rewrite ^ /index.html break; }",
            reply(200, "text/html", [], page), htmlForPolicy),
        advice(
            .nginx, "no-type", "types { } default_type application/octet-stream;",
            reply(200, "application/octet-stream"), ["policy-content-type", senders]),
        broken(
            .nginx, "bom", "", file: "\u{FEFF}" + policy,
            reply(200, "text/plain", [], "\u{FEFF}" + policy), ["policy-encoding", senders]),
        broken(
            .nginx, "empty-file", "", file: "", reply(200, "text/plain", [], ""),
            ["policy-empty"]),
        broken(
            .nginx, "closes", "return 444;", .init(response: .empty), ["policy-response-broken"]),
        broken(
            .nginx, "rejects-handshake", "ssl_reject_handshake on;",
            .init(handshake: .alert, response: reply().response), ["policy-tls-failed"]),
        nobody(.nginx),
    ]

    private static let apache: [WebRow] = [
        sound(.apache, "sound"),
        sound(
            .apache, "http-1-0",
            "SetEnvIf Request_URI . force-response-1.0 downgrade-1.0 nokeepalive"),
        sound(.apache, "deflate-not-asked-for", "SetOutputFilter DEFLATE"),
        sound(
            .apache, "charset", "AddDefaultCharset utf-8",
            reply(200, "text/plain; charset=utf-8")),
        broken(
            .apache, "redirect-www", "Redirect permanent / https://www.{domain}/", redirect,
            ["policy-redirected"]),
        status(.apache, "missing", "Alias / /nonexistent/", 404),
        status(.apache, "denied", "<Location />\nRequire all denied\n</Location>", 403),
        status(
            .apache, "password",
            "<Location />\nAuthType Basic\nAuthName closed\nAuthUserFile users\n"
                + "Require valid-user\n</Location>", 401),
        status(.apache, "misdirected", "Redirect 421 /", 421),
        status(.apache, "gone", "Redirect gone /", 410),
        throttled(
            .apache, "maintenance", "Header always set Retry-After 3600\nRedirect 503 /", 503),
        broken(
            .apache, "front-page-for-everything",
            "RewriteEngine on\nRewriteRule . /index.html [PT]",
            reply(200, "text/html", [], page), htmlForPolicy),
        advice(
            .apache, "html-type", "<Location />\nForceType text/html\n</Location>",
            reply(200, "text/html"), ["policy-content-type", senders]),
        nobody(.apache),
    ]

    private static let caddy: [WebRow] = [
        sound(.caddy, "sound", "file_server", reply(200, "text/plain; charset=utf-8")),
        sound(
            .caddy, "encode-not-asked-for", "encode gzip\nfile_server",
            reply(200, "text/plain; charset=utf-8")),
        broken(
            .caddy, "redirect-www", "redir https://www.{domain}{uri} permanent", redirect,
            ["policy-redirected"]),
        status(.caddy, "missing", "rewrite * /none{uri}\nfile_server", 404),
        status(.caddy, "denied", "respond 403", 403),
        status(.caddy, "upstream-down", "reverse_proxy 127.0.2.9:9", 502),
        throttled(.caddy, "maintenance", "header Retry-After 3600\nrespond 503", 503),
        broken(
            .caddy, "front-page-for-everything", "try_files /index.html\nfile_server",
            reply(200, "text/html; charset=utf-8", [], page), htmlForPolicy),
        // Caddy has no default host: a name without a certificate is an alert.
        WebRow(
            server: .caddy, mistake: "no-such-host", certificate: nil,
            lab: .init(handshake: .alert, response: reply().response), verdict: "ineffective",
            causes: ["policy-tls-failed"], differs: .alert(80)),
    ]

    private static let haproxy: [WebRow] = [
        sound(
            .haproxy, "sound",
            "http-request return status 200 content-type text/plain file {file}"),
        broken(
            .haproxy, "redirect-www",
            "http-request redirect code 301 location "
                + "https://www.{domain}/.well-known/mta-sts.txt", redirect, ["policy-redirected"]),
        status(.haproxy, "denied", "http-request deny", 403),
        status(.haproxy, "password", "http-request auth realm closed", 401),
        status(.haproxy, "misdirected", "http-request return status 421", 421),
        status(.haproxy, "not-found", "http-request return status 404", 404),
        throttled(
            .haproxy, "rate-limit",
            "http-request return status 429 hdr Retry-After 3600", 429),
        throttled(
            .haproxy, "maintenance",
            "http-request return status 503 hdr Retry-After 3600", 503),
        broken(
            .haproxy, "upstream-page",
            "http-request return status 200 content-type text/html "
                + "file {page}", reply(200, "text/html", [], page), htmlForPolicy),
        nobody(.haproxy),
    ]
}
