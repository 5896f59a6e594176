public import DNSMessage

/// Six faults with one root each, planted at many domains, among sound domains that share what
/// is no reason and broken ones that share nothing.
///
/// Domains are `expired-0.shared.example`, `expired-1.shared.example`..., by the name of what is
/// planted there.
public struct SharedRootWorld: World {
    /// What is planted, and what an audit is to say of it.
    public struct Root: Sendable {
        public var name: String
        public var domainCount: Int
        /// Causes found at each of its domains.
        public var causes: [String]
        /// The code of the kind of root.
        public var kind: String
        /// How the root is shown.
        public var shown: String
        /// Domains that have the root, sound ones included.
        public var sharing: Int
    }

    public static let zone = "shared.example"
    public static let soundCount = 60

    public static let roots: [Root] = [
        Root(
            name: "expired", domainCount: 7, causes: ["policy-certificate-expired"],
            kind: "policy-host-cname", shown: "expired.sts.provider.example", sharing: 7),
        Root(
            name: "dead", domainCount: 6, causes: ["policy-connect-refused"],
            kind: "policy-host-address", shown: LabAddress.refusing, sharing: 6),
        Root(
            name: "mode", domainCount: 5, causes: ["policy-mode-invalid"], kind: "policy-text",
            shown: "version: STSv1 | mode: enforced | mx: *.provider.example | max_age: 604800",
            sharing: 5),
        Root(
            name: "record", domainCount: 4,
            causes: ["record-id-invalid", "record-sender-disagreement"], kind: "record-text",
            shown: "v=STSv1; id=2024-01-31;", sharing: 4),
        // One domain has named the new hosts in its policy.
        Root(
            name: "operator", domainCount: 8, causes: ["mx-uncovered"], kind: "mx-operator",
            shown: newOperator, sharing: 9),
        Root(
            name: "gone", domainCount: 3, causes: ["policy-status"], kind: "policy-host-cname",
            shown: "old.sts.provider.example", sharing: 3),
    ]

    /// Broken domains that share nothing that explains it, each a scenario of its own.
    public static let singles = [
        "certificate-expired", "policy-mode-test", "mx-uncovered", "record-trailing-space",
    ].compactMap(Scenario.named)

    private static let newOperator = "newmail.example"

    public init() {}

    /// Every domain, the sound ones between the others.
    public static var domains: [String] {
        let planted = roots.flatMap { root in
            (0..<root.domainCount).map { "\(root.name)-\($0).\(zone)" }
        }
        let sound = (0..<soundCount).map { "sound-\($0).\(zone)" }
        let alone = singles.indices.map { "single-\($0).\(zone)" }
        return (planted + sound + alone + ["moved-0.\(zone)"]).sorted()
    }

    public func answer(to name: String, type: RecordType) -> DNSBehaviour {
        if let (specification, prefix, domain) = place(of: name) {
            return specification.answer(to: prefix, of: domain, type: type)
        }
        guard name.below(Self.newOperator) != nil else {
            return Surroundings.answer(to: name, zone: Self.zone, type: type)
        }
        guard type == .a, let owner = try? DNSName(name),
            let address = AddressText.data(LabAddress.normal)
        else { return .records([]) }
        return .records([.lab(owner, .a, .a(address))])
    }

    public func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        guard let (specification, prefix, domain) = place(of: serverName), prefix == "mta-sts"
        else { return Surroundings.host }
        return specification.policyHost(of: domain, at: address)
    }

    private func place(
        of name: String
    ) -> (specification: DomainSpecification, prefix: String, domain: String)? {
        guard let inside = name.below(Self.zone) else { return nil }
        let label = inside.split(separator: ".", omittingEmptySubsequences: false).last ?? inside
        let parts = label.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), number >= 0,
            let specification = Self.specification(String(parts[0]), number)
        else { return nil }
        return (
            specification, String(inside.dropLast(label.utf8.count).dropLast()),
            label + "." + Self.zone
        )
    }

    private static func specification(_ kind: String, _ number: Int) -> DomainSpecification? {
        var domain = DomainSpecification()
        switch kind {
        case "expired":
            domain.policyHost?.aliases = ["expired.sts.provider.example"]
            let recipe = CertificateRecipe(notBeforeDays: -100, notAfterDays: -10)
            domain.host.handshake = .certificate(recipe)
        case "dead": domain.policyHost?.addresses = [LabAddress.refusing]
        case "mode":
            domain.mx = [MailExchange(10, "mx1.provider.example")]
            domain.serve(PolicyText(mode: "mode: enforced", mx: ["mx: *.provider.example"]))
        case "record": domain.record?.texts = [["v=STSv1; id=2024-01-31;"]]
        case "operator":
            domain.mx[1] = MailExchange(20, "in." + newOperator)
            domain.serve(PolicyText(mx: ["mx: mx1.{domain}"]))
        case "moved":
            domain.mx[1] = MailExchange(20, "in." + newOperator)
            domain.serve(PolicyText(mx: ["mx: mx1.{domain}", "mx: *." + newOperator]))
        case "gone":
            domain.policyHost?.aliases = ["old.sts.provider.example"]
            domain.host.response = .reply(
                status: 404, contentType: "text/html", body: Scenario.Page.notFound)
        case "single":
            guard singles.indices.contains(number) else { return nil }
            domain = singles[number].specification
        case "sound":
            // Some of them are with the same provider, and well.
            if number.isMultiple(of: 3) {
                domain.mx = [MailExchange(10, "mx1.provider.example")]
                domain.policyHost?.aliases = ["good.sts.provider.example"]
                domain.serve(PolicyText(mx: ["mx: *.provider.example"]))
            }
        default: return nil
        }
        return domain
    }
}
