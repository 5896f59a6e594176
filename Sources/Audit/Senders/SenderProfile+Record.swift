/// How a sender chooses and reads the `_mta-sts` TXT records.
struct RecordBehaviour: Hashable, Sendable {
    var choice = RecordRule.sole(.versionSpaceSemicolon)
    var contents = RecordContents.grammar(repeatedID: .first)
    /// Records with other than ASCII are discarded first.
    var discardsNonASCII = false
    /// Quotation marks are taken out of the text.
    var dropsQuotes = false
}

enum RecordRule: Hashable, Sendable {
    /// Exactly one record begins so; the others are discarded.
    case sole(RecordPrefix)
    /// At least one record begins so.
    case any(RecordPrefix)
    /// There is exactly one TXT at the name, whatever it says.
    case alone
    /// All TXT are joined into one text.
    case joined
    /// The first that can be read.
    case firstReadable
    /// Exactly one has the version among its fields.
    case soleVersioned
}

enum RecordPrefix: Hashable, Sendable {
    /// `v=STSv1`
    case version
    /// `v=STSv1;`
    case versionSemicolon
    /// `v=STSv1`, white space, `;`
    case versionSpaceSemicolon
    /// The same in any case, with white space before it too.
    case looseVersionSpaceSemicolon
}

enum RecordContents: Hashable, Sendable {
    /// How the record begins is all that counts.
    case unread
    /// RFC 8461 §3.1.
    case grammar(repeatedID: IDRepetition)
    case fields(FieldBehaviour)
}

/// A record read as fields between semicolons, each trimmed of white space.
struct FieldBehaviour: Hashable, Sendable {
    /// Spaces and `|` separate fields as `;` does.
    var spaceSeparates = false
    var emptyFields = EmptyFieldRule.skipped
    var fieldsWithoutEquals = ColonlessRule.skipped
    var spaceAroundEquals = EqualsSpaceRule.kept
    /// A second `=` in a field, or white space within it, makes the record invalid.
    var requiresPlainFields = false
    var ignoresNameCase = false
    var ignoresVersionCase = false
    var laterVersions = LaterVersionRule.ignored
    var id = IDRule.grammar
    var repeatedID = IDRepetition.last
}

enum EmptyFieldRule: Hashable, Sendable {
    case skipped
    /// Nothing between two semicolons is skipped; white space is a field without `=`.
    case skippedWhenEmpty
}

enum EqualsSpaceRule: Hashable, Sendable {
    case dropped
    /// Part of the name or the value.
    case kept
}

/// What a second `v` field does.
enum LaterVersionRule: Hashable, Sendable {
    case ignored, replaces
    /// Each has to be STSv1.
    case checked
}

enum IDRule: Hashable, Sendable { case grammar, nonEmpty, present }

enum IDRepetition: Hashable, Sendable { case first, last, refused }
