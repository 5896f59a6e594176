import Audit
import Evidence
import Fetch
import Loop
import MTASTS
import Resolve

@testable import Survey

/// DNS and policy hosts as a table: what is asked is written down, what is not in the table is
/// answered with NODATA or a refused connection.
actor Script: NameService, PolicyService {
    enum Answer: Sendable {
        case mx([String])
        case txt([String])
        case addresses([String])
        case alias(String)
        case noData
        case nameMissing(aliases: [String] = [])
        case failed(LookupFailure)
    }

    /// By question (`MX example.com`): the answers in order, the last for all further times.
    private var answers: [String: [Answer]]
    /// By address: the outcomes in order, the last for all further times.
    private var outcomes: [String: [Fetch.Outcome]]
    private(set) var asked: [String] = []
    private(set) var fetched: [String] = []
    private(set) var isReachable = true

    init(_ answers: [String: [Answer]] = [:], _ outcomes: [String: [Fetch.Outcome]] = [:]) {
        self.answers = answers
        self.outcomes = outcomes
    }

    private func answer(_ question: String) -> Answer {
        asked.append(question)
        guard var rest = answers[question], let next = rest.first else { return .noData }
        if rest.count > 1 {
            rest.removeFirst()
            answers[question] = rest
        }
        return next
    }

    private func resolution<Value>(
        _ question: String, _ read: (Answer) -> Value?
    ) -> Resolution<Value> {
        let answer = answer(question)
        let lookup: Lookup<Value> =
            switch answer {
            case .nameMissing(let aliases): Lookup(.nameMissing, aliases: aliases)
            case .failed(let failure): Lookup(.failed(failure))
            case .noData: Lookup(.noData)
            case .mx, .txt, .addresses, .alias:
                read(answer).map { Lookup(.found($0)) } ?? Lookup(.noData)
            }
        return Resolution(lookup: lookup, ttl: 300, queries: 1)
    }

    func mx(_ name: String) -> Resolution<[MXRecord]> {
        resolution("MX \(name)") { answer in
            guard case .mx(let hosts) = answer else { return nil }
            return hosts.enumerated().map {
                MXRecord(preference: UInt16($0.offset), host: $0.element)
            }
        }
    }

    func txt(_ name: String) -> Resolution<[TXTRecord]> {
        // The random label is not worth a name of its own.
        let labels = name.split(separator: ".", maxSplits: 1)
        let isProbe = name.hasPrefix("_") && !["_mta-sts", "_smtp", "_mta_sts"].contains(labels[0])
        return resolution("TXT \(isProbe ? "RANDOM.\(labels[1])" : name)") { answer in
            guard case .txt(let texts) = answer else { return nil }
            return texts.map { TXTRecord($0) }
        }
    }

    func addresses(_ host: String) async -> HostResolution {
        let v4 = addresses(host, .v4)
        let v6 = addresses(host, .v6)
        return HostResolution(
            addresses: HostAddresses(v4: v4.lookup, v6: v6.lookup), queries: 2)
    }

    func addresses(_ host: String, _ family: IPAddress.Family) -> Resolution<[IPAddress]> {
        resolution("\(family == .v4 ? "A" : "AAAA") \(host)") { answer in
            guard case .addresses(let texts) = answer else { return nil }
            return texts.compactMap { IPAddress($0) }.sorted()
        }
    }

    func alias(of host: String) -> Resolution<String> {
        resolution("CNAME \(host)") { answer in
            guard case .alias(let target) = answer else { return nil }
            return target
        }
    }

    func isAnswering() -> Bool { isReachable }

    func fetch(policyHost: String, from address: IPAddress) -> Fetch {
        fetched.append("\(policyHost) \(address)")
        let key = address.description
        guard var rest = outcomes[key], let next = rest.first else {
            return Fetch(address: address, outcome: .failed(.connectRefused))
        }
        if rest.count > 1 {
            rest.removeFirst()
            outcomes[key] = rest
        }
        return Fetch(address: address, outcome: next)
    }
}

extension Fetch.Outcome {
    static func status(_ status: Int, _ text: String = "", retryAfter: String? = nil) -> Self {
        var digest = [UInt8](repeating: 0, count: 32)
        digest[0] = UInt8(truncatingIfNeeded: text.utf8.count)
        guard let digest = Digest(digest) else { return .failed(.connectRefused) }
        return .response(
            HTTPResponse(
                status: status, contentType: "text/plain", retryAfter: retryAfter,
                body: .init(digest: digest, bytes: Array(text.utf8))))
    }

    static let policy = status(
        200, "version: STSv1\nmode: enforce\nmx: mx.a.example\nmax_age: 604800\n")
}

/// Pauses that were asked for, without waiting for them.
actor Pauses {
    private(set) var all: [Duration] = []
    func add(_ pause: Duration) { all.append(pause) }
}

struct Examinee {
    var evidence: Evidence
    var measurement: Measurement
    var isPartial: Bool
    /// Sorted, since several are asked at the same time.
    var asked: [String]
    var fetched: [String]
    var pauses: [Duration]
}

extension Script {
    /// Examines `a.example` against this script.
    nonisolated func examine(
        _ options: ExaminerOptions = ExaminerOptions(), mail: MailScript? = nil,
        limits: ProbeLimits = ProbeLimits(perSecond: 1_000_000)
    ) async throws -> Examinee {
        let loop = try Loop.start(name: "examiner")
        let pauses = Pauses()
        let clock = SurveyClock(
            now: { Timestamp(seconds: 1_800_000_000) }, sleep: { await pauses.add($0) })
        let desk = ProbeDesk(limits)
        await desk.beginPass(isLast: true)
        let examiner = Examiner(
            names: self, policies: self, options: options, clock: clock,
            gate: FetchGate(limit: 8, perAddress: 2), aliases: AliasCache(loop: loop),
            mail: mail.map { MailProbing(service: $0, desk: desk, loop: loop) },
            counters: SurveyCounters(), sleep: { _ in })
        let domain = try DomainName("a.example")
        let observation = try await examiner.examine(domain)
        await loop.stop()
        return Examinee(
            evidence: observation.evidence, measurement: observation.measurement,
            isPartial: observation.isPartial, asked: await asked.sorted(),
            fetched: await fetched.sorted(), pauses: await pauses.all)
    }
}
