import Audit
import Evidence
import Loop
import MTASTS
import Testing

@testable import Survey

@Suite("Survey with probes: one for each MX host (RFC 8461 §4.2)", .timeLimit(.minutes(6)))
struct ProbeSurveyTests {
    static func survey(
        _ service: Hosted, _ mail: MailScript, reactors: Int = 2,
        waits: Bool = false,
        _ change: (inout SurveyConfiguration) -> Void = { _ in }
    ) throws -> Survey {
        let impatience: @Sendable (Duration) async throws -> Void = { _ in await Task.yield() }
        var configuration = SurveyConfiguration(
            examiner: ExaminerOptions(probesMX: true),
            clock: SurveyClock(
                now: { Timestamp(seconds: 1_800_000_000) },
                sleep: waits ? nil : impatience),
            batchInterval: .milliseconds(20), gracePeriod: .milliseconds(50))
        change(&configuration)
        let all = try (0..<reactors).map { number in
            Reactor(
                loop: try Loop.start(name: "test-\(number)"), names: service, policies: service,
                mail: mail, close: {})
        }
        return Survey(configuration, reactors: all)
    }

    /// Both passes of a run; the final result of each domain.
    static func audit(
        _ count: Int, with survey: Survey, between: () -> Void = {}
    ) async throws -> [Examined] {
        let first = Basket()
        #expect(try await survey.run(from: Numbers(count), into: first) == .complete)
        between()
        let results = await first.results
        let again = results.filter(\.isProvisional).map(\.candidate)
        return results.filter { !$0.isProvisional } + (try await survey.runLastPass(over: again))
    }

    @Test("20,000 domains that share 40 MX hosts: 40 probes, within the limits")
    func singleFlight() async throws {
        let mail = MailScript(onProbe: { _ in try? await Task.sleep(for: .milliseconds(5)) })
        let survey = try Self.survey(Hosted(hosts: 40, addresses: 4), mail) {
            $0.probes = ProbeLimits(inFlight: 7, perAddress: 2)
        }
        let results = try await Self.audit(20_000, with: survey)
        #expect(results.count == 20_000)
        #expect(results.allSatisfy { $0.assessment.verdict == .enforced })
        #expect(results.allSatisfy { $0.evidence.mailProbes?.count == 1 })
        #expect(mail.probed.count == 40)
        #expect(Set(mail.probed).count == 40)
        #expect(survey.progress.probes == 40)
        #expect(mail.most("all") <= 7)
        #expect((1...4).allSatisfy { mail.most("192.0.33.\($0)") <= 2 })
        #expect(await survey.notes == [])
        await survey.close()
    }

    @Test("the verdict follows: no usable MX host is bouncing")
    func verdict() async throws {
        let mail = MailScript(["mx1.provider.example": [.plain]])
        let survey = try Self.survey(Hosted(hosts: 2), mail)
        let results = try await Self.audit(10, with: survey)
        #expect(mail.probed.count == 2)
        for result in results {
            let isPlain = result.candidate.id % 2 == 1
            #expect(result.assessment.verdict == (isPlain ? .bouncing : .enforced))
            #expect(
                result.assessment.findings.map(\.cause) == (isPlain ? [.mxStartTLSMissing] : []))
        }
        await survey.close()
    }

    @Test("not asked for: nothing is probed and nothing is in the evidence")
    func off() async throws {
        let mail = MailScript()
        let survey = try Self.survey(Hosted(hosts: 2), mail) { $0.examiner.probesMX = false }
        let results = try await Self.audit(10, with: survey)
        #expect(mail.probed.isEmpty)
        #expect(results.allSatisfy { $0.evidence.mailProbes == nil })
        await survey.close()
    }

    @Test("a host that defers: twice in the first pass, once in the last")
    func deferral() async throws {
        let mail = MailScript(["mx0.provider.example": [.deferred, .deferred, .verified]])
        let survey = try Self.survey(Hosted(hosts: 2), mail)
        let results = try await Self.audit(20, with: survey)
        #expect(mail.probed.filter { $0.hasPrefix("mx0") }.count == 3)
        #expect(mail.probed.filter { $0.hasPrefix("mx1") }.count == 1)
        #expect(results.allSatisfy { $0.assessment.verdict == .enforced })
        #expect(results.allSatisfy { $0.assessment.findings.isEmpty })
        await survey.close()

        let stubborn = MailScript(["mx0.provider.example": [.deferred]])
        let second = try Self.survey(Hosted(hosts: 2), stubborn)
        let still = try await Self.audit(20, with: second)
        #expect(stubborn.probed.filter { $0.hasPrefix("mx0") }.count == 3)
        #expect(still.filter { $0.assessment.isIncomplete }.count == 10)
        await second.close()
    }

    @Test("asked again for another reason: hosts that were measured are left alone")
    func lastPass() async throws {
        let isHealed = Lock(false)
        let service = Hosted(
            hosts: 5, reporting: { _ in isHealed.withLock { $0 } ? nil : .serverFailure })
        let mail = MailScript(["mx1.provider.example": [.plain]])
        let survey = try Self.survey(service, mail)
        let results = try await Self.audit(50, with: survey) { isHealed.withLock { $0 = true } }
        #expect(results.count == 50)
        #expect(results.allSatisfy { $0.evidence.mailProbes?.count == 1 })
        #expect(survey.progress.examined == 100)
        #expect(mail.probed.count == 5)
        await survey.close()
    }

    // MARK: - Blocked port

    @Test("nothing connects anywhere: no finding at any domain, one note")
    func blockedPort() async throws {
        let hosts = (0..<200).map { "mx\($0).provider.example" }
        let mail = MailScript(
            Dictionary(uniqueKeysWithValues: hosts.map { ($0, [MailProbe.Outcome.timeout]) }))
        let survey = try Self.survey(Hosted(hosts: 200), mail)
        let results = try await Self.audit(1000, with: survey)
        #expect(results.count == 1000)
        #expect(results.allSatisfy { $0.assessment.verdict == .enforced })
        #expect(results.allSatisfy { $0.assessment.findings.isEmpty })
        #expect(
            results.allSatisfy {
                $0.evidence.mailProbes?.map(\.outcome) == [.failed(.portBlocked)]
            })
        #expect(await survey.notes == [.mailPortBlocked(hosts: 200)])
        #expect(
            await survey.notes.first?.sentence(port: 25)
                == "Port 25 cannot be reached from here: MX hosts were not probed (200 hosts).")
        // All of them would be 200 hosts, twice in the first pass and once more in the last.
        #expect(mail.probed.count < 450)
        await survey.close()
    }

    @Test("a resumed run has only its last pass left: it waits until it can tell")
    func blockedPortAfterResume() async throws {
        let hosts = (0..<20).map { "mx\($0).provider.example" }
        let mail = MailScript(
            Dictionary(uniqueKeysWithValues: hosts.map { ($0, [MailProbe.Outcome.refused]) }))
        let survey = try Self.survey(Hosted(hosts: 20), mail, waits: true)
        let nothing = Basket()
        _ = try await survey.run(from: Numbers(0), into: nothing)
        let basket = Basket()
        let numbers = Numbers(100)
        try await survey.run(
            source: { try await numbers.more() }, isLastPass: true,
            sink: { try await basket.take($0) })
        #expect(await basket.results.count == 100)
        #expect(await basket.results.allSatisfy { $0.assessment.findings.isEmpty })
        #expect(await survey.notes == [.mailPortBlocked(hosts: 20)])
        await survey.close()
    }

    @Test("a few dead hosts are dead hosts, and a single pass draws no such conclusion")
    func deadHosts() async throws {
        let dead = (0..<4).map { ("mx\($0).provider.example", [MailProbe.Outcome.refused]) }
        let few = MailScript(Dictionary(uniqueKeysWithValues: dead))
        let survey = try Self.survey(Hosted(hosts: 4), few)
        let results = try await Self.audit(8, with: survey)
        #expect(results.allSatisfy { $0.assessment.findings.map(\.cause) == [.mxUnreachable] })
        #expect(await survey.notes == [])
        await survey.close()

        let many = (0..<8).map { ("mx\($0).provider.example", [MailProbe.Outcome.refused]) }
        let check = try Self.survey(
            Hosted(hosts: 8), MailScript(Dictionary(uniqueKeysWithValues: many)))
        let basket = Basket()
        let numbers = Numbers(8)
        try await check.run(
            source: { try await numbers.more() }, isLastPass: true,
            sink: { try await basket.take($0) })
        let causes = await basket.results.map { $0.assessment.findings.map(\.cause) }
        #expect(causes == Array(repeating: [.mxUnreachable], count: 8))
        #expect(await check.notes == [])
        await check.close()
    }

    @Test("many dead hosts first, then one that answers: all are measured after all")
    func wrongSuspicion() async throws {
        // One domain at a time: the sound host comes last.
        let dead = (0..<19).map { ("mx\($0).provider.example", [MailProbe.Outcome.refused]) }
        let mail = MailScript(Dictionary(uniqueKeysWithValues: dead))
        let survey = try Self.survey(Hosted(hosts: 20), mail, reactors: 1) { $0.concurrency = 1 }
        let results = try await Self.audit(20, with: survey)
        for result in results {
            let causes: [Cause] = result.candidate.id == 19 ? [] : [.mxUnreachable]
            #expect(result.assessment.findings.map(\.cause) == causes)
        }
        #expect(await survey.notes == [])
        await survey.close()
    }

    @Test("the network is back in the last pass: nothing was blocked after all")
    func recovery() async throws {
        let hosts = (0..<40).map { "mx\($0).provider.example" }
        let mail = MailScript(
            Dictionary(uniqueKeysWithValues: hosts.map { ($0, [MailProbe.Outcome.timeout]) }))
        let survey = try Self.survey(Hosted(hosts: 40), mail, waits: true) {
            $0.examiner.retries = 0
        }
        let results = try await Self.audit(80, with: survey) {
            for host in hosts { mail.set(host, nil) }
        }
        #expect(results.allSatisfy { $0.assessment.verdict == .enforced })
        #expect(results.allSatisfy { $0.evidence.mailProbes?.map(\.outcome) == [.verified] })
        #expect(await survey.notes == [])
        await survey.close()
    }

    // MARK: - Ending

    @Test("stopping cancels the probes that nobody waits for any more")
    func stop() async throws {
        let turnstile = Turnstile(isOpen: false)
        let mail = MailScript(onProbe: { _ in await turnstile.pass() })
        let survey = try Self.survey(Hosted(hosts: 3), mail) { $0.concurrency = 30 }
        let numbers = Numbers(30)
        let basket = Basket()
        async let ending = survey.run(from: numbers, into: basket)
        while turnstile.inside < 3 { try await Task.sleep(for: .milliseconds(1)) }
        await survey.stopIntake()
        #expect(try await ending == .stopped)
        #expect(turnstile.inside == 0, "no probe outlives the run")
        #expect(mail.cancelled == 3)
        #expect(await basket.results.isEmpty)
        await survey.close()
    }
}
