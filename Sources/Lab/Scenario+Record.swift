/// Faults of the `_mta-sts` TXT record (RFC 8461 §3.1). The policy behind it is sound.
extension Scenario {
    static let record: [Scenario] = [
        .fault(
            "record-missing", .absent, ["record-missing"], weight: 3, why: "a policy and no record"
        ) {
            $0.record = nil
        },
        .fault("record-missing-no-data", .absent, ["record-missing"], why: "the name holds no TXT")
        {
            $0.record = DNSNode()
        },
        .fault(
            "record-missing-other-text", .absent, ["record-missing"],
            why: "the only TXT at the name is a different product's"
        ) { $0.record?.texts = [["site-verification=0f8a2c41"]] },
        .fault(
            "record-multiple", .ineffective, ["record-multiple", senders],
            why: "the old record was left beside the new one"
        ) { $0.record?.texts = [["v=STSv1; id=20230101;"], ["v=STSv1; id=20240101;"]] },
        .fault(
            "record-multiple-hosted", .ineffective, ["record-multiple", senders],
            why: "two records at the end of a CNAME, with an unrelated one between them"
        ) {
            $0.record?.aliases = ["{domain}._mta-sts.provider.example"]
            $0.record?.texts = [["v=STSv1; id=1"], ["hello"], ["v=STSv1;id=2;"]]
        },
        broken(
            "record-version-two", "record-version", "v=STSv2; id=20240131;", "no such version",
            unanimous: true),
        broken(
            "record-version-lower-case", "record-version", "v=stsv1; id=20240131;", "case counts"),
        broken(
            "record-version-name-case", "record-version", "V=STSv1; id=20240131;", "case counts"),
        broken(
            "record-version-space", "record-version", " v=STSv1; id=20240131;", "a leading space"),
        broken(
            "record-version-last", "record-version", "id=20240131; v=STSv1", "it has to be first"),
        broken(
            "record-version-quoted", "record-version", "\"v=STSv1; id=20240131;\"", "quotes as text"
        ),
        broken(
            "record-id-missing", "record-id-missing", "v=STSv1;", "the version alone", weight: 2),
        broken(
            "record-id-missing-other", "record-id-missing", "v=STSv1; ident=1;", "no `id` field"),
        broken(
            "record-id-hyphen", "record-id-invalid", "v=STSv1; id=2024-01;", "a date", weight: 3),
        broken(
            "record-id-underscore", "record-id-invalid", "v=STSv1; id=policy_2;",
            "letters and digits only"),
        broken("record-id-empty", "record-id-invalid", "v=STSv1; id=;", "nothing behind `id=`"),
        broken(
            "record-id-too-long", "record-id-invalid",
            "v=STSv1; id=0123456789abcdef0123456789abcdef0;",
            "33 characters"),
        broken(
            "record-id-template", "record-id-invalid", "v=STSv1; id=${policy_id};",
            "the template was not filled in"),
        broken("record-empty-field", "record-syntax", "v=STSv1; id=20240131;;", "two semicolons"),
        broken(
            "record-trailing-space", "record-syntax", "v=STSv1; id=20240131 ",
            "no semicolon behind it"),
        broken(
            "record-escaped", "record-syntax", "v=STSv1\\; id=20240131\\;", "a zone file's escape",
            unanimous: true),
        broken(
            "record-field-name", "record-syntax", "v=STSv1; id=20240131; _note=x;",
            "a name begins with a letter or digit"),
        .notice(
            "record-unrelated-text", ["record-unrelated-text", senders], weight: 2,
            why: "discarded by the rule; some senders stumble over it"
        ) { $0.record?.texts = [["v=STSv1; id=20240131;"], ["site-verification=0f8a2c41"]] },
        .notice(
            "record-space-before-semicolon", [senders],
            why: "valid, and some senders look for `v=STSv1;` to the letter"
        ) { $0.record?.texts = [["v=STSv1 ; id=20240131"]] },
        .notice(
            "record-second-id", [senders],
            why: "the first id counts; some senders refuse a second one"
        ) { $0.record?.texts = [["v=STSv1; id=abc; id=x-y"]] },
        .fault("record-misplaced-apex", .absent, ["record-misplaced"], why: "at the domain itself")
        {
            $0.record = nil
            $0.apex.texts = [["v=spf1 mx -all"], ["v=STSv1; id=20240131;"]]
        },
        .fault("record-misplaced-host", .absent, ["record-misplaced"], why: "at the policy host") {
            $0.record = nil
            $0.policyHost?.texts = [["v=STSv1; id=20240131;"]]
        },
        .fault("record-misplaced-underscore", .absent, ["record-misplaced"], why: "`_mta_sts`") {
            $0.record = nil
            $0.others["_mta_sts"] = DNSNode(texts: [["v=STSv1; id=20240131;"]])
        },
        .notice("record-wildcard", ["record-wildcard"], why: "any name answers with an STS record")
        {
            $0.wildcard = DNSNode(texts: [["v=STSv1; id=20240131;"]])
        },
        .fault(
            "record-cname-dangling", .ineffective, ["record-cname-dangling"], weight: 2,
            why: "the delegation outlived the provider's service"
        ) { $0.record = DNSNode(aliases: ["customer-8841.gone.example"], isDangling: true) },
        .fault(
            "record-cname-chain-dangling", .ineffective, ["record-cname-dangling"],
            why: "the second target of the chain is gone"
        ) {
            $0.record = DNSNode(
                aliases: ["{domain}._mta-sts.provider.example", "edge.gone.example"],
                isDangling: true)
        },
        .compound(
            "record-and-policy-broken", .ineffective,
            ["policy-mode-invalid", "record-id-invalid", senders],
            why: "record and policy are separate things, both broken"
        ) {
            $0.record?.texts = [["v=STSv1; id=2024-01-31;"]]
            $0.serve(PolicyText(mode: "mode: enforced"))
        },
        .compound(
            "record-and-host-broken", .ineffective,
            ["policy-host-missing", "record-syntax", senders],
            why: "mending the record alone would not help"
        ) {
            $0.record?.texts = [["v=STSv1; id=20240131;;"]]
            $0.policyHost = nil
        },
        .fault(
            "record-broken-unreported", .ineffective, ["record-id-missing", "tlsrpt-missing"],
            why: "nobody is told either: advice beside the error"
        ) {
            $0.record?.texts = [["v=STSv1"]]
            $0.reporting = nil
        },
    ]

    /// Lookups of the record that fail: nothing is known about the domain.
    static let recordLookup: [Scenario] = [
        lookup("record-servfail", .serverFailure, "SERVFAIL, such as broken DNSSEC", weight: 2),
        lookup("record-refused", .refused, "REFUSED, such as a server that lost the zone"),
        lookup("record-formerr", .formatError, "FORMERR, with and without EDNS"),
        lookup("record-notimp", .notImplemented, "NOTIMP"),
        lookup("record-timeout", .drop, "no answer at all", cost: .blackHole, weight: 2),
        lookup("record-garbage", .garbage, "a reply that ends in its header", cost: .blackHole),
        .fault(
            "record-cname-loop", .unmeasured, ["record-lookup-failed"], why: "two CNAMEs in a ring"
        ) {
            $0.record = DNSNode(aliases: ["loop.{domain}", "_mta-sts.{domain}"])
            $0.others["loop"] = DNSNode(aliases: ["_mta-sts.{domain}", "loop.{domain}"])
        },
        .compound(
            "domain-servfail", .unmeasured, ["mx-lookup-failed", "record-lookup-failed"],
            why: "the whole zone fails to validate"
        ) { $0.zoneFault = .serverFailure },
        .compound(
            "domain-black-hole", .unmeasured, ["mx-lookup-failed", "record-lookup-failed"],
            cost: .blackHole, why: "the servers of the whole zone are gone"
        ) { $0.zoneFault = .drop },
    ]

    /// What some senders decide otherwise than the RFC.
    private static let senders = "record-sender-disagreement"

    /// - Parameter unanimous: no sender uses it, so there is no disagreement to find.
    private static func broken(
        _ name: String, _ cause: String, _ text: String, _ why: String, weight: Int = 1,
        unanimous: Bool = false
    ) -> Scenario {
        .fault(
            name, .ineffective, [cause] + (unanimous ? [] : [senders]), weight: weight, why: why
        ) { $0.record?.texts = [[text]] }
    }

    private static func lookup(
        _ name: String, _ fault: DNSFault, _ why: String, cost: Cost = .quick, weight: Int = 1
    ) -> Scenario {
        .fault(name, .unmeasured, ["record-lookup-failed"], cost: cost, weight: weight, why: why) {
            $0.record?.fault = fault
        }
    }
}
