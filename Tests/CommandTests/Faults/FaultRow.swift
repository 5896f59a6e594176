import Testing

/// A fault of this machine, and what the program makes of it.
struct FaultRow: Sendable, CustomTestStringConvertible {
    /// Its name in the fault table.
    var name: String
    var why: String
    /// Shell that brings the fault about and runs the tool, as `"$@"`, in the middle of it.
    var fault: String
    /// Shell that mends it, before the run is gone on with.
    var mend = ":"
    /// Given to the disturbed run only.
    var arguments: [String] = []
    /// The options of the lab that the disturbed run does without, each with its value.
    var without: Set<String> = []
    /// In a mount namespace of its own, so that nothing of it outlives the row; for root only.
    var mounts = false
    var outcome: Outcome

    enum Outcome: Sendable {
        /// Status 0, and the same results as an undisturbed run; standard error has these words.
        case completes(says: String = "")
        /// This status, and a message with these words; `--resume` then ends with the results of
        /// an undisturbed run.
        case stops(Int32, says: [String])
        /// This status and message, and whatever was there is untouched; there is nothing to
        /// resume.
        case refuses(Int32, says: [String])
    }

    var testDescription: String { name }
}

extension FaultRow {
    /// What the row does, for bash: the disturbed run's status is left in `status`, what it said in
    /// `err`; then the fault is mended, and the run gone on with. A fault that could not be brought
    /// about ends the script with a status of its own.
    func script(disturbed: [String], resumed: [String]) -> String {
        """
        # await PROCESS COMMAND: until the command succeeds; fails after a minute, and when the
        # process has ended before.
        await() {
            local id=$1 end=$((SECONDS + 60))
            shift
            until "$@"; do
                kill -0 $id && [ $SECONDS -lt $end ] || return 1
                sleep 0.05
            done
        } 2>/dev/null
        # Whether the store has results of so many domains.
        found() {
            [ "$(sqlite3 -readonly store/audit.sqlite 'SELECT count(*) FROM state')" -ge $1 ]
        } 2>/dev/null
        tool=$1; shift
        set -- "$tool" \(disturbed.map(quoted).joined(separator: " "))
        \(fault)
        echo $? > status
        \(mend)
        \(isResumed ? "exec \"$tool\" \(resumed.map(quoted).joined(separator: " ")) --resume" : ":")
        """
    }

    var isResumed: Bool {
        switch outcome {
        case .stops: true
        case .completes, .refuses: false
        }
    }

    private func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
