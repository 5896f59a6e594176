internal import Audit
internal import Report

/// How real senders' implementations read what is published: one line a sender.
enum PanelText {
    static func of(_ panel: SenderPanel) -> String {
        "\nSenders (by their published source; the sources are named in the sender table)\n"
            + panel.lines.map { "    \(InertText.line($0))\n" }.joined()
    }
}
