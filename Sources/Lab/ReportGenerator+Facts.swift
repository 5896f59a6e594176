extension ReportGenerator {
    /// What is in a report, to check an import against; a test may make up its own.
    public struct Facts: Hashable, Sendable {
        public var organization: String
        public var id: String
        public var domain: String
        /// First second of the day reported on, since 1970 UTC.
        public var start: Int64
        public var successfulSessions: Int
        public var rows: [Row]

        public init(
            organization: String, id: String, domain: String, start: Int64,
            successfulSessions: Int, rows: [Row] = []
        ) {
            self.organization = organization
            self.id = id
            self.domain = domain
            self.start = start
            self.successfulSessions = successfulSessions
            self.rows = rows
        }

        public var failedSessions: Int { rows.reduce(0) { $0 + $1.sessions } }
    }

    public struct Row: Hashable, Sendable {
        public var resultType: String
        /// Empty for a failure before there was an MX host.
        public var mxHost: String
        public var sessions: Int
        public var sendingMTA: String

        public init(
            resultType: String, mxHost: String = "", sessions: Int,
            sendingMTA: String = "198.51.100.1"
        ) {
            self.resultType = resultType
            self.mxHost = mxHost
            self.sessions = sessions
            self.sendingMTA = sendingMTA
        }
    }
}

extension ReportGenerator.Facts {
    /// The report's text (RFC 8460 §4.4), in one line.
    public var json: [UInt8] {
        let day = Self.date(start / 86_400)
        let failures = rows.map { row in
            let mx =
                row.mxHost.isEmpty
                ? ""
                : #""receiving-mx-hostname":"\#(row.mxHost.escaped)","receiving-ip":"203.0.113.9","#
            return #"{"result-type":"\#(row.resultType.escaped)","#
                + #""sending-mta-ip":"\#(row.sendingMTA.escaped)",\#(mx)"#
                + #""failed-session-count":\#(row.sessions)}"#
        }
        let name = domain.escaped
        let text =
            #"{"organization-name":"\#(organization.escaped)","#
            + #""date-range":{"start-datetime":"\#(day)T00:00:00Z","#
            + #""end-datetime":"\#(day)T23:59:59Z"},"#
            + #""contact-info":"tlsrpt@sender.example","#
            + #""report-id":"\#(id.escaped)","policies":[{"policy":{"policy-type":"sts","#
            + #""policy-string":["version: STSv1","mode: enforce","mx: *.\#(name)","#
            + #""max_age: 604800"],"policy-domain":"\#(name)","mx-host":["*.\#(name)"]},"#
            + #""summary":{"total-successful-session-count":\#(successfulSessions),"#
            + #""total-failure-session-count":\#(failedSessions)},"#
            + #""failure-details":[\#(failures.joined(separator: ","))]}]}"#
        return Array(text.utf8)
    }

    /// The mail that RFC 8460 §5.3 makes of it, uncompressed.
    ///
    /// - Parameter sender: a domain. It and the facts must be plain text.
    public func mail(from sender: String) -> [UInt8] {
        let name = "\(sender)!\(domain)!\(start)!\(start + 86_399)!001.json"
        let head = """
            From: tlsrpt@\(sender)
            Subject: Report Domain: \(domain) Submitter: \(sender) Report-ID: <\(id)>
            TLS-Report-Domain: \(domain)
            TLS-Report-Submitter: \(sender)
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type="tlsrpt"; boundary="report"

            --report
            Content-Type: text/plain

            This is an aggregate TLS report from \(sender)
            --report
            Content-Type: application/tlsrpt+json
            Content-Disposition: attachment; filename="\(name)"


            """
        return Array(head.utf8) + json + Array("\n--report--\n".utf8)
    }

    /// `2026-02-08`, of days since 1970-01-01 (proleptic Gregorian).
    private static func date(_ days: Int64) -> String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return "\(year)-\(padded(month < 10 ? month + 3 : month - 9))-\(padded(day))"
    }

    private static func padded(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

extension String {
    /// As the content of a JSON string (RFC 8259 §7).
    fileprivate var escaped: String {
        // Nearly every text of a report is plain.
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
