internal import Audit
internal import Evidence
internal import Store

/// The domain list of the HTML report as JSON, row by row: what every row repeats (accounts, MX
/// sets, words) is written once, at the end, and rows refer to it by number.
struct DomainBook {
    private var accounts = Numbering()
    private var mxSets = Numbering()
    private var isFirst = true
    private var json = JSONWriter()

    /// Texts in the order in which they first came, each once.
    private struct Numbering {
        var texts: [String] = []
        private var numbers: [String: Int] = [:]

        mutating func number(of text: String) -> Int {
            if let number = numbers[text] { return number }
            numbers[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }

    private static let modes = ["", "enforce", "testing", "none"]
    private static let verdictNumbers = numbers(of: Verdict.allCases)
    private static let causeNumbers = numbers(of: Cause.allCases)

    private static func numbers<Code: Hashable>(of codes: [Code]) -> [Code: Int] {
        Dictionary(uniqueKeysWithValues: zip(codes, codes.indices))
    }

    func begin(_ buffer: inout [UInt8]) { buffer += "{\"rows\":[".utf8 }

    /// - Parameter evidence: of the row's domain, where there is something to show.
    mutating func append(_ row: ReportRow, _ evidence: Evidence?, to buffer: inout [UInt8]) {
        json.removeAll()
        let findings = row.findings
        var lines: [EvidenceLines.Line] = []
        if let evidence, let domain = row.domain, let status = row.status {
            lines = EvidenceLines.of(evidence, domain, at: status.measuredAt)
        }
        json.array { json in
            json.string(row.domain ?? "")
            json.number(row.key.line)
            json.number(accounts.number(of: row.account))
            json.number(row.verdict.flatMap { Self.verdictNumbers[$0] } ?? -1)
            json.number(Self.number(of: findings.map(\.severity).max()))
            json.number(row.status?.mode.flatMap(Self.modes.firstIndex) ?? 0)
            json.number(mxSets.number(of: row.status?.mxHosts.joined(separator: " ") ?? ""))
            json.array { json in
                for finding in findings { json.number(Self.causeNumbers[finding.cause] ?? 0) }
            }
            json.array { json in
                for finding in findings {
                    json.array { json in
                        json.number(Self.causeNumbers[finding.cause] ?? 0)
                        json.number(Self.number(of: finding.severity))
                        json.string(InertText.line(finding.detail))
                    }
                }
            }
            json.array { json in
                for line in lines {
                    json.array { json in
                        json.number(line.step.rawValue)
                        json.string(line.label)
                        json.string(InertText.line(line.text))
                    }
                }
            }
            json.string(evidence.flatMap(EvidenceLines.expiry)?.day ?? "")
            json.string(row.status?.recheck.map(Self.text) ?? "")
            json.string(row.input == row.domain ? "" : InertText.line(row.input))
        }
        buffer += isFirst ? "\n".utf8 : ",\n".utf8
        buffer += json.bytes
        isFirst = false
    }

    mutating func finish(_ buffer: inout [UInt8]) {
        json.removeAll()
        json.object { json in
            json.key("accounts")
            Self.list(accounts.texts.map(InertText.line), &json)
            json.key("mx")
            Self.list(mxSets.texts.map(InertText.line), &json)
            json.key("modes")
            Self.list(Self.modes, &json)
            json.key("verdicts")
            Self.list(Verdict.allCases.map(\.rawValue), &json)
            json.key("causes")
            Self.list(Cause.allCases.map(\.rawValue), &json)
            json.key("titles")
            Self.list(Cause.allCases.map(\.explanation.title), &json)
            json.key("steps")
            Self.list(GuideStep.allCases.map(\.title), &json)
            json.key("stepOf")
            json.array { json in
                for cause in Cause.allCases { json.number(GuideStep(cause).rawValue) }
            }
            json.key("remedies")
            Self.list(Cause.allCases.map(Catalogue.remedy), &json)
        }
        buffer += "],".utf8
        // The object's members go on in the object that `begin` opened.
        buffer += json.bytes.dropFirst()
    }

    private static func list(_ texts: [String], _ json: inout JSONWriter) {
        json.array { json in
            for text in texts { json.string(text) }
        }
    }

    /// As the script counts severities; 0 is none.
    private static func number(of severity: Severity?) -> Int {
        switch severity {
        case nil: 0
        case .unmeasured: 1
        case .advice: 2
        case .warning: 3
        case .error: 4
        }
    }

    private static func text(_ recheck: Recheck) -> String {
        (recheck.isAtLeast ? "at least " : "") + recheck.after.description
    }
}
