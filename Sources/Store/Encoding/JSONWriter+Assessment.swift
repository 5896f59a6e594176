internal import Audit

/// A judgement in its canonical form: what is hashed to tell whether it changed.
extension JSONWriter {
    mutating func assessment(_ assessment: Assessment) {
        array { json in
            json.string(assessment.verdict.rawValue)
            json.optional(assessment.mode)
            json.optional(assessment.policyID)
            json.optional(assessment.maxAge)
            json.strings(assessment.mxPatterns)
            json.array { json in
                for coverage in assessment.mxHosts {
                    json.string(coverage.host)
                    json.optional(coverage.pattern)
                }
            }
            for finding in assessment.findings {
                json.string(finding.cause.rawValue)
                json.string(finding.severity.rawValue)
                json.string(finding.detail)
                json.optional(finding.line)
                json.optional(finding.column)
            }
        }
    }

    package mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    package mutating func optional(_ value: Int?) {
        if let value { number(value) } else { null() }
    }
}
