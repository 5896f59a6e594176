import Evidence
import MTASTS

/// What an audit finds once a kit is published: the evidence with the kit in it, judged by the
/// rules of every audit, so that what remains to be done is not papered over.
///
/// The policy host is taken to serve the kit's file as its web server's snippet says: whatever
/// follows a good handshake is then as it should be. What comes before it (the name, the
/// connection, TLS, the certificate) is as it was, unless the kit moves the host.
struct KitForecast {
    private(set) var evidence: Evidence

    init(_ evidence: Evidence) { self.evidence = evidence }

    mutating func publish(_ publication: PlannedPublication) {
        evidence.record = Lookup(.found([Octets(publication.record)]))
        evidence.misplacedRecords = []
        guard let served = Self.response(publication) else { return }
        for index in evidence.fetches.indices where evidence.fetches[index].isPastHandshake {
            evidence.fetches[index].outcome = .response(served)
        }
    }

    /// The policy host leads to a web server of the owner's choice.
    mutating func moveHost(_ publication: PlannedPublication) {
        guard let address = IPAddress(bytes: [192, 0, 2, 1]),
            let served = Self.response(publication)
        else { return }
        evidence.policyHost = HostAddresses(
            v4: Lookup(.found([address])), v6: Lookup(.noData))
        evidence.guardedAddresses = []
        evidence.fetches = [Fetch(address: address, outcome: .response(served))]
    }

    mutating func publishReporting(_ record: String) {
        evidence.tlsrpt = Lookup(.found([Octets(record)]))
    }

    /// What senders hold is the plan's matter, so no history: no text of the past is compared
    /// with this one, whose digest is not worked out.
    func assessment(of domain: DomainName, now: Timestamp) -> Assessment {
        Judge().assess(evidence, of: domain, expecting: Expectations(), now: now)
    }

    private static func response(_ publication: PlannedPublication) -> HTTPResponse? {
        guard let digest = Digest(Array(repeating: 0, count: Digest.byteCount)) else { return nil }
        return HTTPResponse(
            status: 200, contentType: "text/plain",
            body: HTTPResponse.Body(digest: digest, bytes: Array(publication.policy.utf8)))
    }
}

extension Fetch {
    /// TCP, TLS and the certificate were good; what came then is the web server's doing.
    fileprivate var isPastHandshake: Bool {
        switch outcome {
        case .response: true
        case .failed(let failure):
            switch failure {
            case .tooLarge, .responseTimeout, .brokenResponse, .connectionLost: true
            case .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .tls, .certificate,
                .proxy, .local:
                false
            }
        }
    }
}
