import Lab

/// What becomes of each scenario when its owner publishes what `stsaudit fix --all` wrote, with a
/// web server for policy hosts that have none and an address for reports.
enum CureTable {
    enum Ending: Hashable {
        /// Fixable by publishing: ends `testing` or `enforced`, as chosen.
        case asChosen
        /// Enforced before and after; what publishing can cure is cured.
        case staysEnforced
        /// Something is published, and something else still stands in the way.
        case becomes(String)
        /// Nothing of MTA-STS is published for it.
        case unchanged
    }

    struct Group {
        var ending: Ending
        var why: String
        var scenarios: [String]

        init(_ ending: Ending, _ why: String, _ scenarios: String...) {
            self.ending = ending
            self.why = why
            self.scenarios = scenarios
        }

        /// Those of a list of the lab that are of this verdict, or of any; for lists without
        /// exceptions.
        init(_ ending: Ending, _ why: String, all scenarios: [Scenario], verdict: String? = nil) {
            self.ending = ending
            self.why = why
            self.scenarios = scenarios.filter { verdict == nil || $0.verdict == verdict }
                .map(\.name)
        }
    }

    static let byScenario: [String: Group] = Dictionary(
        groups.flatMap { group in group.scenarios.map { ($0, group) } },
        uniquingKeysWith: { first, _ in first })

    static let groups: [Group] =
        fixable + fixableResponse + fixableText + enforced + otherwise + unmeasured + alone

    static let fixable: [Group] = [
        Group(
            .asChosen, "nothing is published: record, policy and policy host are made",
            "absent", "absent-with-reporting", "absent-wildcard-text", "absent-unrelated-text",
            "absent-no-data", "absent-implicit-mx", "absent-tlsrpt-broken"),
        Group(
            .asChosen, "the orphan host has a good certificate and serves the file",
            "absent-wildcard-host", "absent-host-web-page", "absent-host-unusable-policy"),
        Group(
            .asChosen, "the orphan host is moved: no sender could reach it",
            "absent-host-dangling", "absent-host-special-address"),
        Group(
            .asChosen, "the record is put where it belongs",
            "record-missing", "record-missing-no-data", "record-missing-other-text",
            "record-misplaced-apex", "record-misplaced-host", "record-misplaced-underscore"),
        Group(
            .asChosen, "the record is replaced",
            "record-multiple", "record-version-two", "record-version-lower-case",
            "record-version-name-case", "record-version-space", "record-version-last",
            "record-version-quoted", "record-id-missing", "record-id-missing-other",
            "record-id-hyphen", "record-id-underscore", "record-id-empty", "record-id-too-long",
            "record-id-template", "record-empty-field", "record-trailing-space", "record-escaped",
            "record-field-name", "record-and-policy-broken", "record-broken-unreported"),
        Group(
            .asChosen, "a TXT takes the place of the CNAME",
            "record-multiple-hosted", "record-cname-dangling", "record-cname-chain-dangling"),
        Group(
            .asChosen, "the policy host's name leads to a web server again",
            "record-and-host-broken", "policy-host-missing", "policy-host-no-address",
            "policy-host-dangling", "policy-host-alias-empty", "policy-host-private",
            "policy-host-private-v6", "policy-host-private-both"),
        Group(
            .asChosen, "the policy lists the MX hosts of today",
            "mx-uncovered", "mx-uncovered-deep", "mx-all-uncovered", "mx-all-uncovered-deep",
            "mx-all-uncovered-apex", "mx-replaced", "mx-uncovered-testing",
            "mx-all-uncovered-testing"),
    ]

    static let fixableResponse: [Group] = [
        Group(
            .asChosen, "after a good handshake: the file is served as it should be",
            "policy-too-large", "policy-too-large-chunked", "policy-too-large-by-one",
            "policy-silence", "policy-slow-drip", "policy-truncated", "policy-empty-reply",
            "policy-reset", "policy-not-http", "policy-bad-chunk", "policy-endless-headers",
            "policy-redirect-301", "policy-redirect-302", "policy-redirect-307",
            "policy-redirect-308", "policy-status-202", "policy-status-400", "policy-status-403",
            "policy-status-404", "policy-status-410", "policy-status-500", "policy-status-502",
            "addresses-all-404")
    ]

    static let fixableText: [Group] = [
        Group(
            .asChosen, "the text is replaced",
            "policy-version-two", "policy-version-case", "policy-version-missing",
            "policy-version-name-case", "policy-mode-missing", "policy-mode-name-case",
            "policy-mode-enforced", "policy-mode-test", "policy-mode-case", "policy-mode-brackets",
            "policy-mode-comment", "policy-mode-duplicate-bad", "policy-max-age-missing",
            "policy-max-age-hyphen", "policy-max-age-separators", "policy-max-age-unit",
            "policy-max-age-negative", "policy-max-age-digits", "policy-max-age-leap-year",
            "policy-max-age-greatest", "policy-mx-missing", "policy-mx-trailing-dot",
            "policy-mx-comma-list", "policy-mx-space-list", "policy-mx-priority",
            "policy-mx-inner-wildcard", "policy-mx-middle-wildcard", "policy-mx-star",
            "policy-mx-unicode", "policy-mx-underscore", "policy-mx-placeholder",
            "policy-mx-comment", "policy-mx-ipv6", "policy-several-errors", "policy-blank-line",
            "policy-blank-last-line", "policy-comment-line", "policy-no-colon", "policy-indented",
            "policy-space-before-colon", "policy-extension-empty", "policy-byte-order-mark",
            "policy-latin-1", "policy-control-character", "policy-utf-16", "policy-line-ends",
            "policy-empty", "policy-html", "policy-yaml", "policy-json", "policy-rtf",
            "policy-front-matter", "policy-dns-record", "policy-prose")
    ]

    static let enforced: [Group] = [
        Group(
            .staysEnforced, "a cleaner record",
            "record-unrelated-text", "record-space-before-semicolon", "record-second-id"),
        Group(
            .staysEnforced, "a cleaner policy",
            "policy-mx-address", "policy-duplicate-mode", "policy-duplicate-max-age",
            "policy-max-age-zero", "policy-max-age-short", "policy-max-age-just-short",
            "mx-pattern-unused", "mx-pattern-too-broad"),
        Group(
            .staysEnforced, "the same file, and as plain text, at every address",
            "policy-content-type-html", "policy-content-type-binary",
            "policy-content-type-missing", "policy-content-type-case", "addresses-two-texts",
            "addresses-one-404"),
        Group(
            .staysEnforced, "a TLSRPT record",
            "tlsrpt-missing", "tlsrpt-missing-no-data", "tlsrpt-missing-other-text",
            "tlsrpt-multiple", "tlsrpt-empty-field", "tlsrpt-trailing-space",
            "tlsrpt-bare-address", "tlsrpt-http", "tlsrpt-no-address", "tlsrpt-trailing-comma",
            "tlsrpt-second-field"),
    ]

    static let otherwise: [Group] = [
        Group(
            .becomes("ineffective"), "the host has to be made to answer, or to be moved",
            "absent-host-refusing"),
        Group(
            .becomes("ineffective"), "the host needs a certificate for its name",
            "absent-host-wrong-certificate"),
        Group(
            .becomes("unmeasured"), "whether the host works was not to be seen, and is not",
            "absent-host-hanging", "absent-host-servfail"),
        Group(.becomes("testing"), "tested as it was; reported now", "testing-unreported"),
    ]
}
