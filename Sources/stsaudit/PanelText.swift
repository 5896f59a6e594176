internal import Audit
internal import Report

/// How real senders' implementations read what is published: one line a sender.
enum PanelText {
    static func of(_ panel: SenderPanel) -> String {
        "\nSenders (by their published code: stsaudit causes policy-sender-disagreement)\n"
            + panel.lines.map { "    \(InertText.line($0))\n" }.joined()
    }
}
