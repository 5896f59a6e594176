internal import Audit
internal import MTASTS

/// Kits as lines to be put into zone files. What has to go is a comment: a zone file has no line
/// that takes a record away.
enum KitZone {
    static func begin(_ buffer: inout [UInt8]) {
        let text = """
            ; MTA-STS and TLSRPT records. Serve the policies before the _mta-sts records change
            ; (RFC 8461 section 8.1). A line that begins with "; delete:" or "; replaces:" is a record
            ; that has to go.

            """
        buffer += text.utf8
    }

    static func append(_ kit: PublishKit, to buffer: inout [UInt8]) {
        guard !kit.records.isEmpty else { return }
        var text = "\n; \(kit.domain): \(kit.verdict.rawValue)"
        if let forecast = kit.forecast {
            text += "; with all of this published: \(forecast.rawValue)"
        }
        text += "\n"
        for change in kit.records {
            for value in change.replaced {
                text += "; replaces: "
                text += ZoneText.line(change.owner, value, ttl: change.ttl) + "\n"
            }
            switch change.action {
            case .add, .replace: text += ZoneText.line(change) + "\n"
            case .delete: text += "; delete: \(ZoneText.line(change))\n"
            }
        }
        buffer += text.utf8
    }
}
