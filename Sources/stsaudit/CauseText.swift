internal import Audit

/// The catalogue as text for a terminal.
enum CauseText {
    /// One line a cause, grouped by stage.
    static func list() -> String {
        let width = Cause.allCases.map(\.code.count).max() ?? 0
        var text = ""
        for stage in Stage.allCases {
            text += "\(stage.rawValue)\n"
            for cause in Cause.allCases where cause.stage == stage {
                text +=
                    "  " + Text.padded(cause.code, to: width) + "  "
                    + Text.padded(cause.defaultSeverity.rawValue, to: 10) + "  "
                    + cause.explanation.title + "\n"
            }
            text += "\n"
        }
        return text + "Explain one with: stsaudit causes CODE\n"
    }

    /// One cause in full.
    static func page(for cause: Cause) -> String {
        let explanation = cause.explanation
        var rows: [(String, String)] = [
            ("Severity", cause.defaultSeverity.rawValue),
            ("Meaning", explanation.meaning),
            ("A sender", explanation.senderView),
            ("Remedy", explanation.remedy),
            ("Reference", explanation.rfcSection),
        ]
        if let result = explanation.resultType {
            rows.append(("TLS reports", "\(result.rawValue) (RFC 8460 §4.3)"))
        }
        if let common = explanation.commonCause {
            rows.append(("Guide cause", "\(common.rawValue): \(common.title)"))
        }
        rows.append(
            ("Guide step", "\(explanation.guideStep.rawValue): \(explanation.guideStep.title)"))
        var text = "\(cause.code): \(explanation.title)\n\n"
        for (name, value) in rows {
            text += Text.padded(name, to: 13)
            text += Text.wrapped(value, width: 80, indent: 13) + "\n"
        }
        guard !explanation.verify.isEmpty else { return text }
        text += "\nVerify the fix (with DOMAIN replaced):\n"
        for command in explanation.verify { text += "  \(command)\n" }
        return text + sources(for: cause)
    }

    /// Where the behaviour of the senders can be looked up, for the causes that name them.
    private static func sources(for cause: Cause) -> String {
        guard [.recordSenderDisagreement, .policySenderDisagreement].contains(cause) else {
            return ""
        }
        return SenderProfile.all.reduce(into: "\nSenders, and the code that shows it:\n") {
            $0 += "  \($1.name)\n"
            for source in $1.sources {
                $0 += "    " + Text.wrapped(source, width: 80, indent: 4) + "\n"
            }
        }
    }
}
