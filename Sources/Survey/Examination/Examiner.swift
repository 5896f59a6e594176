internal import Evidence
internal import MTASTS
internal import Resolve

/// Looks at one domain: asks, in an order that costs little where there is little, and writes
/// down what came back. It draws no conclusions but the one that nothing more need be asked.
///
/// A domain with an MX and neither a record nor a policy host, which is nearly every domain,
/// costs four queries: MX, two TXT, and the policy host's A.
struct Examiner: Sendable {
    let names: any NameService
    let policies: any PolicyService
    let options: ExaminerOptions
    let clock: SurveyClock
    let gate: FetchGate
    let aliases: AliasCache
    /// Nil: no MX host is ever probed.
    let mail: MailProbing?
    let counters: SurveyCounters
    let retrying: Retrying

    /// - Parameter sleep: how retries wait.
    init(
        names: any NameService, policies: any PolicyService, options: ExaminerOptions,
        clock: SurveyClock, gate: FetchGate, aliases: AliasCache, mail: MailProbing? = nil,
        counters: SurveyCounters,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.names = names
        self.policies = policies
        self.options = options
        self.clock = clock
        self.gate = gate
        self.aliases = aliases
        self.mail = mail
        self.counters = counters
        retrying = Retrying(options, sleep: clock.sleep ?? sleep)
    }

    /// - Throws: `CancellationError`, and nothing else: a failure of the domain is evidence.
    func examine(_ domain: DomainName) async throws -> Observation {
        let start = ContinuousClock.now
        let at = clock.now()
        let mail = try await mail(of: domain)
        let (mx, record) = (mail.mx, mail.record)
        var evidence = Evidence(
            mx: mx.lookup, record: record.lookup, tlsrpt: mail.reporting.lookup)
        var spent = Spent(queries: mx.queries + record.queries + mail.reporting.queries)
        spent += try await continueExamining(domain, &evidence)
        if !spent.unanswered.isEmpty {
            evidence.unanswered = spent.unanswered.sorted { $0.rawValue < $1.rawValue }
        }
        // A lookup that was cut short may look like an answer.
        try Task.checkCancellation()

        let elapsed = (ContinuousClock.now - start).components
        let measurement = Measurement(
            at: at,
            elapsedMilliseconds: Int(elapsed.seconds) * 1000
                + Int(elapsed.attoseconds / 1_000_000_000_000_000),
            queries: spent.queries, requests: spent.requests, recordTTL: record.ttl,
            mxTTL: mx.ttl)
        return Observation(domain: domain, evidence: evidence, measurement: measurement)
    }

    /// What is worth asking after the first three answers.
    private func continueExamining(
        _ domain: DomainName, _ evidence: inout Evidence
    ) async throws -> Spent {
        var spent = Spent()
        if case .nameMissing = evidence.mx.outcome { return spent }
        if evidence.mx.isEmpty {
            // RFC 5321 §5.1: without an MX the domain's own address takes the mail.
            let own = try await addresses(of: domain.description)
            spent += own.spent
            evidence.domainAddresses = own.addresses
        }
        // No sender will ever ask for the policy of a domain that takes no mail.
        if evidence.takesNoMail { return spent }
        // Whatever is behind a record that could not be read, the domain is not measured.
        if evidence.record.failure != nil { return spent }
        if evidence.hasPublishedRecord {
            spent += try await examineWithRecord(domain, &evidence)
            return spent
        }
        // Without an STS record it is judged only when it is there and broken.
        if evidence.tlsrpt.failure != nil { spent.unanswered.insert(.reporting) }
        if options.looksForOrphans {
            spent += try await examineWithoutRecord(domain, &evidence)
        }
        return spent
    }

    private func examineWithRecord(
        _ domain: DomainName, _ evidence: inout Evidence
    ) async throws -> Spent {
        let hosts = evidence.mx.found ?? []
        async let askedAliases = mxAliases(hosts)
        async let askedProbe = wildcardProbe(domain)
        let host = try await addresses(of: domain.policyHost)
        let (fetches, requests) = try await fetchAll(
            permitted(host.addresses), policyHost: domain.policyHost)
        let probe = try await askedProbe
        let found = try await askedAliases

        evidence.policyHost = host.addresses
        evidence.guardedAddresses = guarded(host.addresses)
        evidence.fetches = fetches
        evidence.wildcardProbe = probe.lookup
        evidence.mxAliases = found.aliases
        // Last: which hosts are worth it depends on the policy.
        let mail = try await mailProbes(domain, evidence)
        evidence.mailProbes = mail.probes
        var spent = host.spent
        spent += found.spent
        spent += Spent(queries: probe.queries + mail.queries, requests: requests)
        if probe.lookup.failure != nil { spent.unanswered.insert(.wildcard) }
        if host.addresses.v4.failure != nil || host.addresses.v6.failure != nil {
            spent.unanswered.insert(.policyHostAddresses)
        }
        return spent
    }

    /// Failures of an orphaned policy host are of no interest to anyone: its addresses are asked
    /// in turn until one answers, and none of them twice in a pass.
    private func examineWithoutRecord(
        _ domain: DomainName, _ evidence: inout Evidence
    ) async throws -> Spent {
        let host = try await addresses(of: domain.policyHost, isLikely: false)
        var spent = host.spent
        evidence.policyHost = host.addresses
        evidence.guardedAddresses = guarded(host.addresses)
        guard !host.addresses.all.isEmpty else {
            // There may be a host all the same, and only then records are looked for elsewhere.
            if host.addresses.failure != nil {
                spent.unanswered.formUnion([.misplacedRecords, .orphanedPolicy])
            }
            return spent
        }
        async let askedMisplaced = misplacedRecords(domain)
        for address in permitted(host.addresses) {
            let (fetch, requests) = try await request(domain.policyHost, from: address)
            spent.requests += requests
            evidence.fetches.append(fetch)
            if case .response = fetch.outcome { break }
        }
        if mayHideOrphan(host.addresses, evidence.fetches) {
            spent.unanswered.insert(.orphanedPolicy)
        }
        let misplaced = try await askedMisplaced
        evidence.misplacedRecords = misplaced.records
        spent += misplaced.spent
        return spent
    }

    /// Whether a policy may be served all the same. One that only came too late, or from an address
    /// that could not be looked up, is one that no sender sees, and would be missed.
    private func mayHideOrphan(_ host: HostAddresses, _ fetches: [Fetch]) -> Bool {
        // IPv4 is asked first: what it serves would be what is seen, whatever IPv6 serves.
        if host.v4.failure != nil { return true }
        if let last = fetches.last, last.outcome.tellsOfHost { return false }
        if host.v6.failure != nil || fetches.contains(where: { $0.outcome.isTransient }) {
            return true
        }
        // One family without a route from here, which is common, leaves the other to tell.
        return !fetches.isEmpty && fetches.allSatisfy(\.outcome.wasPrevented)
    }
}
