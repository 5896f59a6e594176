import Lab

extension CureTable {
    /// Not to be seen, so nothing is published: what is there may be as good as can be.
    static let unmeasured: [Group] = [
        Group(
            .unchanged, "the record could not be looked up",
            "record-servfail", "record-refused", "record-formerr", "record-notimp",
            "record-timeout", "record-garbage", "record-cname-loop", "domain-servfail",
            "domain-black-hole"),
        Group(
            .unchanged, "the policy host could not be looked up",
            "policy-host-servfail", "policy-host-refused", "policy-host-timeout",
            "policy-host-cname-loop"),
        Group(
            .unchanged, "the policy could not be fetched, for no fault that was seen",
            "policy-connect-timeout", "policy-unreachable", "policy-tls-timeout",
            "policy-status-429", "policy-status-503", "policy-status-503-later"),
        Group(
            .unchanged, "the MX hosts are not known, so no policy can list them",
            "mx-servfail", "mx-refused", "mx-timeout", "mx-servfail-absent", "mx-servfail-testing",
            "mx-servfail-policy-broken"),
        Group(
            .unchanged, "whether there is a TLSRPT record is not known",
            "tlsrpt-servfail", "tlsrpt-refused", "tlsrpt-timeout"),
    ]

    /// Publishing has no part in it.
    static let alone: [Group] = [
        Group(.unchanged, "sound", all: Scenario.all.filter { $0.isSoundAndEnforced }),
        Group(
            .unchanged, "the server of the policy has to be started",
            "policy-connect-refused", "addresses-refused-and-hanging", "addresses-one-refused"),
        Group(
            .unchanged, "the server's TLS has to be mended",
            "policy-tls-alert", "policy-tls-old", "policy-tls-plain-http", "policy-tls-reset"),
        Group(
            .unchanged, "the host needs another certificate",
            "certificate-expired", "certificate-expired-yesterday", "certificate-not-yet-valid",
            "certificate-name-mismatch", "certificate-common-name", "certificate-untrusted",
            "certificate-self-signed", "certificate-chain-incomplete", "certificate-weak",
            "certificate-expired-untrusted", "certificate-expired-other-name",
            "certificate-expiring", "addresses-one-expired"),
        Group(
            .unchanged, "the mode is the owner's choice, and the policy is sound",
            "testing", "testing-as-expected", "mode-unexpected-testing", "mode-unexpected-enforce",
            "mode-unexpected-not-none"),
        Group(
            .unchanged, "switched off by its owner",
            "disabled", "disabled-without-mx", "disabled-stale-mx", "mode-unexpected-none"),
        Group(
            .unchanged, "the MX records are what has to change, or their owner's choice",
            "mx-missing", "mx-address", "mx-underscore", "mx-null-beside", "mx-alias"),
        Group(.unchanged, "the wildcard has to go, not the record", "record-wildcard"),
        Group(
            .unchanged, "takes no mail: nothing to protect",
            "parked", "parked-null-mx", "mx-missing-no-mail", "mx-null"),
        Group(.unchanged, "there is no such domain", "domain-missing"),
    ]
}

extension Scenario {
    fileprivate var isSoundAndEnforced: Bool { kind == .sound && verdict == "enforced" }
}
