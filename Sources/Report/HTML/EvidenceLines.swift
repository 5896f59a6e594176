internal import Audit
internal import Evidence
internal import MTASTS

/// What was seen of a domain, for a reader: the step it belongs to, a label and a line each, in the
/// order of the guide.
struct EvidenceLines {
    struct Line {
        var step: GuideStep
        var label: String
        var text: String
    }

    private var lines: [Line] = []
    private var policy: STSPolicy?

    private static let textLimit = 600
    /// Of each step; a zone can hold any number of records.
    private static let stepLimit = 12

    private let policyHost: String
    private let measured: Timestamp

    private init(_ domain: String, _ measured: Timestamp) {
        policyHost = "mta-sts." + domain
        self.measured = measured
    }

    static func of(_ evidence: Evidence, _ domain: String, at measured: Timestamp) -> [Line] {
        var lines = EvidenceLines(domain, measured)
        lines.addRecord(evidence)
        lines.addHost(evidence)
        for fetch in evidence.fetches { lines.add(fetch) }
        lines.addMX(evidence)
        lines.addReporting(evidence)
        // Steps in order, and within a step as they were added.
        return GuideStep.allCases.flatMap { step in lines.lines.filter { $0.step == step } }
    }

    /// When the policy host's certificate ends: the first of several.
    static func expiry(_ evidence: Evidence) -> Timestamp? {
        evidence.fetches.compactMap(\.chain.first?.notAfter).min()
    }

    private mutating func add(_ step: GuideStep, _ label: String, _ text: String) {
        guard lines.count(where: { $0.step == step }) < Self.stepLimit else { return }
        lines.append(Line(step: step, label: label, text: text))
    }

    private mutating func addRecord(_ evidence: Evidence) {
        if let end = evidence.record.aliases.last { add(.record, "CNAME to", end) }
        for record in evidence.record.found ?? [] {
            add(.record, "TXT", "\"\(record.display)\"")
        }
        if let failure = evidence.record.failure { add(.record, "TXT", failure.phrase) }
        for found in evidence.misplacedRecords {
            add(.record, "At \(found.place.rawValue)", "\"\(found.record.display)\"")
        }
    }

    private mutating func addHost(_ evidence: Evidence) {
        guard let host = evidence.policyHost else { return }
        if let end = host.aliases.last { add(.host, "CNAME to", end) }
        let addresses = host.all.map(\.description).joined(separator: " ")
        if !addresses.isEmpty { add(.host, "Addresses", addresses) }
        if let failure = host.failure { add(.host, "Addresses", failure.phrase) }
    }

    private mutating func add(_ fetch: Fetch) {
        let place = "GET from \(fetch.address)"
        if let leaf = fetch.chain.first {
            let names = leaf.dnsNames.prefix(4).joined(separator: " ")
            let more = leaf.dnsNameCount > 4 ? " and \(leaf.dnsNameCount - 4) more" : ""
            add(
                .certificate, "At \(fetch.address)",
                "\(leaf.subject), for \(names)\(more), issuer \(leaf.issuer), "
                    + "\(leaf.notBefore) to \(leaf.notAfter)")
        }
        switch fetch.outcome {
        case .failed:
            for trouble in Judge().troubles(of: fetch, at: policyHost, now: measured) {
                add(.host, place, trouble)
            }
        case .response(let response):
            let type = response.contentType.map { ", \($0)" } ?? ""
            add(.host, place, "status \(response.status)\(type)")
            guard response.status == 200 else { break }
            policy = policy ?? STSPolicyReading.read(response.body.bytes).policy
            let text = String(decoding: response.body.bytes.prefix(Self.textLimit), as: UTF8.self)
            let rows = text.split(whereSeparator: \.isNewline).joined(separator: " | ")
            add(.policy, "Text", rows.isEmpty ? "(empty)" : rows)
        }
    }

    private mutating func addMX(_ evidence: Evidence) {
        for record in (evidence.mx.found ?? []).sorted() {
            if record.isNull {
                add(.mx, "MX", "none: the domain takes no mail")
                continue
            }
            let cover = policy.map { policy in
                policy.pattern(covering: record.host).map { ", covered by \($0)" }
                    ?? ", not covered"
            }
            add(.mx, "MX \(record.preference)", record.host + (cover ?? ""))
        }
        if let failure = evidence.mx.failure { add(.mx, "MX", failure.phrase) }
        for probe in evidence.mailProbes ?? [] {
            let place = probe.address.map { "\(probe.host) (\($0))" } ?? probe.host
            let session = [probe.tlsVersion, probe.cipher].compactMap(\.self)
            switch probe.outcome {
            case .verified:
                add(.mx, "Probe", "\(place): STARTTLS, \(session.joined(separator: ", "))")
            case .failed:
                for trouble in Judge().troubles(of: probe, now: measured) {
                    add(.mx, "Probe", "\(place): \(trouble)")
                }
            }
        }
    }

    private mutating func addReporting(_ evidence: Evidence) {
        for record in evidence.tlsrpt.found ?? [] {
            add(.reports, "TXT", "\"\(record.display)\"")
        }
        if let failure = evidence.tlsrpt.failure { add(.reports, "TXT", failure.phrase) }
    }
}
