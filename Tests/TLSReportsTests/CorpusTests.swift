import Foundation
import MTASTS
import TLSReports
import Testing

@Suite(
    "Corpus of TLS reports",
    .enabled(if: CorpusReports.folder != nil, "STSAUDIT_CORPUS is not set"))
struct CorpusTests {
    @Test("golden table")
    func golden() throws {
        let entries = try CorpusReports.entries()
        #expect(entries.count >= 65)
        let blocks = try entries.map { entry in
            try Self.results(entry.file).map { Self.block(entry.file, $0) }.joined()
        }
        try Golden.compare(blocks.joined(), with: "corpus-tlsrpt.txt")
    }

    @Test("read or refused as the index says, and off in what it says")
    func index() throws {
        for entry in try CorpusReports.entries() {
            let results = try Self.results(entry.file)
            #expect(results.count == 1, "\(entry.file)")
            switch results.first {
            case .success(let found):
                #expect(!entry.isRefused, "\(entry.file) is read")
                if !entry.organization.isEmpty {
                    #expect(found.report.organization == entry.organization, "\(entry.file)")
                }
                for finding in entry.findings {
                    let candidates = Self.observations(for: finding)
                    #expect(!candidates.isEmpty, "what does \(finding) of \(entry.file) mean?")
                    #expect(
                        candidates.contains { found.observations.contains($0) },
                        "\(entry.file): \(finding)")
                }
            case .failure(let failure): #expect(entry.isRefused, "\(failure)")
            case nil: break
            }
        }
    }

    @Test("a mail gives the report that was taken out of it")
    func twins() throws {
        let twins = try CorpusReports.entries().filter { !$0.mail.isEmpty }
        #expect(twins.count >= 12)
        for twin in twins {
            let report = try Self.results(twin.file).first?.get().report
            let mailed = try Self.results(twin.mail).first?.get()
            #expect(report == mailed?.report, "\(twin.mail)")
            #expect(mailed?.source.attachment != nil, "\(twin.mail)")
        }
    }

    private static func results(
        _ file: String
    ) throws -> [Result<FoundReport, TLSReportFailure>] {
        var reader = TLSReportReader([try CorpusReports.path(file)])
        var results: [Result<FoundReport, TLSReportFailure>] = []
        while let result = reader.next() { results.append(result) }
        return results
    }

    /// What stands for a finding of the index; none for one that is new to us.
    private static func observations(for finding: String) -> [TLSReportObservation] {
        table.first { finding.contains($0.text) }?.observations ?? []
    }

    private static let table: [(text: String, observations: [TLSReportObservation])] = [
        ("mx-host is a string", [.mxHostIsText]), ("mx-host empty", [.mxHostEmpty]),
        ("mx-host carries", [.mxHostHasKey]),
        ("without receiving-ip", [.rowWithoutReceivingIP]),
        ("without receiving-mx-hostname", [.rowWithoutReceivingMX]),
        ("without sending-mta-ip", [.rowWithoutSendingMTA]),
        ("sum of failures", [.failureSumDiffers]),
        ("JSON array inside a string", [.policyStringHoldsJSON]),
        ("-datetime without zone", [.timeWithoutZone, .timeIsEpoch]),
        ("contact-info", [.contactMissing]),
        // The index looks for these in the object that they are beside.
        ("policy missing", [.policyFieldsFlat]),
        ("policy-type None", [.policyTypeMissing, .policyFieldsFlat]),
        ("policy-domain missing", [.policyDomainMissing, .policyFieldsFlat]),
        ("policy-type '", [.policyTypeUnknown]),
        ("total-failure-session-count missing", [.failureCountMissing]),
    ]

    // MARK: - The table

    private static func block(
        _ file: String, _ result: Result<FoundReport, TLSReportFailure>
    ) -> String {
        switch result {
        case .success(let found):
            let report = found.report
            var lines = [
                "\(file): \(report.organization), \(report.id)",
                "  from \(time(report.start)) to \(time(report.end)),"
                    + " contact \(report.contact ?? "-")",
            ]
            for policy in report.policies {
                lines.append(
                    "  \(policy.type ?? "-") \(policy.domain ?? "-"): lines \(policy.strings.count),"
                        + " mx \(policy.mxHosts), good \(policy.successfulSessions),"
                        + " bad \(policy.failedSessions)")
                for row in policy.failures {
                    lines.append(
                        "    \(row.resultType ?? "-") \(row.sessions): \(row.sendingMTA ?? "-") to"
                            + " \(row.receivingMX ?? "-") \(row.receivingIP ?? "-")")
                }
            }
            if !found.observations.isEmpty { lines.append("  off: \(found.observations)") }
            return lines.joined(separator: "\n") + "\n"
        case .failure(let failure): return "\(file): refused: \(failure.reason.withoutDetail)\n"
        }
    }

    private static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}

extension CorpusReports.Entry {
    /// The index has what another implementation makes of a malformed file, and one mail is
    /// listed with all its parts and without a report among them.
    fileprivate var isRefused: Bool {
        let errors = ["peer: error", "peer expects parse error", "peer: Invalid"]
        return errors.contains { note.contains($0) }
            || note.hasPrefix("Content-Type") && !note.contains("json")
    }
}

/// A table of outcomes beside these tests. `STSAUDIT_RECORD_GOLDENS=1` writes it anew; that run
/// fails, so that nobody takes it for a test.
private enum Golden {
    static func compare(_ text: String, with name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Goldens/\(name)")
        if ProcessInfo.processInfo.environment["STSAUDIT_RECORD_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: file)
            Issue.record("\(name) was written anew: review the change and run without recording")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n")
        for (line, wanted) in zip(lines, expected.split(separator: "\n")) where line != wanted {
            Issue.record("\(line), expected \(wanted)")
            break
        }
        #expect(text == expected)
    }
}
