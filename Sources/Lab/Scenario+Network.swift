import DNSMessage

/// Sound domains behind networks that make it hard to see: slow, truncated, failing once.
extension Scenario {
    static let soundNetwork: [Scenario] = [
        .sound("sound-dns-delayed", cost: .slow, why: "a late answer is an answer") {
            $0.record?.fault = DNSFault(.delay(milliseconds: 300))
        },
        .sound("sound-dns-truncated", why: "TC over UDP, the answer over TCP") {
            $0.record?.fault = DNSFault(.truncation)
        },
        .sound("sound-mx-truncated", why: "TC over UDP, the answer over TCP") {
            $0.apex.fault = DNSFault(.truncation, only: .mx)
        },
        .sound(
            "sound-dns-without-edns", why: "FORMERR to a query with OPT, the answer to one without"
        ) {
            $0.record?.fault = DNSFault(.formatErrorWithOPT)
        },
        .sound("sound-record-servfail-once", why: "SERVFAIL heals when asked again") {
            $0.record?.fault = DNSFault(.once(.responseCode(2)))
        },
        .sound("sound-mx-servfail-once", why: "SERVFAIL heals when asked again") {
            $0.apex.fault = DNSFault(.once(.responseCode(2)), only: .mx)
        },
        .sound("sound-policy-host-refused-once", why: "REFUSED heals when asked again") {
            $0.policyHost?.fault = DNSFault(.once(.responseCode(5)))
        },
        .sound(
            "sound-record-lost-once", cost: .slow,
            why: "one lost answer costs a timeout, no verdict"
        ) {
            $0.record?.fault = DNSFault(.once(.drop))
        },
        .sound("sound-aaaa-servfail", why: "the IPv4 address is enough to reach the policy") {
            $0.policyHost?.fault = DNSFault(.responseCode(2), only: .aaaa)
        },
        .sound(
            "sound-policy-host-alias", weight: 5,
            why: "a CNAME to a provider is the usual delegation"
        ) {
            $0.policyHost?.aliases = ["{domain}.sts.provider.example", "edge.provider.example"]
        },
        .sound("sound-two-addresses", weight: 5, why: "both addresses serve the same policy") {
            $0.policyHost?.addresses = [LabAddress.normal, LabAddress.second]
        },
        .sound("sound-wildcard-certificate", weight: 10, why: "`*.` + the domain covers `mta-sts.`")
        {
            $0.host.handshake = .certificate(CertificateRecipe(names: .wildcard))
        },
        .sound("sound-rsa-certificate", weight: 10, why: "RSA 2048 is as good as P-256") {
            $0.host.handshake = .certificate(CertificateRecipe(key: .rsa2048))
        },
        .sound("sound-content-type-charset", weight: 5, why: "text/plain may have parameters") {
            $0.host.response = .reply(contentType: "text/plain; charset=utf-8", body: soundBody)
        },
        .sound("sound-chunked", weight: 5, why: "a length need not be announced") {
            $0.host.response = .chunked(body: soundBody)
        },
        .sound("sound-dripping", cost: .slow, why: "slow, and whole before any deadline") {
            $0.host.response = .drip(intervalMilliseconds: 2, body: soundBody)
        },
        .sound("sound-503-once", cost: .slow, why: "a throttled host heals when asked again") {
            $0.host.response = .failing(
                times: 1, .reply(status: 503, extra: ["Retry-After: 1"], body: []),
                then: .reply(body: soundBody))
        },
        .sound("sound-429-once", cost: .slow, why: "a throttled host heals when asked again") {
            $0.host.response = .failing(
                times: 1, .reply(status: 429, body: []), then: .reply(body: soundBody))
        },
        .sound("sound-reset-once", cost: .slow, why: "a reset that does not repeat is no fault") {
            $0.host.response = .failing(times: 1, .reset, then: .reply(body: soundBody))
        },
    ]

    static let soundBody = PolicyText.sound.bytes
}
