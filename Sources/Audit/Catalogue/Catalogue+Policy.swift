// The text of the policy (RFC 8461 §3.2).
extension Explanation {
    static let policyEmpty = Explanation(
        .policyEmpty,
        title: "The policy is empty",
        meaning: "The policy host answers with status 200 and no text.",
        senderView: invalidView,
        remedy: "Put a policy with version, mode, max_age and mx lines into the file.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .fetch,
        verify: [Command.policy])

    static let policyNotAPolicy = Explanation(
        .policyNotAPolicy,
        title: "What is served is no policy",
        meaning: """
            The body is something else as a whole: a web page, a document, YAML, the DNS record, \
            or prose.
            """,
        senderView: invalidView,
        remedy: "Replace the file by a plain text with one field: value pair on each line.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .fetch,
        verify: [Command.policy, Command.policyLint])

    static let policyVersion = Explanation(
        .policyVersion,
        title: "The policy has no valid version line",
        meaning: "The policy lacks the line version: STSv1, or has another version.",
        senderView: invalidView,
        remedy: "Begin the policy with the line version: STSv1 in exactly this spelling.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .fetch,
        verify: [Command.policyLint])

    static let policyModeMissing = Explanation(
        .policyModeMissing,
        title: "The policy has no mode",
        meaning: "The policy lacks the required mode field.",
        senderView: invalidView,
        remedy: "Add the line mode: testing, or mode: enforce once reports show no failures.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .modeNotExpected, step: .policy,
        verify: [Command.policyLint])

    static let policyModeInvalid = Explanation(
        .policyModeInvalid,
        title: "The mode of the policy is invalid",
        meaning: "The mode is none of enforce, testing and none, in lower case.",
        senderView: invalidView,
        remedy: "Change the mode to exactly enforce, testing or none.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .modeNotExpected, step: .policy,
        verify: [Command.policyLint])

    static let policyMaxAgeMissing = Explanation(
        .policyMaxAgeMissing,
        title: "The policy has no max_age",
        meaning: "The policy lacks the required max_age field.",
        senderView: invalidView,
        remedy: "Add a line such as max_age: 604800, a week in seconds.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyLint])

    static let policyMaxAgeInvalid = Explanation(
        .policyMaxAgeInvalid,
        title: "The max_age of the policy is invalid",
        meaning: "The max_age is no number of 1 to 10 digits without sign, comma or unit.",
        senderView: invalidView,
        remedy: "Write max_age in seconds as digits only, such as 604800.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyLint])

    static let policyMaxAgeOverLimit = Explanation(
        .policyMaxAgeOverLimit,
        title: "The max_age of the policy is over the limit",
        meaning: "The max_age is above 31557600 seconds, a year and the highest value allowed.",
        senderView: """
            A strict sender takes the policy as invalid; some senders cut the value down to the \
            limit.
            """,
        remedy: "Lower max_age to 31557600 or less.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyLint])

    static let policyMXMissing = Explanation(
        .policyMXMissing,
        title: "The policy lists no MX",
        meaning: "A policy in mode enforce or testing needs at least one mx line.",
        senderView: invalidView,
        remedy: "Add an mx line for each MX host of the domain.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .mxMismatch, step: .policy,
        verify: [Command.mx, Command.policyLint])

    static let policyMXInvalid = Explanation(
        .policyMXInvalid,
        title: "An mx line of the policy is invalid",
        meaning: """
            The value is no host name in A-label form, with or without one leading *. label: a \
            list, a priority, an address, a final dot or an inner wildcard is not allowed.
            """,
        senderView: """
            A sender takes the policy as invalid. An IP address fits the grammar of a name, so \
            the policy stays valid there and the line covers nothing.
            """,
        remedy: "Write each MX host name on an mx line of its own, such as mx: mail.example.com.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .mxMismatch, step: .policy,
        verify: [Command.mx, Command.policyLint])

    static let policySyntax = Explanation(
        .policySyntax,
        title: "A line of the policy breaks the grammar",
        meaning: """
            A line is no field: value pair, is blank, begins with white space, has a space before \
            the colon, or lacks a value.
            """,
        senderView: invalidView,
        remedy: "Rewrite the line as a name, a colon, a space and a value, without blank lines.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyLint])

    static let policyEncoding = Explanation(
        .policyEncoding,
        title: "The policy has bytes that are not allowed",
        meaning: "The text begins with a byte order mark, is not UTF-8, or has control characters.",
        senderView: invalidView,
        remedy: "Save the policy as plain ASCII text without a byte order mark.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyBytes])

    static let policyLineEnds = Explanation(
        .policyLineEnds,
        title: "The lines of the policy end in CR alone",
        meaning: "Lines must end in CRLF or LF; a CR alone does not end a line.",
        senderView: invalidView,
        remedy: "Save the policy with CRLF line ends.",
        rfc: "RFC 8461 §3.2", result: .policyInvalid, common: .policyNotServed, step: .policy,
        verify: [Command.policyBytes])

    static let policyDuplicateField = Explanation(
        .policyDuplicateField,
        title: "A field of the policy stands twice",
        meaning: "A field other than mx is repeated.",
        senderView: "A compliant sender takes the first one; some senders take the last.",
        remedy: "Delete all but the intended one of the repeated lines.",
        rfc: "RFC 8461 §3.2", common: .policyNotServed, step: .policy,
        verify: [Command.policyLint])

    static let policyMaxAgeZero = Explanation(
        .policyMaxAgeZero,
        title: "The max_age of the policy is zero",
        meaning: "The policy may not be cached at all.",
        senderView: """
            A sender drops the policy as soon as it has it, and some refuse it: whoever can block \
            one lookup or fetch also switches the protection off.
            """,
        remedy: "Raise max_age to at least 604800, a week in seconds.",
        rfc: "RFC 8461 §3.2", common: .cachedPolicy, step: .policy,
        verify: [Command.policyLint])

    static let policyMaxAgeShort = Explanation(
        .policyMaxAgeShort,
        title: "The max_age of the policy is short",
        meaning: "The policy may be cached for less than a day; weeks are meant.",
        senderView: """
            A sender forgets the policy soon, which makes it easier for an attacker to keep it \
            from applying.
            """,
        remedy: "Raise max_age to at least 604800, a week in seconds, once the policy is proven.",
        rfc: "RFC 8461 §3.2", common: .cachedPolicy, step: .policy,
        verify: [Command.policyLint])

    static let policySenderDisagreement = Explanation(
        .policySenderDisagreement,
        title: "Senders disagree about the policy",
        meaning: """
            Some implementations read this policy otherwise than RFC 8461 has it: they ignore a \
            valid one, use an invalid one, or read another mode.
            """,
        senderView: """
            The named senders do not protect mail although the policy is valid, or enforce it \
            although it is not.
            """,
        remedy: """
            Serve version, mode, mx and max_age lines only, each field but mx once, as text/plain, \
            so that the difference named in the detail is gone.
            """,
        rfc: "RFC 8461 §3.2", common: .policyNotServed, step: .policy,
        verify: [Command.policyLint, Command.policy])

    private static let invalidView = """
        A sender takes the policy as invalid, does not use it, and delivers as if there were no \
        MTA-STS unless it holds an older policy.
        """
}
