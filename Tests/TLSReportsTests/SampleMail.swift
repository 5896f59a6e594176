import Foundation

/// Mail with reports in it.
enum SampleMail {
    /// A part's header fields and its body, as they stand in the mail.
    struct Part {
        var fields: [String]
        var body: String

        init(_ fields: String..., body: String) {
            self.fields = fields
            self.body = body
        }

        var text: String { fields.joined(separator: "\n") + "\n\n" + body + "\n" }
    }

    static let note = Part("Content-Type: text/plain", body: "This is a report: see below.")
    static let fileName = "sender.example!rcpt.example!1772323200!1772409599!r1.json"
    static let fields = [
        "From: TLS reports <tls@sender.example>",
        "Subject: Report Domain: rcpt.example Submitter: sender.example Report-ID: <r-1@x>",
        "Message-ID: <r-1@sender.example>", "MIME-Version: 1.0",
    ]
    static let reportFields = [
        "TLS-Report-Domain: rcpt.example", "TLS-Report-Submitter: sender.example",
    ]

    /// A multipart mail of these parts.
    static func mail(
        _ parts: [Part], declared: Bool = true,
        type: String = "multipart/report; report-type=tlsrpt"
    ) -> String {
        let head = fields + (declared ? reportFields : [])
        return head.joined(separator: "\n") + "\n" + multipart(parts, type: type).text
    }

    static func multipart(_ parts: [Part], type: String, boundary: String = "b42") -> Part {
        let body = parts.map { "--\(boundary)\n\($0.text)" }.joined() + "--\(boundary)--"
        return Part("Content-Type: \(type); boundary=\"\(boundary)\"", body: body)
    }

    /// A report as RFC 8460 §5.3 has it, compressed or not.
    static func report(
        _ text: String = Sample.report(), type: String = "application/tlsrpt+gzip",
        name: String? = fileName + ".gz", compressed: Bool = true
    ) -> Part {
        let bytes = Array(text.utf8)
        let data = Data(compressed ? Gzip.stored(bytes) : bytes)
        let disposition = "Content-Disposition: attachment"
        return Part(
            "Content-Type: \(type)", "Content-Transfer-Encoding: base64",
            name.map { "\(disposition); filename=\"\($0)\"" } ?? disposition,
            body: data.base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        )
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
