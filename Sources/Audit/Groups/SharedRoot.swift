public import Evidence

/// Something that many domains have in common and that may be the one reason of a finding at all
/// of them.
public struct SharedRoot: Hashable, Sendable {
    /// What is shared. In the order in which a group is named after it when several things are
    /// shared by exactly the same domains: the closest to the fault first.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The policy host's own certificate, by its SHA-256.
        case certificate
        /// The end of the policy host's CNAME chain.
        case policyHostAlias = "policy-host-cname"
        /// An address of the policy host.
        case policyHostAddress = "policy-host-address"
        /// The end of the CNAME chain of the STS record.
        case recordAlias = "record-cname"
        case recordText = "record-text"
        /// By the SHA-256 of what is served.
        case policyText = "policy-text"
        /// An MX host, for what a probe finds at it.
        case mxHost = "mx-host"
        /// The registrable domain of an MX host (Public Suffix List).
        case mxOperator = "mx-operator"
        case reportingText = "tlsrpt-text"
    }

    public var kind: Kind
    /// What tells one root from another of its kind.
    public var value: String
    /// How a person knows it; takes no part in comparing.
    public var name: String

    public init(kind: Kind, value: String, name: String? = nil) {
        self.kind = kind
        self.value = value
        self.name = name ?? value
    }

    public static func == (a: SharedRoot, b: SharedRoot) -> Bool {
        a.kind == b.kind && a.value == b.value
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(value)
    }
}

/// Finds what a domain's finding may share with others.
public struct SharedRoots: Sendable {
    private let registrableDomain: @Sendable (String) -> String?

    /// - Parameter registrableDomain: of a host, by the Public Suffix List; nil when it has none.
    public init(registrableDomain: @escaping @Sendable (String) -> String?) {
        self.registrableDomain = registrableDomain
    }

    /// The roots that could explain this cause at a domain, by its stage; empty for causes that
    /// are a domain's own (no record, nobody to report to).
    ///
    /// - Parameter coverage: the MX hosts of the domain and what covers them.
    public func of(
        _ cause: Cause, _ evidence: Evidence, coverage: [MXCoverage]
    ) -> [SharedRoot] {
        switch cause.stage {
        case .portfolio: []
        case .record: record(evidence)
        case .policyHost: policyHost(cause, evidence)
        case .policy, .mode, .cache: policyText(evidence) + alias(evidence)
        case .mx: mx(cause, evidence, coverage)
        // What senders report may have any reason; the audit's own causes name it better.
        case .reporting: cause.code.hasPrefix("reported-") ? [] : reporting(evidence)
        }
    }

    /// Every root of a domain, whatever is found at it: to tell what is shared by broken domains
    /// from what is shared by all. They are only counted: those whose names are work have none.
    public func all(_ evidence: Evidence, mxHosts: [String]) -> [SharedRoot] {
        var roots = record(evidence) + certificate(evidence, isNamed: false) + alias(evidence)
        roots += addresses(evidence) + policyText(evidence, isNamed: false) + reporting(evidence)
        for host in mxHosts {
            roots.append(SharedRoot(kind: .mxHost, value: host))
            guard let name = registrableDomain(host) else { continue }
            let root = SharedRoot(kind: .mxOperator, value: name)
            if !roots.contains(root) { roots.append(root) }
        }
        return roots
    }

    private func record(_ evidence: Evidence) -> [SharedRoot] {
        var roots: [SharedRoot] = []
        if let end = evidence.record.aliases.last {
            roots.append(SharedRoot(kind: .recordAlias, value: end))
        }
        let texts = (evidence.record.found ?? []).map(\.display)
        if !texts.isEmpty {
            roots.append(SharedRoot(kind: .recordText, value: texts.joined(separator: " | ")))
        }
        return roots
    }

    private func policyHost(_ cause: Cause, _ evidence: Evidence) -> [SharedRoot] {
        (cause.isAboutCertificate ? certificate(evidence) : []) + alias(evidence)
            + addresses(evidence)
    }

    private func certificate(_ evidence: Evidence, isNamed: Bool = true) -> [SharedRoot] {
        for fetch in evidence.fetches {
            guard let leaf = fetch.chain.first else { continue }
            let name = isNamed ? "\(leaf.subject), until \(leaf.notAfter.day)" : nil
            return [SharedRoot(kind: .certificate, value: leaf.digest.hex, name: name)]
        }
        return []
    }

    private func addresses(_ evidence: Evidence) -> [SharedRoot] {
        (evidence.policyHost?.all ?? []).map {
            SharedRoot(kind: .policyHostAddress, value: $0.description)
        }
    }

    private func alias(_ evidence: Evidence) -> [SharedRoot] {
        let host = evidence.policyHost
        guard let end = host?.v4.aliases.last ?? host?.v6.aliases.last else { return [] }
        return [SharedRoot(kind: .policyHostAlias, value: end)]
    }

    private func policyText(_ evidence: Evidence, isNamed: Bool = true) -> [SharedRoot] {
        for fetch in evidence.fetches {
            guard case .response(let response) = fetch.outcome, response.status == 200,
                !response.body.bytes.isEmpty
            else { continue }
            let name = isNamed ? Self.start(of: response.body.bytes) : nil
            return [SharedRoot(kind: .policyText, value: response.body.digest.hex, name: name)]
        }
        return []
    }

    /// The first lines of a policy as one.
    private static func start(of policy: [UInt8]) -> String {
        policy.prefix(80).split(whereSeparator: { $0 < 0x20 })
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " | ")
    }

    private func mx(
        _ cause: Cause, _ evidence: Evidence, _ coverage: [MXCoverage]
    ) -> [SharedRoot] {
        let failed = Set(
            (evidence.mailProbes ?? []).filter { $0.outcome != .verified }.map(\.host))
        var hosts = coverage
        if cause.isAboutCoverage { hosts = hosts.filter { $0.pattern == nil } }
        if cause.isAboutTransport { hosts = hosts.filter { failed.contains($0.host) } }
        var roots: [SharedRoot] = []
        for host in hosts {
            if cause.isAboutTransport {
                roots.append(SharedRoot(kind: .mxHost, value: host.host))
            }
            guard let name = registrableDomain(host.host) else { continue }
            let root = SharedRoot(kind: .mxOperator, value: name)
            if !roots.contains(root) { roots.append(root) }
        }
        return roots
    }

    private func reporting(_ evidence: Evidence) -> [SharedRoot] {
        let texts = (evidence.tlsrpt.found ?? []).map(\.display)
        guard !texts.isEmpty else { return [] }
        return [SharedRoot(kind: .reportingText, value: texts.joined(separator: " | "))]
    }
}

extension Cause {
    fileprivate var isAboutCertificate: Bool { Self.certificateCauses.contains(self) }
    fileprivate var isAboutCoverage: Bool { self == .mxUncovered || self == .mxAllUncovered }
    fileprivate var isAboutTransport: Bool { Self.transportCauses.contains(self) }

    private static let certificateCauses: Set<Cause> = [
        .policyCertificateExpired, .policyCertificateNotYetValid, .policyCertificateNameMismatch,
        .policyCertificateNoSAN, .policyCertificateUntrusted, .policyCertificateSelfSigned,
        .policyCertificateChainIncomplete, .policyCertificateWeak, .policyCertificateExpiring,
    ]

    private static let transportCauses: Set<Cause> = [
        .mxUnreachable, .mxStartTLSMissing, .mxCertificateExpired, .mxCertificateNameMismatch,
        .mxCertificateUntrusted, .mxTLSFailed, .mxCertificateExpiring,
    ]
}
