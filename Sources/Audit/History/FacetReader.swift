import Evidence
import MTASTS

/// What one look says of a facet.
enum FacetReading {
    case value(FacetValue)
    /// Some of it could not be told.
    case partial(FacetValue)
    /// Each item begins with a host and a space; of the hosts `untold` it could not be told
    /// whether they have one.
    case ofHosts(FacetValue, untold: Set<String>)
    case unmeasured
}

/// Takes the facets out of the evidence of one look.
struct FacetReader {
    private let look: TimelineLook
    private var evidence: Evidence { look.evidence }

    init(_ look: TimelineLook) { self.look = look }

    func reading(of facet: Facet) -> FacetReading {
        switch facet {
        case .verdict: verdict
        case .mx: texts(evidence.mx) { $0.map(\.phrase) }
        case .mxAlias: mxAlias
        case .record: texts(evidence.record) { $0.map(\.display) }
        case .recordAlias: aliases(evidence.record)
        case .hostAddress: hostAddress
        case .hostAlias: hostAlias
        case .certificate: certificate
        case .policy: policy
        case .reporting: texts(evidence.tlsrpt) { $0.map(\.display) }
        }
    }

    private var verdict: FacetReading {
        look.verdict == .unmeasured ? .unmeasured : .value(FacetValue([look.verdict.rawValue]))
    }

    private func texts<Value>(
        _ lookup: Lookup<Value>, show: (Value) -> [String]
    ) -> FacetReading {
        switch lookup.outcome {
        case .found(let value): .value(FacetValue(show(value)))
        case .noData, .nameMissing: .value(.nothing)
        case .failed: .unmeasured
        }
    }

    /// A chain that could not be followed to its end may lead anywhere.
    private func aliases<Value>(_ lookup: Lookup<Value>) -> FacetReading {
        lookup.failure == nil ? .value(FacetValue(lookup.aliases)) : .unmeasured
    }

    private var mxAlias: FacetReading {
        guard evidence.mx.failure == nil else { return .unmeasured }
        let aliases = evidence.mxAliases
        // A host whose lookup failed is left out like one that is no alias.
        let hosts = Set((evidence.mx.found ?? []).map(\.host))
        return .ofHosts(
            FacetValue(aliases.map { "\($0.key) -> \($0.value)" }.sorted()),
            untold: hosts.subtracting(aliases.keys))
    }

    private var hostAddress: FacetReading {
        guard let host = evidence.policyHost else { return .unmeasured }
        let value = FacetValue(host.all.map(\.description))
        if host.v4.failure == nil, host.v6.failure == nil { return .value(value) }
        return value.isNothing ? .unmeasured : .partial(value)
    }

    private var hostAlias: FacetReading {
        guard let host = evidence.policyHost else { return .unmeasured }
        if host.v4.failure == nil { return .value(FacetValue(host.v4.aliases)) }
        return aliases(host.v6)
    }

    private var certificate: FacetReading {
        let leaves = evidence.fetches.compactMap(\.chain.first)
        guard !leaves.isEmpty else { return .unmeasured }
        var seen: Set<Digest> = []
        let distinct = leaves.filter { seen.insert($0.digest).inserted }
            .sorted { $0.digest < $1.digest }
        let value = FacetValue(distinct.map(\.phrase), digests: distinct.map(\.digest))
        return leaves.count == evidence.fetches.count ? .value(value) : .partial(value)
    }

    /// The text that the verdict follows; where none was served, why.
    private var policy: FacetReading {
        guard !evidence.fetches.isEmpty else {
            return evidence.policyHost?.isMissing == true ? .value(.nothing) : .unmeasured
        }
        guard let fetch = Judge().decisive(among: evidence.fetches), !fetch.isUnmeasured
        else { return .unmeasured }
        guard let body = fetch.policyBody else {
            let troubles = Judge().troubles(of: fetch, at: "the host", now: look.firstSeen)
            return .value(FacetValue(troubles.prefix(1).map { "not served: \($0)" }))
        }
        let policy = STSPolicyReading.read(body.bytes).policy
        return .value(FacetValue(policy?.phrases ?? ["no usable policy"], digests: [body.digest]))
    }
}

extension STSPolicy {
    /// What matters of it, in the order of its text.
    var phrases: [String] {
        ["mode: \(mode.rawValue)", "max_age: \(maxAge)"] + mx.map { "mx: \($0)" }
    }
}

extension MXRecord {
    fileprivate var phrase: String { isNull ? "null MX" : "\(preference) \(host)" }
}

extension Certificate {
    fileprivate var phrase: String {
        "\(subject), by \(issuer), \(notBefore.day) to \(notAfter.day)"
    }
}
