/// Sound domains: the verdict stands and no cause is expected.
extension Scenario {
    static let sound: [Scenario] = [
        .sound(
            "sound", weight: 150, why: "the default: two MX hosts, both named, all of it in order"),
        .sound(
            "sound-as-expected", weight: 20, expecting: "enforce",
            why: "the portfolio expects enforce and gets it"),
        .sound("sound-wildcard-pattern", weight: 20, why: "one pattern covers both MX hosts") {
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .sound("sound-hosted", weight: 30, why: "mail, record and policy host are all a provider's")
        {
            $0.mx = providerMX
            $0.record?.aliases = ["{domain}._mta-sts.provider.example"]
            $0.policyHost?.aliases = ["{domain}.sts.provider.example"]
            $0.serve(PolicyText(mx: ["mx: *.provider.example"]))
        },
        .sound("sound-record-alias-chain", why: "the record is at the end of four CNAMEs") {
            $0.record?.aliases = [
                "a.provider.example", "b.provider.example", "c.provider.example",
                "d.provider.example",
            ]
        },
        .sound("sound-mx-at-apex", why: "the domain is its own MX host") {
            $0.mx = [MailExchange(0, "{domain}")]
            $0.apex.addresses = [LabAddress.normal]
            $0.serve(PolicyText(mx: ["mx: {domain}"]))
        },
        .sound("sound-mx-upper-case", why: "host names compare without regard to case") {
            $0.mx = [MailExchange(10, "MX1.{domain}"), MailExchange(20, "Mx2.{domain}")]
        },
        .sound("sound-many-mx", why: "an MX set above the UDP limit comes over TCP") {
            $0.mx = (1...60).map { MailExchange(UInt16($0), "inbound-mail-\($0).{domain}") }
            $0.serve(PolicyText(mx: ["mx: *.{domain}"]))
        },
        .sound("sound-record-split", why: "the strings of one TXT are joined without a space") {
            $0.record?.texts = [["v=STSv1", "; id=2024", "0131T0", "93000;"]]
        },
        .sound("sound-record-extension", why: "fields a sender does not know are ignored") {
            $0.record?.texts = [["v=STSv1; id=20240131; note=two.words;"]]
        },
        .sound("sound-record-longest-id", why: "32 characters are the most an id may have") {
            $0.record?.texts = [["v=STSv1;id=0123456789abcdef0123456789ABCDEF"]]
        },
        .sound(
            "sound-wildcard-text", why: "a wildcard TXT that is no STS record is nothing to report"
        ) {
            $0.wildcard = DNSNode(texts: [["v=spf1 -all"]])
        },
        .sound("sound-tlsrpt-https", why: "reports may go to HTTPS, and to several places") {
            $0.reporting?.texts = [
                ["v=TLSRPTv1; rua=https://tls.{domain}/v1/report,mailto:tls@{domain};"]
            ]
        },
    ]

    /// Texts that look odd and are valid.
    static let soundText: [Scenario] = [
        text(
            "sound-line-feed", PolicyText(linesOfSound, lineEnd: "\n"), "LF alone ends a line",
            weight: 20),
        text(
            "sound-mixed-line-ends",
            PolicyText(["version: STSv1\nmode: enforce"] + linesOfSound.dropFirst(2)),
            "LF and CRLF may be mixed"),
        text(
            "sound-no-final-line-end", PolicyText(linesOfSound, lineEnd: "\n", isTerminated: false),
            "the last line needs no line end", weight: 5),
        text(
            "sound-trailing-space", PolicyText(linesOfSound.map { $0 + " \t" }),
            "white space at the end of a line is allowed", weight: 3),
        text(
            "sound-wide-space",
            PolicyText(mode: "mode:enforce", maxAge: "max_age:\t   604800"),
            "none, a tab or several spaces may follow the colon"),
        text(
            "sound-pattern-upper-case",
            PolicyText(mx: ["mx: MX1.{domain}", "mx: Mx2.{domain}"]),
            "patterns compare without regard to case", weight: 3),
        text(
            "sound-unknown-field",
            PolicyText(extra: ["contact: hostmaster at {domain}", "x-rev_2.1: 7"]),
            "fields a sender does not know are ignored"),
        text(
            "sound-other-order",
            PolicyText([
                "max_age: 604800", "mx: mx2.{domain}", "mode: enforce", "mx: mx1.{domain}",
                "version: STSv1",
            ]), "the fields may come in any order, the version last"),
        text(
            "sound-longest-max-age", PolicyText(maxAge: "max_age: 31557600"),
            "a leap year's share of seconds is the limit", weight: 5),
        text(
            "sound-max-age-zeros", PolicyText(maxAge: "max_age: 0000604800"),
            "ten digits are allowed, zeros in front too"),
        .sound("sound-64-kib", why: "65,536 bytes are still within the limit") {
            $0.mx = providerMX
            $0.host.response = .reply(body: padded(toBytes: 65_536))
        },
    ]

    private static let linesOfSound = PolicyText.sound.lines

    private static func text(
        _ name: String, _ text: PolicyText, _ why: String, weight: Int = 1
    ) -> Scenario {
        .sound(name, weight: weight, why: why) { $0.serve(text) }
    }

    static let providerMX = [
        MailExchange(5, "in1.provider.example"), MailExchange(5, "in2.provider.example"),
    ]

    /// A valid policy of exactly this many bytes for `providerMX`: hosts below the domain would
    /// make the size depend on the domain's length.
    static func padded(toBytes count: Int) -> [UInt8] {
        let policy = PolicyText(mx: ["mx: *.provider.example"], extra: ["padding: "])
        let start = PolicyText(policy.lines, isTerminated: false).bytes
        return start + Array(repeating: UInt8(ascii: "x"), count: max(1, count - start.count))
    }
}
