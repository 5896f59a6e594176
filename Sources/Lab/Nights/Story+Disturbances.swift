import DNSMessage

/// Nights on which something fails, and what must not come of it.
extension Story {
    private typealias Hosts = DomainSpecification
    private static let sharedText = ["*.{domain}"]
    private static let blocks = "cached-policy-blocks-mx"

    static let disturbances: [Story] = [
        Story(
            "flapping-record",
            why: "SERVFAIL for the record changes nothing that is known of copies",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(5) { $0.publish(id: "1", mx: sharedText, days: 7) },
            ],
            disturbed: [7, 9, 14, 20, 21], by: { $0.record?.fault = .serverFailure },
            truth: [
                .init(0...4, .enforced),
                .init(5...6, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(7, .unmeasured, .warning, ["id-unchanged", unread], until: 12),
                .init(8, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(9, .unmeasured, .warning, ["id-unchanged", unread], until: 12),
                .init(10...11, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(12...13, .enforced), .init(14, .unmeasured, .unmeasured, [unread]),
                .init(15...19, .enforced),
                .init(20...21, .unmeasured, .unmeasured, [unread]), .init(22...29, .enforced),
            ]),
        Story(
            "flapping-policy-host", why: "nor does a policy host that hangs now and then",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(5) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 7)
                },
            ],
            disturbed: [7, 10, 16], by: { $0.policyHost?.addresses = [LabAddress.hanging] },
            truth: [
                .init(0...4, .enforced), .init(5...6, .enforced, .error, [blocks], until: 12),
                .init(7, .unmeasured, .error, [blocks, "policy-connect-timeout"], until: 12),
                .init(8...9, .enforced, .error, [blocks], until: 12),
                .init(10, .unmeasured, .error, [blocks, "policy-connect-timeout"], until: 12),
                .init(11, .enforced, .error, [blocks], until: 12),
                .init(12...15, .enforced),
                .init(16, .unmeasured, .unmeasured, ["policy-connect-timeout"]),
                .init(17...29, .enforced),
            ]),
        Story(
            "flapping-handshake", why: "a policy host that accepts and says nothing more",
            published: [.from(0) { $0.publish(id: "1", days: 7) }],
            disturbed: [7, 16], by: { $0.host.handshake = .hang },
            truth: [
                .init(0...6, .enforced),
                .init(7, .unmeasured, .unmeasured, ["policy-tls-timeout"]),
                .init(8...15, .enforced),
                .init(16, .unmeasured, .unmeasured, ["policy-tls-timeout"]),
                .init(17...29, .enforced),
            ]),
        Story(
            "flapping-mx", why: "without the MX set nothing can be said of whom a copy blocks",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(5) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 7)
                },
            ],
            disturbed: [7, 10], by: { $0.apex.fault = DNSFault(.responseCode(2), only: .mx) },
            truth: [
                .init(0...4, .enforced), .init(5...6, .enforced, .error, [blocks], until: 12),
                .init(7, .unmeasured, .unmeasured, ["mx-lookup-failed"]),
                .init(8...9, .enforced, .error, [blocks], until: 12),
                .init(10, .unmeasured, .unmeasured, ["mx-lookup-failed"]),
                .init(11, .enforced, .error, [blocks], until: 12),
                .init(12...29, .enforced),
            ]),
        Story(
            "throttled", why: "503 is no removal",
            published: [.from(0) { $0.publish(id: "1", days: 7) }],
            disturbed: [6, 13], by: { $0.host.response = .reply(status: 503, body: []) },
            truth: [
                .init(0...5, .enforced),
                .init(6, .unmeasured, .unmeasured, ["policy-status"]), .init(7...12, .enforced),
                .init(13, .unmeasured, .unmeasured, ["policy-status"]), .init(14...29, .enforced),
            ]),
        Story(
            "certificate-renewed", why: "advice in the last fortnight, nothing about the new one",
            published: [
                .from(0) {
                    $0.publish(id: "1", days: 7)
                    $0.host.handshake = .certificate(CertificateRecipe(notAfterDays: 20))
                },
                .from(10) { $0.host.handshake = .certificate(CertificateRecipe()) },
            ],
            // Minted on night 0 for 20 days: on night 6 there are 14 left, and no fewer.
            truth: [
                .init(0...6, .enforced),
                .init(7...9, .enforced, .advice, ["policy-certificate-expiring"]),
                .init(10...29, .enforced),
            ]),
        Story(
            "certificate-expired",
            why: "out of reach for four nights, but held by those who had it",
            published: [.from(0) { $0.publish(id: "1", days: 5) }],
            disturbed: [10, 11, 12, 13],
            by: { $0.host.handshake = .certificate(CertificateRecipe(notAfterDays: -1)) },
            truth: [
                .init(0...9, .enforced),
                .init(
                    10...13, .ineffective, .error,
                    ["policy-certificate-expired", "recheck-after"], until: 15),
                .init(14...29, .enforced),
            ]),
        Story(
            "policy-broken", why: "for longer than any sender holds the one before",
            published: [.from(0) { $0.publish(id: "1", days: 5) }],
            disturbed: Array(6...13), by: { $0.serve(PolicyText(mode: "mode: enforced")) },
            truth: [
                .init(0...5, .enforced),
                .init(
                    6...10, .ineffective, .error, ["policy-mode-invalid", "recheck-after"],
                    until: 11),
                .init(11...13, .ineffective, .error, ["policy-mode-invalid"]),
                .init(14...29, .enforced),
            ]),
        Story(
            "record-broken", why: "a slip in the record for two nights",
            published: [.from(0) { $0.publish(id: "1", days: 5) }],
            disturbed: [6, 7], by: { $0.setID("2-a") },
            truth: [
                .init(0...5, .enforced),
                .init(
                    6...7, .ineffective, .error,
                    ["record-id-invalid", "record-sender-disagreement", "recheck-after"],
                    until: 11),
                .init(8...29, .enforced),
            ]),
        Story(
            "nxdomain-night", why: "a night without the domain, and it is as it was",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(5) { $0.publish(id: "1", mx: sharedText, days: 7) },
            ],
            disturbed: [8], by: { $0.exists = false },
            truth: [
                .init(0...4, .enforced),
                .init(5...7, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(8, .noDomain, .error, ["domain-missing"]),
                .init(9...11, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(12...29, .enforced),
            ]),
        Story(
            "parked-meanwhile", why: "three nights without mail",
            published: [.from(0) { $0.publish(id: "1", days: 7) }],
            disturbed: [8, 9, 10], by: { $0.mx = [.null] },
            truth: [
                .init(0...7, .enforced), .init(8...10, .noMail, .advice, ["mx-null"]),
                .init(11...29, .enforced),
            ]),
    ]

    private static let unread = "record-lookup-failed"
}
