import MTASTS

// What the parser found in a policy text, as causes and in words.

extension PolicyProblem.Kind {
    var cause: Cause {
        switch self {
        case .empty: .policyEmpty
        case .notAPolicy: .policyNotAPolicy
        case .versionMissing, .versionInvalid: .policyVersion
        case .modeMissing: .policyModeMissing
        case .modeInvalid: .policyModeInvalid
        case .maxAgeMissing: .policyMaxAgeMissing
        case .maxAgeInvalid: .policyMaxAgeInvalid
        case .maxAgeOverLimit: .policyMaxAgeOverLimit
        case .mxMissing: .policyMXMissing
        case .mxInvalid: .policyMXInvalid
        case .syntax: .policySyntax
        case .encoding: .policyEncoding
        case .lineEnds: .policyLineEnds
        case .duplicateField: .policyDuplicateField
        }
    }

    fileprivate var phrase: String {
        switch self {
        case .empty: "the text is empty"
        case .notAPolicy(let kind): kind.phrase
        case .versionMissing: "there is no version line"
        case .versionInvalid(let problem): "the version is not STSv1\(problem.phrase)"
        case .modeMissing: "there is no mode line"
        case .modeInvalid(let problem): "the mode is not enforce, testing or none\(problem.phrase)"
        case .maxAgeMissing: "there is no max_age line"
        case .maxAgeInvalid(let problem): "max_age is not 1 to 10 digits\(problem.phrase)"
        case .maxAgeOverLimit: "max_age is above \(STSPolicy.maximumMaxAge)"
        case .mxMissing: "there is no mx line"
        case .mxInvalid(let problem): problem.phrase
        case .syntax(let problem): problem.phrase
        case .encoding(let problem): problem.phrase
        case .lineEnds: "a line ends in CR alone"
        case .duplicateField: "the field is a repetition and ignored"
        }
    }
}

extension PolicyProblem {
    /// What is wrong, the offending text, and where that is clear, what to write instead.
    var detail: String {
        let what = fault
        return PolicyCorrection.suggest(for: self).map { "\(what); write: \($0)" } ?? what
    }

    private var fault: String {
        switch kind {
        // The text as a whole is no news, what is missing has none, and some of it does not show.
        case .empty, .notAPolicy, .encoding, .lineEnds, .syntax(.blankLine):
            kind.phrase
        case .versionMissing, .modeMissing, .maxAgeMissing, .mxMissing:
            text.isEmpty ? kind.phrase : "\(kind.phrase), only \(Wording.quote(text))"
        case .versionInvalid, .modeInvalid, .maxAgeInvalid, .maxAgeOverLimit, .mxInvalid, .syntax,
            .duplicateField:
            text.isEmpty ? kind.phrase : "\(kind.phrase): \(Wording.quote(text))"
        }
    }
}

extension NotAPolicy {
    fileprivate var phrase: String {
        switch self {
        case .html: "the text is a web page (HTML)"
        case .yaml: "the text is YAML"
        case .json: "the text is JSON"
        case .rtf: "the text is a word processor's document (RTF)"
        case .frontMatter: "the front matter of a site generator stands before the policy"
        case .dnsRecord: "the text is that of the DNS record"
        case .other: "no line is a field of a policy"
        }
    }
}

extension PolicyValueProblem {
    /// What kind of slip it is, to follow what the value has to be; empty when there is no
    /// more to say.
    fileprivate var phrase: String {
        switch self {
        case .empty: " but empty"
        case .wrongCase: " in exactly this case"
        case .comment: ", because a comment follows it"
        case .quoted: ", because of the marks around it"
        case .placeholder: " but a placeholder"
        case .trailingPunctuation: ", because of the mark at its end"
        case .numberFormat: " without sign, unit or separator"
        case .tooManyDigits: " but more"
        case .unknown: ""
        }
    }
}

extension PolicySyntaxProblem {
    fileprivate var phrase: String {
        switch self {
        case .noColon: "the line has no colon"
        case .blankLine: "the line is blank"
        case .comment: "the line is a comment, which policies do not have"
        case .leadingWhiteSpace: "the line begins with white space"
        case .whiteSpaceBeforeColon: "white space stands before the colon"
        case .fieldName: "the field name is not 1 to 32 letters, digits, _, - and ."
        case .emptyValue: "the field has no value"
        case .tabInValue: "a tab stands in the value"
        case .severalFields: "several fields stand on one line"
        }
    }
}

extension PolicyEncodingProblem {
    fileprivate var phrase: String {
        switch self {
        case .byteOrderMark: "a byte order mark stands at the start"
        case .wide: "the text is UTF-16 or UTF-32"
        case .notUTF8: "the text is not UTF-8"
        case .controlCharacter: "the line has a control character"
        }
    }
}

extension MXPatternProblem {
    fileprivate var phrase: String {
        switch self {
        case .empty: "the mx value is empty"
        case .ipLiteral: "the mx value is an IP address, which no MX host is"
        case .commaList: "the mx value is a list; each host needs a line of its own"
        case .severalNames: "the mx value has several names; each needs a line of its own"
        case .priorityPrefix: "a preference stands before the host name"
        case .innerWildcard: "the * is not the whole left-most label"
        case .bareWildcard: "the * stands alone"
        case .trailingDot: "the name ends in a dot"
        case .uLabel: "the name has letters outside ASCII; its A-label (xn--) is needed"
        case .invisibleCharacter: "the value has a space or mark that does not show"
        case .underscore: "the name has an underscore, which host names do not have"
        case .emptyLabel: "the name has an empty label"
        case .hyphenAtEdge: "a label begins or ends with a hyphen"
        case .labelTooLong(let bytes): "a label has \(bytes) octets, 63 are the most"
        case .tooLong(let bytes): "the name has \(bytes) octets, 253 are the most"
        case .comment: "a comment stands behind the name"
        case .placeholder: "the name of a template was not filled in"
        case .quoted: "the name stands in quotation marks"
        case .notAName: "the value is a URL, a port or an e-mail address, not a host name"
        case .character(let byte): "the name has \(byte.phrase)"
        }
    }
}
