import MTASTS

/// How one sending implementation departs from the strict reading of RFC 8461: data, no code.
///
/// The readers of `SenderReader` take it as their parameter. Where a sender's behaviour is not
/// known, its profile has the value of the strict reading.
public struct SenderProfile: Hashable, Sendable {
    /// As the project calls itself; unique and stable.
    public let name: String
    /// Where each deviation can be looked up: project and file, version where it matters.
    public let sources: [String]
    let record: RecordBehaviour
    let policy: PolicyBehaviour

    /// Every profile, in the order of the panel.
    public static let all: [SenderProfile] = [
        postfixMTASTSResolver, postfixTLSPol, mox, maddy, chasquid, kumoMTA, stalwart, halon,
        mimecast, mailauth, mailauthStrict, mailpiece,
    ]
}

/// How a sender reads the body of the policy. The defaults are the strict reading, but for the
/// parts that RFC 8461 leaves to the sender.
struct PolicyBehaviour: Hashable, Sendable {
    var contentType = ContentTypeRule.unchecked
    var body = BodyRule.whole
    var encoding = EncodingRule.utf8
    /// A byte order mark is taken off before the lines are read.
    var dropsByteOrderMark = false
    var lineEnds = LineEndRule.lineFeed
    var blankLines = BlankLineRule.refused
    var linesWithoutColon = ColonlessRule.refused
    var names = NameRule.grammar
    var ignoresNameCase = false
    /// What is trimmed off values, and off names where `names` is `.trimmed`.
    var whiteSpace = WhiteSpaceRule.wsp
    var colonsInValues = ColonRule.kept
    /// A line with nothing behind the colon is passed over.
    var skipsEmptyValues = false
    /// The values of unknown fields have to follow the grammar.
    var checksUnknownFields = true
    var version = VersionRule.required
    var ignoresVersionCase = false
    var ignoresModeCase = false
    /// What a missing or unknown mode comes to.
    var missingMode = ModeRule.refused
    var unknownMode = ModeRule.refused
    /// Of several `version` or `mode` lines.
    var repetition = RepetitionRule.first
    /// Of several `max_age` lines.
    var maxAgeRepetition = RepetitionRule.first
    var maxAge = MaxAgeRule()
    var mx = MXRule.grammar
    var mxNeed = MXNeed.unlessNone
    /// A final dot is taken off a pattern before it is compared.
    var dropsFinalDot = false
    /// The mode `none` is read and then taken as an invalid policy, whatever else is written.
    var refusesNone = false
}

enum ContentTypeRule: Hashable, Sendable {
    case unchecked
    /// `text/plain` in any case, with or without parameters.
    case textPlain
    /// `text/plain` in lower case.
    case textPlainExactly
}

enum BodyRule: Hashable, Sendable {
    case whole
    case refused(above: Int)
    /// What goes beyond is dropped unseen.
    case cut(at: Int)
}

enum EncodingRule: Hashable, Sendable {
    case any, utf8
    /// Non-ASCII bytes need a charset in the Content-Type.
    case asciiUnlessDeclared
}

enum LineEndRule: Hashable, Sendable {
    /// LF, with or without one CR before it.
    case lineFeed
    /// LF, CR and CRLF.
    case any
}

enum BlankLineRule: Hashable, Sendable {
    case refused, skipped
    /// Nothing at all in the line; white space makes it a line without a colon.
    case skippedWhenEmpty
}

enum ColonlessRule: Hashable, Sendable {
    case refused, skipped
    /// The line becomes part of the next field's name, and that field is lost.
    case joinedToNext
}

enum NameRule: Hashable, Sendable {
    /// A name that breaks the grammar makes the policy invalid.
    case grammar
    /// White space around it is dropped, and any name goes.
    case trimmed
    /// Any name goes, and white space makes it another name.
    case asWritten
}

enum WhiteSpaceRule: Hashable, Sendable {
    /// Space and tab.
    case wsp
    /// All control characters and the space.
    case ascii
    /// Also the spaces of Unicode, such as U+00A0.
    case unicode
    /// Also U+FEFF, which is the byte order mark.
    case unicodeAndMark
}

enum ColonRule: Hashable, Sendable { case kept, refused, lineSkipped }

enum VersionRule: Hashable, Sendable { case required, checkedWhenPresent, unchecked }

enum ModeRule: Hashable, Sendable {
    case refused
    /// Taken as `none`.
    case off
}

enum RepetitionRule: Hashable, Sendable {
    case first
    /// The first counts, and a later one that cannot be read makes the policy invalid.
    case firstAllChecked
    case last
    /// The last counts, and an earlier one that cannot be read makes the policy invalid.
    case lastAllChecked
    case refused
}

struct MaxAgeRule: Hashable, Sendable {
    var spelling = NumberSpelling.digits(atMost: 10)
    /// Taken when there is no max_age; nil makes the policy invalid.
    var missing: Int?
    /// Taken when max_age cannot be read; nil makes the policy invalid.
    var unreadable: Int?
    var lowest = 0
    /// The lowest in mode `enforce`, where it is another one.
    var lowestEnforced: Int?
    var highest = STSPolicy.maximumMaxAge
    /// A value out of range is moved to its end instead of refused.
    var isClamped = false
}

/// What a language's own conversion takes for a number.
enum NumberSpelling: Hashable, Sendable {
    case digits(atMost: Int)
    /// Go's `strconv.Atoi`: a sign and digits.
    case go
    /// Rust's `u64::from_str`: a plus sign and digits.
    case rust
    /// Python's `int`: a sign and digits with single underscores between them.
    case python
    /// Java's `Integer.parseInt`: a sign and digits, 32 bits.
    case java
    /// JavaScript's `Number`: empty, hexadecimal, fractions and exponents too.
    case javaScript
    /// Not converted.
    case unread
}

enum MXRule: Hashable, Sendable {
    case grammar
    /// The grammar, but a final dot is allowed and an IP address is not.
    case hostName
    /// Any text but nothing, or nothing but stars and dots.
    case nonEmpty
    case any
    /// Any text; an empty one is passed over.
    case emptySkipped
    /// Any text; one that is empty or has a `*` that is not its first byte is passed over.
    case emptyAndInnerStarSkipped
}

enum MXNeed: Hashable, Sendable { case unlessNone, always, never }
