import Testing

/// What runs against a lab. One at a time: the lab's hosts answer at once or never, so that on a
/// machine that is busy with several labs a sound host may look like one that never answers.
///
/// The limit is that of the slowest tests, the tables: of two limits the shorter one counts.
@Suite("End to end", .serialized, .timeLimit(.minutes(10)))
struct EndToEnd {}
