import Evidence
import MTASTS

/// What senders get from the policy host (RFC 8461 §3.3).
enum PolicyState {
    /// The policy, and the SHA-256 of its text.
    case usable(STSPolicy, Digest)
    /// `isTakenAway`: nothing is served any more, rather than something that is broken.
    case unusable(isTakenAway: Bool)
    case unmeasured

    var usable: STSPolicy? {
        switch self {
        case .usable(let policy, _): policy
        case .unusable, .unmeasured: nil
        }
    }
}

extension Judge {
    func judgePolicyHost(
        _ evidence: Evidence, of domain: DomainName, now: Timestamp,
        into findings: inout Findings
    ) -> PolicyState {
        let host = domain.policyHost
        if !evidence.fetches.isEmpty {
            return judgeFetches(evidence, from: host, now: now, into: &findings)
        }
        guard let addresses = evidence.policyHost else {
            findings.add(.policyHostLookupFailed, "\(host) was not looked up")
            return .unmeasured
        }
        if addresses.isMissing {
            if let target = addresses.aliases.last {
                findings.add(
                    .policyHostDangling, "\(host) is a CNAME to \(target), which has no address")
            } else {
                findings.add(.policyHostMissing, "\(host) has no address")
            }
            return .unusable(isTakenAway: true)
        }
        // Addresses of one family that nobody may contact say nothing about the other family.
        if let failure = addresses.v4.failure ?? addresses.v6.failure {
            findings.add(.policyHostLookupFailed, "addresses of \(host): \(failure.phrase)")
            return .unmeasured
        }
        guard !evidence.guardedAddresses.isEmpty else {
            findings.add(.policyUnreachable, "no address of \(host) was contacted")
            return .unmeasured
        }
        let guarded = Wording.list(evidence.guardedAddresses.map(\.phrase))
        findings.add(.policyHostSpecialAddress, "\(host) has only \(guarded)")
        return .unusable(isTakenAway: false)
    }

    /// The first policy a sender could use, by address.
    func firstUsablePolicy(among fetches: [Fetch]) -> STSPolicy? {
        for fetch in fetches {
            if let body = fetch.policyBody, let policy = STSPolicyReading.read(body.bytes).policy {
                return policy
            }
        }
        return nil
    }

    /// The fetch that the verdict follows; nil without any.
    func decisive(among fetches: [Fetch]) -> Fetch? { choose(among: fetches)?.fetch }

    private func judgeFetches(
        _ evidence: Evidence, from host: String, now: Timestamp, into findings: inout Findings
    ) -> PolicyState {
        guard let choice = choose(among: evidence.fetches) else { return .unmeasured }
        judgeAgreement(evidence, with: choice.fetch, at: host, now: now, into: &findings)
        guard let reading = choice.reading, case .response(let response) = choice.fetch.outcome
        else {
            let faults = faults(of: choice.fetch, at: host, now: now)
            for fault in faults { fault.add(to: &findings) }
            return choice.standing == .unmeasured
                ? .unmeasured : .unusable(isTakenAway: choice.fetch.saysGone)
        }
        judgeExpiry(of: choice.fetch.chain.first, at: host, now: now, into: &findings)
        judgePolicyText(reading, into: &findings)
        judgeSenders(
            of: ServedPolicy(body: response.body.bytes, contentType: response.contentType),
            reading, into: &findings)
        // A body that is no policy at all has the wrong type as well: one broken thing.
        if !reading.isOtherText {
            judgeContentType(response.contentType, into: &findings)
        }
        return reading.policy.map { .usable($0, response.body.digest) }
            ?? .unusable(isTakenAway: false)
    }

    /// How far a fetch got; the order is that of what to judge by when several addresses differ.
    private enum Standing: Int, Comparable {
        case unmeasured, broken, unusableText, usablePolicy

        static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }
    }

    private struct Choice {
        var standing: Standing
        var fetch: Fetch
        /// Set when there is a body with status 200.
        var reading: STSPolicyReading?
    }

    /// A sender tries the addresses in turn, so the one that got furthest decides; among equals
    /// the first. Each distinct body is read once.
    private func choose(among fetches: [Fetch]) -> Choice? {
        var best: Choice?
        for fetch in fetches {
            let choice: Choice
            if let body = fetch.policyBody {
                if best?.fetch.policyBody == body { continue }
                let reading = STSPolicyReading.read(body.bytes)
                let standing = reading.policy == nil ? Standing.unusableText : .usablePolicy
                choice = Choice(standing: standing, fetch: fetch, reading: reading)
            } else {
                choice = Choice(standing: fetch.isUnmeasured ? .unmeasured : .broken, fetch: fetch)
            }
            if best.map({ $0.standing < choice.standing }) ?? true { best = choice }
        }
        return best
    }

    /// Compares the other addresses with the one that served the text that was judged.
    private func judgeAgreement(
        _ evidence: Evidence, with chosen: Fetch, at host: String, now: Timestamp,
        into findings: inout Findings
    ) {
        guard let body = chosen.policyBody else { return }
        var differences: [String] = []
        for fetch in evidence.fetches where fetch.address != chosen.address {
            if let other = fetch.policyBody {
                if other != body {
                    differences.append(
                        "\(fetch.address) serves another text than \(chosen.address)")
                }
            } else if !fetch.saysNothingOfHost {
                let detail = faults(of: fetch, at: host, now: now).first?.detail ?? "fails"
                differences.append("\(fetch.address): \(detail)")
            }
        }
        for address in evidence.guardedAddresses where address.isUselessToSenders {
            differences.append("\(address.phrase) is of no use to senders")
        }
        guard !differences.isEmpty else { return }
        findings.add(.policyAddressInconsistent, Wording.list(differences, limit: 4))
    }

    private func judgeContentType(_ contentType: String?, into findings: inout Findings) {
        guard let contentType else {
            findings.add(.policyContentType, "there is no Content-Type")
            return
        }
        // RFC 8461 §3.2: parameters other than the charset are ignored, and the charset adds
        // nothing to a text that is read as bytes.
        let mediaType = contentType.utf8.prefix { $0 != 0x3B }
        let trimmed = mediaType.split { $0 == 0x20 || $0 == 0x09 }
        if trimmed.count == 1, trimmed[0].map({ $0 | 0x20 }).elementsEqual("text/plain".utf8) {
            return
        }
        findings.add(.policyContentType, "Content-Type is \(Wording.quote(contentType))")
    }
}

extension IPAddress {
    fileprivate var phrase: String {
        specialPurpose.map { "\(self) (\($0.rawValue))" } ?? description
    }

    /// A special-purpose address that the domain's owner published. A NAT64 one was made up by
    /// the resolver of a network like ours, and one without a purpose by a narrower guard.
    fileprivate var isUselessToSenders: Bool { specialPurpose.map { $0 != .nat64 } ?? false }
}

extension Fetch {
    /// The body that a sender reads as the policy.
    var policyBody: HTTPResponse.Body? {
        // RFC 8461 §3.3: only a response with status 200 holds a policy.
        guard case .response(let response) = outcome, response.status == 200 else { return nil }
        return response.body
    }

    /// The host answers that there is no policy (any more).
    fileprivate var saysGone: Bool {
        switch outcome {
        case .response(let response): response.status == 404 || response.status == 410
        case .failed: false
        }
    }
}

extension STSPolicyReading {
    /// What was served is something else as a whole, or nothing.
    fileprivate var isOtherText: Bool {
        problems.contains { problem in
            switch problem.kind {
            case .empty, .notAPolicy: true
            case .versionMissing, .versionInvalid, .modeMissing, .modeInvalid, .maxAgeMissing,
                .maxAgeInvalid, .maxAgeOverLimit, .mxMissing, .mxInvalid, .syntax, .encoding,
                .lineEnds, .duplicateField:
                false
            }
        }
    }
}
