import Testing

/// What runs against a lab. One at a time: the lab's hosts answer at once or never, so that on a
/// machine that is busy with several labs a sound host may look like one that never answers.
@Suite("End to end", .serialized, .timeLimit(.minutes(6)))
struct EndToEnd {}
