// Portfolio rows and the `_mta-sts` TXT record (RFC 8461 §3.1).
extension Explanation {
    static let inputInvalidDomain = Explanation(
        .inputInvalidDomain,
        title: "The portfolio row names no domain",
        meaning: "The domain field of the row is no domain name that could be looked up.",
        senderView: "No sender is concerned: nothing was looked up.",
        remedy: "Correct the domain field in the portfolio.",
        rfc: "RFC 5321 §4.1.2", step: .changes,
        verify: [Command.check])

    static let domainMissing = Explanation(
        .domainMissing,
        title: "The domain does not exist",
        meaning: "The name servers say that there is no such name (NXDOMAIN).",
        senderView: "A sender returns mail for the domain as undeliverable.",
        remedy: """
            Renew or delegate the domain, or take it out of the portfolio if it was given up.
            """,
        rfc: "RFC 2308 §2.1", step: .changes,
        verify: [Command.mxStatus, "dig +trace NS DOMAIN"])

    static let resolverUnavailable = Explanation(
        .resolverUnavailable,
        title: "No resolver answers",
        meaning: "None of the resolvers in use answered at all, so nothing could be measured.",
        senderView: "Nothing is known: this says nothing about the domain.",
        remedy: "Name a resolver that answers with --resolver, and run the audit again.",
        rfc: "RFC 1035 §4.2", step: .changes,
        verify: ["dig NS ."])

    static let recordMissing = Explanation(
        .recordMissing,
        title: "A policy is served, but there is no STS record",
        meaning: """
            The policy host serves a usable policy, but _mta-sts has no TXT record that \
            announces it.
            """,
        senderView: """
            A sender never asks for the policy and delivers as if there were no MTA-STS; one that \
            holds an older copy goes on applying it until its max_age is over.
            """,
        remedy: """
            Publish a TXT record "v=STSv1; id=20260101T000000;" at _mta-sts with an id of your own.
            """,
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordMultiple = Explanation(
        .recordMultiple,
        title: "Several STS records",
        meaning: "More than one TXT record at _mta-sts begins with v=STSv1.",
        senderView: """
            A sender must take the domain as having no policy, because exactly one record is \
            allowed.
            """,
        remedy: "Delete all but the newest of the STS records at _mta-sts.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordVersion = Explanation(
        .recordVersion,
        title: "The STS record has a wrong version",
        meaning: """
            The TXT record at _mta-sts is meant as an STS record but does not begin with exactly \
            v=STSv1, in this case and without a space before it.
            """,
        senderView: "A sender discards the record and delivers as if there were no MTA-STS.",
        remedy: "Make the record begin with exactly v=STSv1 followed by a semicolon.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordIDMissing = Explanation(
        .recordIDMissing,
        title: "The STS record has no id",
        meaning: "The STS record lacks the required id field.",
        senderView: "A sender treats the record as invalid and delivers as if there were none.",
        remedy: """
            Add an id of 1 to 32 letters and digits, such as id=20260101T000000, to the record.
            """,
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordIDInvalid = Explanation(
        .recordIDInvalid,
        title: "The id of the STS record is invalid",
        meaning: """
            The id is empty, longer than 32 characters, or has a character other than ASCII \
            letters and digits.
            """,
        senderView: "A sender treats the record as invalid and delivers as if there were none.",
        remedy: "Replace the id by one of 1 to 32 letters and digits, such as a date and time.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordSyntax = Explanation(
        .recordSyntax,
        title: "The STS record breaks the grammar",
        meaning: """
            The record begins like an STS record, but a field or a delimiter after that is not \
            what the grammar allows.
            """,
        senderView: "A sender treats the record as invalid and delivers as if there were none.",
        remedy: "Rewrite the record as name=value fields, each after one semicolon.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordUnrelatedText = Explanation(
        .recordUnrelatedText,
        title: "Other text beside the STS record",
        meaning: "_mta-sts has further TXT records that are no STS records.",
        senderView: """
            A compliant sender discards the other text; some senders stumble over it and see no \
            policy.
            """,
        remedy: "Remove every TXT record at _mta-sts that is not the STS record.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])

    static let recordMisplaced = Explanation(
        .recordMisplaced,
        title: "The STS record is at a wrong name",
        meaning: """
            An STS record was found at another name (the domain itself, mta-sts or _mta_sts), and \
            none at _mta-sts.
            """,
        senderView: "A sender looks only at _mta-sts, and delivers as if there were no MTA-STS.",
        remedy: "Move the TXT record to the name _mta-sts, with an underscore and a hyphen.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [
            Command.record, "dig +noall +answer TXT DOMAIN TXT mta-sts.DOMAIN TXT _mta_sts.DOMAIN",
        ])

    static let recordWildcard = Explanation(
        .recordWildcard,
        title: "A wildcard answers with the STS record",
        meaning: """
            A name that nobody configured answers with an STS record too: a wildcard holds one.
            """,
        senderView: """
            A sender uses the record; every other name of the domain looks as if it had MTA-STS \
            as well, and senders ask for policies that are not there.
            """,
        remedy: "Publish the record at _mta-sts itself and remove it from the wildcard.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record, "dig +noall +answer TXT some-random-name.DOMAIN"])

    static let recordAliasDangling = Explanation(
        .recordAliasDangling,
        title: "The CNAME at _mta-sts leads nowhere",
        meaning: "_mta-sts is a CNAME to a name that does not exist.",
        senderView: "A sender finds no record and delivers as if there were no MTA-STS.",
        remedy: "Correct the target of the CNAME at _mta-sts, or remove the CNAME.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.recordStatus])

    static let recordLookupFailed = Explanation(
        .recordLookupFailed,
        title: "The STS record could not be looked up",
        meaning: "The query for the TXT of _mta-sts got no answer about the name.",
        senderView: """
            A sender that sees the same delivers as if there were no MTA-STS, unless it holds an \
            older policy.
            """,
        remedy: "Test again later and, if it stays so, have the domain's name servers checked.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.recordStatus])

    static let recordSenderDisagreement = Explanation(
        .recordSenderDisagreement,
        title: "Senders disagree about the STS record",
        meaning: """
            Some implementations read this record otherwise than RFC 8461 has it: they ignore a \
            valid one, or use an invalid one.
            """,
        senderView: """
            The named senders do not see the policy although the record is valid, or apply it \
            although the record is not.
            """,
        remedy: "Publish one TXT record at _mta-sts, of the form v=STSv1; id=20261123T120000;.",
        rfc: "RFC 8461 §3.1", common: .recordSyntax, step: .record,
        verify: [Command.record])
}
