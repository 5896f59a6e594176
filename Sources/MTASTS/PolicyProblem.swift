/// One thing wrong with a policy text.
///
/// One broken thing is one problem: a field is not also missing when its own line is broken, and
/// a web page is one problem and not one for each of its lines.
public struct PolicyProblem: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// No bytes, or nothing but white space and line ends.
        case empty
        /// The text is something else; the problems of its single lines are left out.
        case notAPolicy(NotAPolicy)
        case versionMissing
        case versionInvalid(PolicyValueProblem)
        case modeMissing
        case modeInvalid(PolicyValueProblem)
        case maxAgeMissing
        case maxAgeInvalid(PolicyValueProblem)
        /// A number of at most 10 digits above `STSPolicy.maximumMaxAge`.
        case maxAgeOverLimit
        /// No `mx` line, and the mode is not `none`.
        case mxMissing
        /// Fatal, except an IPv4 address: the grammar allows it, no MX host ever equals it.
        case mxInvalid(MXPatternProblem)
        case syntax(PolicySyntaxProblem)
        case encoding(PolicyEncodingProblem)
        /// A CR without LF ends a line; reported once for a text.
        case lineEnds
        /// A later `version`, `mode` or `max_age`, which senders ignore. Not fatal.
        case duplicateField
    }

    public let kind: Kind
    /// From 1; nil when the problem is of no line: what is missing or the text as a whole.
    /// A missing field that stands there under a wrong spelling (`Mode:`) has that line.
    public let line: Int?
    /// Bytes from the start of the line, from 1; nil together with `line`.
    public let column: Int?
    /// The offending part, at most `ProblemLimit.textBytes` long, broken UTF-8 as U+FFFD.
    public let text: String
    /// Whether a sender has to refuse the whole policy because of it.
    public let isFatal: Bool
}

/// What was served in place of a policy.
public enum NotAPolicy: Hashable, Sendable {
    case html
    case yaml
    case json
    /// Rich text, saved by a word processor.
    case rtf
    /// The front matter of a site generator stands before the policy.
    case frontMatter
    /// The text of the DNS record.
    case dnsRecord
    /// No line has a name that a policy needs.
    case other
}

/// Why the value of `version`, `mode` or `max_age` is none.
public enum PolicyValueProblem: Hashable, Sendable {
    case empty
    /// Right but for upper and lower case.
    case wrongCase
    /// A comment behind the value; there are no comments.
    case comment
    /// Marks around the value: quotation marks, or brackets as in `[testing]`.
    case quoted
    /// The marks of a template, such as `[enforce|testing]` or `${MODE}`.
    case placeholder
    /// Right but for `;`, `,` or `.` at the end.
    case trailingPunctuation
    /// A number with a sign, a fraction, a unit, or separators between its digits.
    case numberFormat
    /// More than 10 digits.
    case tooManyDigits
    /// Another version, an unknown mode, or no number at all.
    case unknown
}

/// What breaks the grammar of a line.
public enum PolicySyntaxProblem: Hashable, Sendable {
    case noColon
    case blankLine
    /// A line for people; there are no comments.
    case comment
    case leadingWhiteSpace
    case whiteSpaceBeforeColon
    /// Not 1 to 32 of letters, digits, `_`, `-`, `.`, beginning with a letter or digit.
    case fieldName
    case emptyValue
    /// A tab inside the value of a field that is not one of the RFC's.
    case tabInValue
    /// The line ends got lost: several fields stand on one line.
    case severalFields
}

/// Bytes that no policy may hold.
public enum PolicyEncodingProblem: Hashable, Sendable {
    /// U+FEFF at the start. The text behind it is read on.
    case byteOrderMark
    /// UTF-16 or UTF-32; nothing else is reported.
    case wide
    /// Reported once for a text.
    case notUTF8
    /// Reported once for a text.
    case controlCharacter
}
