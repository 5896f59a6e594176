/// A run that failed after it had begun. What it found is in the store, and it can be gone on with.
struct UnfinishedRun: Error {
    var cause: any Error
    /// The command line that goes on with it; nil where there is none to give.
    var command: String?
}
