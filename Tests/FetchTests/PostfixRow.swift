import Evidence
import Lab

/// What a Postfix does that is sound or a usual mistake, in its own words and in the lab's.
struct PostfixRow: Sendable {
    /// Unique: the host's name, and what tells its lines in the log.
    var label: String
    /// For the documentation.
    var what: String
    /// `smtpd`'s parameters.
    var options = [PostfixRow.offered]
    /// For `smtpd_tls_chain_files`; nil: the parameter is not set.
    var certificate: CertificateRecipe?
    /// Of another certificate, whose key is taken for this one's.
    var keyOf: CertificateRecipe?
    /// Connections that come before the one that counts.
    var earlier = 0
    var lab: MailBehaviour
    var outcome: MailProbe.Outcome
    /// The end of the line with which Postfix sums up the session.
    var session: String

    var host: String { label + ".lab.example" }
    /// Nothing is said until somebody's time is over: it should be ours, and soon.
    var isSilent: Bool { outcome == .failed(.silent) }

    static let offered = "smtpd_tls_security_level=may"
    /// Restrictions are obeyed at once, and not only at the first recipient.
    static let atOnce = "smtpd_delay_reject=no"
    static let expired = CertificateRecipe(notBeforeDays: -100, notAfterDays: -10)
}

/// The table. What is in `options` is what people write.
extension PostfixRow {
    static let all = sound + certificates + withoutTLS + handshakes + refusals

    private static let sound = [
        verified("sound", "STARTTLS and a valid certificate"),
        verified(
            "wildcard", "a wildcard certificate for its domain",
            CertificateRecipe(names: .wildcard)),
        verified(
            "rsa", "an RSA key of 2,048 bits", CertificateRecipe(key: .rsa2048)),
        verified(
            "encrypt", "takes mail over TLS only", options: ["smtpd_tls_security_level=encrypt"]),
        verified(
            "tls12", "TLS 1.2 only", options: [offered, "smtpd_tls_protocols=TLSv1.2"],
            lab: MailBehaviour(startTLS: .handshake(.onlyTLS12))),
    ]

    private static let certificates = [
        wrong("expired", "a certificate that expired ten days ago", expired, [.expired]),
        wrong(
            "notyet", "a certificate that is valid from the day after tomorrow",
            CertificateRecipe(notBeforeDays: 2, notAfterDays: 92), [.notYetValid]),
        wrong(
            "wrongname", "another host's certificate", CertificateRecipe(names: .other),
            [.nameMismatch]),
        wrong(
            "commonname", "a certificate with a common name only",
            CertificateRecipe(names: .commonNameOnly), [.noSubjectAlternativeName]),
        wrong(
            "selfsigned", "a self-signed certificate", CertificateRecipe(issuer: .selfSigned),
            [.selfSigned]),
        wrong(
            "untrusted", "a certificate of a root that nobody trusts",
            CertificateRecipe(issuer: .untrusted), [.untrusted]),
        wrong(
            "incomplete", "the chain file lacks the intermediate certificate",
            CertificateRecipe(issuer: .missingIntermediate), [.chainIncomplete]),
        wrong("weak", "an RSA key of 1,024 bits", CertificateRecipe(key: .rsa1024), [.weak]),
    ]

    private static let withoutTLS = [
        missing("plain", "STARTTLS is off", options: ["smtpd_tls_security_level=none"]),
        missing(
            "discarded", "STARTTLS is kept out of the reply to EHLO",
            options: [offered, "smtpd_discard_ehlo_keywords=starttls"]),
        deferred("nochain", "STARTTLS is on, and no chain file is named"),
        deferred(
            "wrongkey", "a certificate with the key of another one", CertificateRecipe(),
            keyOf: CertificateRecipe(key: .rsa2048)),
    ]

    private static let handshakes = [
        PostfixRow(
            label: "old", what: "TLS 1.1 and below only",
            options: [offered, "smtpd_tls_protocols=TLSv1.1"], certificate: CertificateRecipe(),
            lab: MailBehaviour(startTLS: .handshake(.oldVersion)),
            outcome: .failed(.tls(.oldVersion)), session: halted),
        bare(
            "nofile", "the chain file does not exist",
            options: ["smtpd_tls_chain_files=/nonexistent/chain.pem"]),
        bare(
            "anonymous", "no certificate, on purpose",
            options: ["smtpd_tls_cert_file=none"]),
        PostfixRow(
            label: "wrapper", what: "TLS from the first byte on, as on port 465",
            options: [offered, "smtpd_tls_wrappermode=yes"], certificate: CertificateRecipe(),
            lab: MailBehaviour(greeting: .silence), outcome: .failed(.silent),
            session: "commands=0/0"),
    ]

    private static let refusals = [
        refused(
            "rejected", "clients are rejected at the greeting",
            options: [atOnce, "smtpd_client_restrictions=reject"], code: 554,
            lab: MailBehaviour(greeting: .refused(code: 554)), session: "quit=1 commands=1"),
        refused(
            "deferred", "clients are deferred at the greeting",
            options: [atOnce, "smtpd_client_restrictions=defer"], code: 450,
            lab: MailBehaviour(greeting: .refused(code: 450)), session: "quit=1 commands=1"),
        refused(
            "hello", "clients are rejected at EHLO",
            options: [atOnce, "smtpd_helo_restrictions=reject"], code: 554,
            lab: MailBehaviour(hello: .refused(code: 554)),
            session: "ehlo=0/1 quit=1 commands=1/2"),
        refused(
            "busy", "one connection a minute, and this is the second",
            options: ["smtpd_client_connection_rate_limit=1"], code: 421, earlier: 1,
            lab: MailBehaviour(greeting: .refused(code: 421)), session: "commands=0/0"),
    ]
}

extension PostfixRow {
    /// Of a look that ends at the certificate, or earlier in the handshake.
    private static let halted = "ehlo=1 starttls=0/1 commands=1/2"

    private static func verified(
        _ label: String, _ what: String, _ recipe: CertificateRecipe = CertificateRecipe(),
        options: [String] = [offered], lab: MailBehaviour? = nil
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, options: options, certificate: recipe,
            lab: lab ?? .certificate(recipe), outcome: .verified,
            session: "ehlo=2 starttls=1 noop=1 quit=1 commands=5")
    }

    private static func wrong(
        _ label: String, _ what: String, _ recipe: CertificateRecipe,
        _ problems: [CertificateProblem]
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, certificate: recipe, lab: .certificate(recipe),
            outcome: .failed(.certificate(problems)), session: halted)
    }

    private static func missing(
        _ label: String, _ what: String, options: [String]
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, options: options, certificate: CertificateRecipe(),
            lab: MailBehaviour(startTLS: .missing), outcome: .failed(.startTLSMissing),
            session: "ehlo=1 quit=1 commands=2")
    }

    private static func deferred(
        _ label: String, _ what: String, _ recipe: CertificateRecipe? = nil,
        keyOf: CertificateRecipe? = nil
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, certificate: recipe, keyOf: keyOf,
            lab: MailBehaviour(startTLS: .refused(code: 454)),
            outcome: .failed(.startTLSRefused(code: 454)),
            session: "ehlo=1 starttls=0/1 quit=1 commands=2/3")
    }

    /// STARTTLS is offered, and there is no certificate for the handshake.
    private static func bare(
        _ label: String, _ what: String, options: [String]
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, options: [offered] + options,
            lab: MailBehaviour(startTLS: .handshake(.noCertificate)),
            outcome: .failed(.tls(.alert(40))), session: halted)
    }

    private static func refused(
        _ label: String, _ what: String, options: [String], code: Int, earlier: Int = 0,
        lab: MailBehaviour, session: String
    ) -> PostfixRow {
        PostfixRow(
            label: label, what: what, options: [offered] + options,
            certificate: CertificateRecipe(), earlier: earlier, lab: lab,
            outcome: .failed(.refused(code: code)), session: session)
    }
}
