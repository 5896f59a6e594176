/// Faults of the policy text (RFC 8461 §3.2), as seen in published policies.
extension Scenario {
    static let policyFields: [Scenario] = [
        text("policy-version-two", "policy-version", [1: "version: STSv2"], "no such version"),
        text("policy-version-case", "policy-version", [1: "version: stsv1"], "case counts"),
        text("policy-version-missing", "policy-version", [1: ""], "the first line got lost"),
        text(
            "policy-version-name-case", "policy-version", [1: "Version: STSv1"], "not the field"),

        text("policy-mode-missing", "policy-mode-missing", [2: ""], "no mode", unanimous: true),
        text(
            "policy-mode-name-case", "policy-mode-missing", [2: "Mode: enforce"], "an unknown field"
        ),
        text(
            "policy-mode-enforced", "policy-mode-invalid", [2: "mode: enforced"], "the usual slip",
            weight: 2, unanimous: true),
        text(
            "policy-mode-test", "policy-mode-invalid", [2: "mode: test"], "the word is `testing`",
            unanimous: true),
        text("policy-mode-case", "policy-mode-invalid", [2: "mode: Enforce"], "case counts"),
        text(
            "policy-mode-brackets", "policy-mode-invalid", [2: "mode: [testing]"], "from a how-to",
            unanimous: true),
        text(
            "policy-mode-comment", "policy-mode-invalid", [2: "mode: enforce # or testing"],
            "there are no comments", unanimous: true),
        text(
            "policy-mode-duplicate-bad", "policy-mode-invalid",
            [2: "mode: enforced\r\nmode: enforce"], "the first counts, even where it is bad",
            extraCauses: ["policy-duplicate-field"]),

        text("policy-max-age-missing", "policy-max-age-missing", [5: ""], "no max_age"),
        text(
            "policy-max-age-hyphen", "policy-max-age-missing", [5: "max-age: 604800"],
            "an unknown field"),
        text(
            "policy-max-age-separators", "policy-max-age-invalid", [5: "max_age: 604,800"],
            "digits only"),
        text("policy-max-age-unit", "policy-max-age-invalid", [5: "max_age: 7d"], "seconds only"),
        text("policy-max-age-negative", "policy-max-age-invalid", [5: "max_age: -1"], "no sign"),
        text(
            "policy-max-age-digits", "policy-max-age-invalid", [5: "max_age: 00000604800"],
            "eleven digits"),
        text(
            "policy-max-age-leap-year", "policy-max-age-over-limit", [5: "max_age: 31622400"],
            "366 days are above the limit"),
        text(
            "policy-max-age-greatest", "policy-max-age-over-limit", [5: "max_age: 9999999999"],
            "ten digits, far above the limit"),

        text(
            "policy-mx-missing", "policy-mx-missing", [3: "", 4: ""], "enforces and names no host"),
        text(
            "policy-mx-trailing-dot", "policy-mx-invalid", [4: "mx: mx2.{domain}."],
            "as in a zone file", weight: 2),
        text(
            "policy-mx-comma-list", "policy-mx-invalid",
            [3: "mx: mx1.{domain}, mx2.{domain}", 4: ""],
            "one host a line", weight: 2),
        text(
            "policy-mx-space-list", "policy-mx-invalid",
            [3: "mx: mx1.{domain} mx2.{domain}", 4: ""],
            "one host a line"),
        text(
            "policy-mx-priority", "policy-mx-invalid", [4: "mx: 20 mx2.{domain}"],
            "no preference here"),
        text(
            "policy-mx-inner-wildcard", "policy-mx-invalid", [4: "mx: mx*.{domain}"],
            "a whole label only"),
        text(
            "policy-mx-middle-wildcard", "policy-mx-invalid", [4: "mx: mx2.*.{domain}"],
            "leftmost only"),
        text("policy-mx-star", "policy-mx-invalid", [4: "mx: *"], "a wildcard of everything"),
        text(
            "policy-mx-unicode", "policy-mx-invalid", [4: "mx: mx2.b\u{FC}ro.example"],
            "A-labels only"),
        text(
            "policy-mx-underscore", "policy-mx-invalid", [4: "mx: _dc-mx.4f1c.{domain}"],
            "no host name has an underscore"),
        text(
            "policy-mx-placeholder", "policy-mx-invalid", [4: "mx: BOX_HOSTNAME"],
            "the template was not filled in"),
        text(
            "policy-mx-comment", "policy-mx-invalid", [4: "mx: mx2.{domain} # the backup"],
            "there are no comments"),
        text("policy-mx-ipv6", "policy-mx-invalid", [4: "mx: [IPv6:2001:db8::25]"], "names only"),
        .notice(
            "policy-mx-address", ["policy-mx-invalid", senders],
            why: "valid, and covers no host ever"
        ) {
            $0.serve(PolicyText(mx: ["mx: mx1.{domain}", "mx: mx2.{domain}", "mx: 192.0.2.25"]))
        },

        .notice(
            "policy-duplicate-mode", ["policy-duplicate-field", senders], why: "the first counts"
        ) {
            $0.serve(PolicyText(extra: ["mode: testing"]))
        },
        .notice(
            "policy-duplicate-max-age", ["policy-duplicate-field", senders],
            why: "a later one is ignored even where it is bad"
        ) { $0.serve(PolicyText(extra: ["max_age: forever"])) },
        .notice(
            "policy-max-age-zero", ["policy-max-age-zero", senders], why: "valid, and never cached"
        ) {
            $0.serve(PolicyText(maxAge: "max_age: 0"))
        },
        .notice("policy-max-age-short", ["policy-max-age-short"], weight: 2, why: "an hour") {
            $0.serve(PolicyText(maxAge: "max_age: 3600"))
        },
        .notice(
            "policy-max-age-just-short", ["policy-max-age-short"], why: "one second below a day"
        ) { $0.serve(PolicyText(maxAge: "max_age: 86399")) },
        .compound(
            "policy-several-errors", .ineffective,
            ["policy-max-age-missing", "policy-mode-invalid", "policy-mx-invalid"],
            why: "three lines, three things to mend"
        ) { $0.serve(PolicyText(lines([2: "mode: on", 4: "mx: mx2.{domain};", 5: ""]))) },
    ]

    static let policyForm: [Scenario] = [
        text(
            "policy-blank-line", "policy-syntax", [2: "mode: enforce\r\n"],
            "a line between the fields",
            weight: 2),
        text(
            "policy-blank-last-line", "policy-syntax", [5: "max_age: 604800\r\n"],
            "two line ends at the end"),
        text(
            "policy-comment-line", "policy-syntax", [3: "# our hosts\r\nmx: mx1.{domain}"],
            "no comments"),
        text("policy-no-colon", "policy-syntax", [5: "max_age: 604800\r\nnpm"], "a stray word"),
        text(
            "policy-indented", "policy-syntax", [4: "  mx: mx2.{domain}"],
            "nothing may stand before the name"),
        text(
            "policy-space-before-colon", "policy-syntax", [4: "mx : mx2.{domain}"], "nor behind"),
        text(
            "policy-extension-empty", "policy-syntax", [5: "max_age: 604800\r\ncontact:"],
            "a field needs a value"),
        body(
            "policy-byte-order-mark", "policy-encoding",
            PolicyText.sound.wrapped(before: [0xEF, 0xBB, 0xBF]),
            "an editor's mark before the version", weight: 2),
        body(
            "policy-latin-1", "policy-encoding",
            PolicyText.sound.wrapped(after: Array("team: caf".utf8) + [0xE9, 0x0D, 0x0A]),
            "not UTF-8"),
        body(
            "policy-control-character", "policy-encoding",
            PolicyText(extra: ["team: mail\u{1}ops"]).bytes, "a control character"),
        body(
            "policy-utf-16", "policy-encoding",
            // The domain is filled in as single bytes: then it is no UTF-16 any more. So none here.
            [0xFF, 0xFE] + PolicyText(mx: ["mx: *.provider.example"]).bytes.flatMap { [$0, 0] },
            "two bytes a character", unanimous: true),
        body(
            "policy-line-ends", "policy-line-ends",
            PolicyText(PolicyText.sound.lines, lineEnd: "\r").bytes,
            "CR alone ends no line"),

        body("policy-empty", "policy-empty", [], "an empty file", weight: 2, unanimous: true),
        body(
            "policy-html", "policy-not-a-policy", Page.home, "every path serves the web site",
            weight: 3, unanimous: true),
        body(
            "policy-yaml", "policy-not-a-policy",
            Array(
                """
                version: STSv1
                mode: enforce
                mx:
                  - mx1.{domain}
                  - mx2.{domain}
                max_age: 604800

                """.utf8), "a YAML list of hosts"),
        body(
            "policy-json", "policy-not-a-policy",
            Array(
                #"{"version": "STSv1", "mode": "enforce", "mx": ["*.{domain}"], "max_age": 86400}"#
                    .utf8),
            "JSON", unanimous: true),
        body(
            "policy-rtf", "policy-not-a-policy",
            Array(
                #"""
                {\rtf1\ansi\ansicpg1252\cocoartf2709
                {\fonttbl\f0\fswiss\fcharset0 Helvetica;}
                \f0\fs24 \cf0 version: STSv1\
                mode: enforce\
                mx: *.{domain}\
                max_age: 604800}

                """#.utf8), "saved by a word processor", unanimous: true),
        body(
            "policy-front-matter", "policy-not-a-policy",
            Array("---\nlayout: null\npermalink: /.well-known/mta-sts.txt\n---\n".utf8) + soundBody,
            "a site generator copied its own header"),
        body(
            "policy-dns-record", "policy-not-a-policy",
            Array("_mta-sts.{domain}. TXT \"v=STSv1; id=20240131\"\n".utf8),
            "the DNS record was pasted", unanimous: true),
        body(
            "policy-prose", "policy-not-a-policy",
            Array("It works!\nThis is the default page of this server.\n".utf8), "a default page",
            unanimous: true),
    ]

    /// The sound policy with lines replaced, counted from 1; an empty replacement drops the line.
    private static func lines(_ changes: [Int: String]) -> [String] {
        PolicyText.sound.lines.enumerated().compactMap { offset, line in
            let line = changes[offset + 1] ?? line
            return line.isEmpty ? nil : line
        }
    }

    /// What some senders decide otherwise than the RFC.
    private static let senders = "policy-sender-disagreement"

    /// - Parameter unanimous: no sender uses it, so there is no disagreement to find.
    private static func text(
        _ name: String, _ cause: String, _ changes: [Int: String], _ why: String, weight: Int = 1,
        extraCauses: [String] = [], unanimous: Bool = false
    ) -> Scenario {
        let causes = [cause] + extraCauses + (unanimous ? [] : [senders])
        return .fault(name, .ineffective, causes, weight: weight, why: why) {
            $0.serve(PolicyText(lines(changes)))
        }
    }

    private static func body(
        _ name: String, _ cause: String, _ body: [UInt8], _ why: String, weight: Int = 1,
        unanimous: Bool = false
    ) -> Scenario {
        let causes = [cause] + (unanimous ? [] : [senders])
        return .fault(name, .ineffective, causes, weight: weight, why: why) {
            $0.host.response = .reply(body: body)
        }
    }
}
