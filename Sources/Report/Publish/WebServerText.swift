/// How a web server serves the folder of policies, for every domain at once.
enum WebServerText {
    /// For nginx, inside `http`. Names that no policy host can have are not answered; a host
    /// without a policy gets 404, and nothing is redirected (RFC 8461 §3.3).
    static let nginx = """
        # Serves policies/mta-sts.DOMAIN/.well-known/mta-sts.txt for every mta-sts.DOMAIN.
        # Copy the folder "policies" to /srv/mta-sts on the web server, and this file to
        # /etc/nginx/conf.d. Certificates are taken by name: one for each policy host.
        server {
            listen 443 ssl;
            listen [::]:443 ssl;
            server_name "~^(?<sts_host>mta-sts\\.[a-z0-9.-]+)$";

            ssl_certificate     /etc/letsencrypt/live/$ssl_server_name/fullchain.pem;
            ssl_certificate_key /etc/letsencrypt/live/$ssl_server_name/privkey.pem;
            ssl_protocols       TLSv1.2 TLSv1.3;

            location = /.well-known/mta-sts.txt {
                root         /srv/mta-sts/policies/$sts_host;
                types        { }
                default_type text/plain;
            }
            location / {
                return 404;
            }
        }

        """
}
