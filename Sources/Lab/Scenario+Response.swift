/// Faults of the HTTP response, and of several addresses that differ (RFC 8461 §3.3).
extension Scenario {
    static let response: [Scenario] = [
        response(
            "policy-too-large", "policy-too-large", .oversize(length: 200_000),
            "the announced length is above the limit"),
        response(
            "policy-too-large-chunked", "policy-too-large", .oversizeChunked(length: 200_000),
            "no length is announced and the body goes on"),
        .fault("policy-too-large-by-one", .ineffective, ["policy-too-large"], why: "65,537 bytes") {
            $0.mx = providerMX
            $0.host.response = .reply(body: padded(toBytes: 65_537))
        },
        response(
            "policy-silence", "policy-response-timeout", .silence,
            "takes the request and never answers", cost: .blackHole),
        response(
            "policy-slow-drip", "policy-response-timeout",
            .drip(intervalMilliseconds: 1_000, body: soundBody),
            "a byte a second keeps an idle timeout from ever firing", cost: .blackHole),
        response(
            "policy-truncated", "policy-response-broken", .truncated(body: soundBody),
            "half of the announced length"),
        response("policy-empty-reply", "policy-response-broken", .empty, "closes without a byte"),
        response("policy-reset", "policy-response-broken", .reset, "a reset after every request"),
        response(
            "policy-not-http", "policy-response-broken",
            .raw(Array("220 mail.{domain} ESMTP ready\r\n".utf8)), "a mail server's greeting"),
        response(
            "policy-bad-chunk", "policy-response-broken",
            .raw(
                Array(
                    """
                    HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\
                    \r\nzz\r\nversion: STSv1\r\n
                    """.utf8)), "a chunk size that is no number"),
        response(
            "policy-endless-headers", "policy-response-broken", .endlessHeaders,
            "header lines without end"),
        .notice(
            "policy-content-type-html", ["policy-content-type", senders], weight: 3,
            why: "some senders insist on text/plain"
        ) { $0.host.response = .reply(contentType: "text/html; charset=utf-8", body: soundBody) },
        .notice(
            "policy-content-type-binary", ["policy-content-type", senders],
            why: "an unknown file ending"
        ) {
            $0.host.response = .reply(contentType: "application/octet-stream", body: soundBody)
        },
        .notice(
            "policy-content-type-missing", ["policy-content-type", senders], why: "no such field"
        ) {
            $0.host.response = .reply(contentType: nil, body: soundBody)
        },
        .notice(
            "policy-content-type-case", [senders],
            why: "media types compare without regard to case, and not with every sender"
        ) {
            $0.host.response = .reply(contentType: "TEXT/Plain ;charset=UTF-8", body: soundBody)
        },
    ]

    static let status: [Scenario] = [
        redirect(301, "to the web site with www", weight: 2),
        redirect(302, "to a sign-in page"),
        redirect(307, "keeps the method, and is not followed either"),
        redirect(308, "permanent, and is not followed either"),
        status(202, "only 200 counts"),
        status(400, "the server does not know the host name"),
        status(403, "the hidden folder `.well-known` is closed", weight: 2),
        status(404, "the file is not there", weight: 4),
        status(410, "gone"),
        status(500, "the application behind it fails"),
        status(502, "the gateway does not reach what is behind it"),
        throttled("policy-status-429", 429, [], "asked too often"),
        throttled("policy-status-503", 503, [], "down for maintenance"),
        throttled("policy-status-503-later", 503, ["Retry-After: 3600"], "back in an hour"),
    ]

    static let addresses: [Scenario] = [
        .notice(
            "addresses-one-refused", ["policy-address-inconsistent"], weight: 2,
            why: "one server of two is down; a sender tries the other"
        ) { $0.policyHost?.addresses = [LabAddress.normal, LabAddress.refusing] },
        .notice(
            "addresses-two-texts", ["policy-address-inconsistent"],
            why: "one server of two was not updated"
        ) {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.second]
            $0.hostByAddress[LabAddress.second] = HostBehaviour(
                response: .reply(body: PolicyText(maxAge: "max_age: 86400").bytes))
        },
        .notice(
            "addresses-one-404", ["policy-address-inconsistent"], why: "one server lacks the file"
        ) {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.second]
            $0.hostByAddress[LabAddress.second] = HostBehaviour(
                response: .reply(status: 404, contentType: "text/html", body: Page.notFound))
        },
        .notice(
            "addresses-one-expired", ["policy-address-inconsistent"],
            why: "the certificate was renewed on one server only"
        ) {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.second]
            $0.hostByAddress[LabAddress.normal] = HostBehaviour(
                handshake: .certificate(
                    CertificateRecipe(notBeforeDays: -100, notAfterDays: -10)),
                response: .reply(body: soundBody))
        },
        .sound("addresses-one-unreachable", why: "no route to one: says nothing about the domain") {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.unreachable]
        },
        .fault(
            "addresses-all-404", .ineffective, ["policy-status"], why: "no server has the file"
        ) {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.second]
            $0.host.response = .reply(status: 404, contentType: "text/html", body: Page.notFound)
        },
        .fault(
            "addresses-refused-and-hanging", .ineffective, ["policy-connect-refused"],
            cost: .blackHole, why: "what is broken tells more than what is not measured"
        ) { $0.policyHost?.addresses = [LabAddress.refusing, LabAddress.hanging] },
    ]

    /// What some senders decide otherwise than the RFC.
    private static let senders = "policy-sender-disagreement"

    private static func response(
        _ name: String, _ cause: String, _ response: ResponseBehaviour, _ why: String,
        cost: Cost = .quick
    ) -> Scenario {
        .fault(name, .ineffective, [cause], cost: cost, why: why) { $0.host.response = response }
    }

    private static func redirect(_ status: Int, _ why: String, weight: Int = 1) -> Scenario {
        .fault(
            "policy-redirect-\(status)", .ineffective, ["policy-redirected"], weight: weight,
            why: why
        ) {
            $0.host.response = .reply(
                status: status, contentType: "text/html",
                extra: ["Location: https://www.{domain}/.well-known/mta-sts.txt"],
                body: Page.notFound)
        }
    }

    private static func status(_ status: Int, _ why: String, weight: Int = 1) -> Scenario {
        .fault(
            "policy-status-\(status)", .ineffective, ["policy-status"], weight: weight, why: why
        ) {
            // A sound policy in the body does not make up for the status.
            $0.host.response = .reply(status: status, body: soundBody)
        }
    }

    private static func throttled(
        _ name: String, _ status: Int, _ extra: [String], _ why: String
    ) -> Scenario {
        .fault(name, .unmeasured, ["policy-status"], cost: .slow, why: why) {
            $0.host.response = .reply(status: status, extra: extra, body: [])
        }
    }
}
