internal import Audit
internal import Evidence
internal import MTASTS
internal import Report

/// One domain, explained in the order of the troubleshooting guide: what was seen at each step,
/// what is wrong with it, and what to do.
struct CheckPage {
    var domain: DomainName
    var evidence: Evidence
    var measurement: Measurement
    var assessment: Assessment
    /// All looks with the present one; nil without a store.
    var past: DomainPast?
    /// What senders reported; nothing without a store.
    var reports = ReportedFailures()

    var text: String {
        var text = "\(domain): \(assessment.verdict.rawValue)\n"
        text += "  A compliant sender \(assessment.verdict.meaning).\n"
        for step in GuideStep.allCases {
            let seen = seen(at: step)
            let findings = assessment.findings.filter { $0.cause.explanation.guideStep == step }
            guard !seen.isEmpty || !findings.isEmpty else { continue }
            text += "\n\(step.rawValue)  \(step.title)\n"
            for line in seen { text += "    \(InertText.line(line))\n" }
            for finding in findings { text += Self.paragraph(finding) }
        }
        text += panel.map(PanelText.of) ?? ""
        text += "\nMeasured \(measurement.at): \(measurement.queries) DNS queries, "
        return text + "\(measurement.requests) requests, \(measurement.elapsedMilliseconds) ms\n"
    }

    /// What real senders make of record and policy; nil where there is neither.
    private var panel: SenderPanel? {
        guard let records = evidence.record.found else { return nil }
        let response = evidence.fetches.lazy.compactMap { fetch -> HTTPResponse? in
            if case .response(let response) = fetch.outcome, response.status == 200 {
                return response
            }
            return nil
        }.first
        let policy = response.map {
            ServedPolicy(body: $0.body.bytes, contentType: $0.contentType)
        }
        return SenderPanel(records: records.map(\.bytes), policy: policy)
    }

    private static func paragraph(_ finding: Finding) -> String {
        let explanation = finding.cause.explanation
        let rows = [
            ("", finding.place + InertText.line(finding.detail)),
            ("", explanation.senderView),
            ("Do: ", explanation.remedy),
        ]
        var text =
            "  \(marker(finding.severity)) \(finding.cause.code) (\(explanation.rfcSection))\n"
        for (label, value) in rows {
            text += "      " + label + Text.wrapped(value, width: 92, indent: 6) + "\n"
        }
        return text
    }

    private static func marker(_ severity: Severity) -> String {
        switch severity {
        case .error: "ERROR"
        case .warning: "WARNING"
        case .advice: "ADVICE"
        case .unmeasured: "NOT MEASURED"
        }
    }
}

// MARK: - What was seen

extension CheckPage {
    private func seen(at step: GuideStep) -> [String] {
        switch step {
        case .record: recordLines
        case .fetch: hostLines
        case .policy: policyLines
        case .mx: mxLines
        case .certificate: certificateLines
        case .reports: reportingLines
        // One look cannot tell.
        case .cache: cacheLines
        case .retest: assessment.recheck.map { [CacheLines.sentence($0)] } ?? []
        case .changes: changeLines
        }
    }

    private var cacheLines: [String] {
        guard let past else { return [] }
        let caches = past.caches(at: measurement.at)
        guard caches.live != nil || !caches.held.isEmpty else { return [] }
        return CacheLines(caches: caches).lines
    }

    private var changeLines: [String] {
        guard let past, past.looks.count > 1 else { return [] }
        let lines = ChangedLines(timeline: past.timeline, limit: 6).lines
        return lines.isEmpty ? ["nothing changed since \(past.looks[0].firstSeen)"] : lines
    }

    private var recordLines: [String] {
        if case .nameMissing = evidence.mx.outcome { return ["\(domain) does not exist"] }
        return Self.lines(domain.recordName, "TXT", evidence.record) { $0.map(Self.quoted) }
    }

    private var hostLines: [String] {
        guard let host = evidence.policyHost else { return [] }
        var lines = Self.lines(domain.policyHost, "A", host.v4) { $0.map(\.description) }
        lines += Self.lines(domain.policyHost, "AAAA", host.v6) { $0.map(\.description) }
        lines += evidence.guardedAddresses.map {
            "\($0): not contacted, \($0.specialPurpose?.rawValue ?? "special-purpose") address"
        }
        return lines + evidence.fetches.flatMap(lines(of:))
    }

    private var policyLines: [String] {
        guard let mode = assessment.mode else { return [] }
        let patterns = assessment.mxPatterns.joined(separator: ", ")
        return ["mode \(mode), max_age \(assessment.maxAge ?? 0) s, mx \(patterns)"]
    }

    private var mxLines: [String] { coverageLines + probeLines }

    private var coverageLines: [String] {
        if case .found = evidence.mx.outcome {
            return assessment.mxHosts.map { host in
                let cover = host.pattern.map { "covered by \($0)" }
                return "\(host.host): "
                    + (cover
                        ?? (assessment.mode == nil ? "no policy to compare with" : "not covered"))
            }
        }
        return Self.lines(domain.description, "MX", evidence.mx) { _ in [] }
    }

    private var probeLines: [String] {
        ProbeLines(probes: evidence.mailProbes ?? [], at: measurement.at).lines
    }

    private var certificateLines: [String] {
        guard let leaf = evidence.fetches.lazy.compactMap(\.chain.first).first else { return [] }
        let names = leaf.dnsNames.joined(separator: ", ")
        return [
            "subject \(leaf.subject), issuer \(leaf.issuer), \(leaf.key)",
            "names \(names), valid \(leaf.notBefore) to \(leaf.notAfter)"
                + Self.remainder(until: leaf.notAfter, from: measurement.at),
        ]
    }

    /// Whole days; a finding has the date only, as its words must not change from day to day.
    static func remainder(until end: Timestamp, from now: Timestamp) -> String {
        let (seconds, overflow) = end.seconds.subtractingReportingOverflow(now.seconds)
        guard !overflow, seconds > 0 else { return "" }
        return ", \(seconds / Timestamp.secondsPerDay) days left"
    }

    private var reportingLines: [String] {
        if case .nameMissing = evidence.mx.outcome { return [] }
        return Self.lines(domain.reportingName, "TXT", evidence.tlsrpt) { $0.map(Self.quoted) }
            + reportedLines
    }

    private var reportedLines: [String] {
        guard let lastDay = reports.lastDay else { return [] }
        return [
            "reports of the \(reports.windowDays) days to \(lastDay.day): "
                + "\(reports.successfulSessions) sessions succeeded, "
                + "\(reports.failedSessions) failed"
        ]
    }

    private static func lines<Value>(
        _ name: String, _ type: String, _ lookup: Lookup<Value>, show: (Value) -> [String]
    ) -> [String] {
        let aliases = lookup.aliases.map { "\(name) is an alias of \($0)" }
        let answer: [String] =
            switch lookup.outcome {
            case .found(let value): show(value).map { "\(name) \(type) \($0)" }
            case .noData: ["\(name) has no \(type) record"]
            case .nameMissing: ["\(name) does not exist"]
            case .failed(let failure): ["\(name) \(type): \(failure.phrase)"]
            }
        return aliases + answer
    }

    private static func quoted(_ record: TXTRecord) -> String { "\"\(record.display)\"" }

    private func lines(of fetch: Fetch) -> [String] {
        let troubles = Judge().troubles(of: fetch, at: "\(fetch.address)", now: measurement.at)
        guard case .response(let response) = fetch.outcome else { return troubles }
        let type = response.contentType ?? "no content type"
        let version = fetch.tlsVersion.map { ", \($0)" } ?? ""
        return troubles + [
            "\(fetch.address): status \(response.status), \(type), "
                + "\(response.body.bytes.count) bytes\(version)"
        ]
    }
}
