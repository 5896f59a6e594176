import Evidence

extension Judge {
    /// The problems of a refused certificate without those that follow from another one: a
    /// self-signed certificate is untrusted as well, and one without a dNSName fits no name.
    func rootReasons(among problems: [CertificateProblem]) -> [CertificateProblem] {
        let all = Set(problems)
        return problems.filter { !$0.follows(from: all) }
    }

    /// The root reasons why the certificate of a policy host was refused (RFC 8461 §3.3), each
    /// once.
    func certificateFaults(
        _ problems: [CertificateProblem], chain: [Certificate], at host: String, now: Timestamp
    ) -> [FetchFault] {
        var faults: [FetchFault] = []
        for problem in rootReasons(among: problems) {
            let fault = FetchFault(
                cause: problem.cause, detail: detail(of: problem, chain: chain, at: host, now: now))
            if !faults.contains(where: { $0.cause == fault.cause }) { faults.append(fault) }
        }
        if faults.isEmpty {
            faults = [
                FetchFault(
                    cause: .policyCertificateUntrusted,
                    detail: "the certificate of \(host) fails verification")
            ]
        }
        return faults
    }

    /// Advice about a certificate that was accepted and has little of its life left.
    func judgeExpiry(
        of certificate: Certificate?, at host: String, now: Timestamp,
        into findings: inout Findings
    ) {
        guard let certificate, isExpiring(certificate, now: now) else { return }
        findings.add(
            .policyCertificateExpiring,
            "the certificate of \(host) is valid until \(certificate.notAfter)")
    }

    /// Whether a certificate is still valid and has little of its life left.
    func isExpiring(_ certificate: Certificate, now: Timestamp) -> Bool {
        guard certificate.notAfter > now else { return false }
        // Certificates of a few days are renewed in their last third; that is no reason to warn.
        let life = certificate.notBefore.distance(to: certificate.notAfter)
        let (expiry, overflow) = Int64(profile.expiryDays)
            .multipliedReportingOverflow(by: Timestamp.secondsPerDay)
        let margin = min(overflow ? life : expiry, life / 3)
        return now.distance(to: certificate.notAfter) < margin
    }

    /// One problem in words.
    ///
    /// - Parameter chain: as it was presented, the host's own certificate first.
    func detail(
        of problem: CertificateProblem, chain: [Certificate], at host: String, now: Timestamp
    ) -> String {
        let leaf = chain.first
        switch problem {
        case .expired:
            guard let expired = chain.first(where: { $0.notAfter < now })
            else { return "a certificate of \(host) has expired" }
            return "\(name(of: expired, in: chain, at: host)) expired at \(expired.notAfter)"
        case .notYetValid:
            guard let early = chain.first(where: { $0.notBefore > now })
            else { return "a certificate of \(host) is not yet valid" }
            return "\(name(of: early, in: chain, at: host)) is valid from \(early.notBefore)"
        case .nameMismatch:
            guard let leaf else { return "the certificate is not for \(host)" }
            let more = max(0, leaf.dnsNameCount - leaf.dnsNames.count)
            let names = Wording.list(leaf.dnsNames, limit: 4)
            return "the certificate is for \(names)\(more > 0 ? " (and more)" : ""), not \(host)"
        case .noSubjectAlternativeName:
            let subject = leaf.map { " (subject \(Wording.quote($0.subject)))" } ?? ""
            return "the certificate of \(host) has no dNSName\(subject)"
        case .selfSigned:
            let subject = leaf.map { " by \(Wording.quote($0.subject))" } ?? ""
            return "the certificate of \(host) is self-signed\(subject)"
        case .untrusted:
            let issuer = chain.last.map { ", \(Wording.quote($0.issuer))" } ?? ""
            return "the chain of \(host) ends at an issuer that is not trusted\(issuer)"
        case .chainIncomplete:
            let issuer = chain.last.map { ", \(Wording.quote($0.issuer))" } ?? ""
            return "\(host) leaves out the certificate of an issuer\(issuer)"
        case .weak:
            let key = leaf.map { " (its key is \($0.key))" } ?? ""
            return "a key or signature in the chain of \(host) is too weak\(key)"
        case .other(let code):
            return "the certificate of \(host) fails verification (X.509 error \(code))"
        }
    }

    private func name(of certificate: Certificate, in chain: [Certificate], at host: String)
        -> String
    {
        certificate == chain.first
            ? "the certificate of \(host)"
            : "the intermediate certificate \(Wording.quote(certificate.subject))"
    }
}

extension CertificateProblem {
    fileprivate var cause: Cause {
        switch self {
        case .expired: .policyCertificateExpired
        case .notYetValid: .policyCertificateNotYetValid
        case .nameMismatch: .policyCertificateNameMismatch
        case .noSubjectAlternativeName: .policyCertificateNoSAN
        case .selfSigned: .policyCertificateSelfSigned
        case .untrusted, .other: .policyCertificateUntrusted
        case .chainIncomplete: .policyCertificateChainIncomplete
        case .weak: .policyCertificateWeak
        }
    }

    /// Whether another of the problems is the reason for this one.
    fileprivate func follows(from all: Set<CertificateProblem>) -> Bool {
        switch self {
        case .expired, .notYetValid, .noSubjectAlternativeName, .selfSigned, .weak: false
        case .nameMismatch: all.contains(.noSubjectAlternativeName)
        case .chainIncomplete: all.contains(.selfSigned)
        case .untrusted: all.contains(.selfSigned) || all.contains(.chainIncomplete)
        // A code without a name of its own matters only when there is nothing better to say.
        case .other: all.contains { if case .other = $0 { false } else { true } }
        }
    }
}

extension Timestamp {
    /// Seconds, cut off at the range of the type: dates in certificates are hostile input.
    fileprivate func distance(to other: Timestamp) -> Int64 {
        let (distance, overflow) = other.seconds.subtractingReportingOverflow(seconds)
        guard overflow else { return distance }
        return other.seconds < 0 ? .min : .max
    }
}
