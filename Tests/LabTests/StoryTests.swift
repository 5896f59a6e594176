import DNSMessage
import Testing

@testable import Lab

@Suite("Stories of thirty nights")
struct StoryTests {
    @Test("names are unique DNS labels")
    func names() {
        #expect(Set(Story.all.map(\.name)).count == Story.all.count)
        #expect(Story.all.count >= 16)
        for story in Story.all {
            #expect((1...63).contains(story.name.utf8.count))
            #expect(
                story.name.allSatisfy {
                    ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
                }, "\(story.name)")
            #expect(!story.why.isEmpty)
            #expect(Story.named(story.name)?.name == story.name)
        }
    }

    @Test("chapters begin with the first night and follow each other", arguments: Story.all)
    func chapters(story: Story) {
        let nights = story.chapters.map(\.first)
        #expect(nights.first == 0)
        #expect(nights == Set(nights).sorted())
        #expect(nights.allSatisfy((0..<Story.nights).contains))
    }

    @Test("the truth is told for each night, once", arguments: Story.all)
    func ranges(story: Story) {
        #expect(story.expectations.flatMap { Array($0.nights) } == Array(0..<Story.nights))
    }

    @Test("a date is after its nights, and the story outlives it", arguments: Story.all)
    func dates(story: Story) {
        for expectation in story.expectations {
            guard let after = expectation.truth.recheckAfter else { continue }
            #expect(after > expectation.nights.upperBound * NightWorld.secondsPerNight)
            #expect(after < Story.nights * NightWorld.secondsPerNight)
            let isNamed = !Self.dated.isDisjoint(with: expectation.truth.causes)
            #expect(isNamed, "a date without a cause for it")
        }
        #expect(story.truth(on: Story.nights - 1).recheckAfter == nil)
        #expect(story.truth(on: Story.nights + 5) == story.truth(on: Story.nights - 1))
    }

    @Test("each cause that names a date comes with one", arguments: Story.all)
    func causes(story: Story) {
        for expectation in story.expectations {
            let truth = expectation.truth
            #expect(truth.causes == Set(truth.causes).sorted())
            #expect((truth.severity == nil) == truth.causes.isEmpty)
            #expect(truth.recheckAfter != nil || Self.dated.isDisjoint(with: truth.causes))
        }
    }

    static let dated: Set<String> = [
        "id-unchanged", "id-reused", "cached-policy-blocks-mx", "cached-policy-outlives-removal",
        "recheck-after",
    ]

    @Test("every cause of the cache has a story, and one that it does not come up in")
    func coverage() {
        let shown = Set(
            Story.all.flatMap { story in
                story.expectations.flatMap(\.truth.causes)
            })
        #expect(Self.dated.union(["id-churn"]).subtracting(shown) == [])
        let harmless = Story.all.filter { story in
            story.chapters.count > 1
                && story.expectations.allSatisfy { $0.truth.recheckAfter == nil }
        }
        #expect(harmless.count >= 3)
    }

    @Test("eventful nights are those on which something changes")
    func events() throws {
        let forgotten = try #require(Story.named("id-forgotten"))
        #expect((0..<30).filter(forgotten.isEventful) == [0, 10, 17])
        let flapping = try #require(Story.named("flapping-mx"))
        #expect((0..<30).filter(flapping.isEventful) == [0, 5, 7, 8, 10, 11, 12])
        let broken = try #require(Story.named("policy-broken"))
        #expect((0..<30).filter(broken.isEventful) == [0, 6, 11, 14])
        let steady = try #require(Story.named("steady"))
        #expect((0..<30).filter(steady.isEventful) == [0])
    }
}

@Suite("A world that changes from night to night")
struct NightWorldTests {
    private static func texts(_ world: NightWorld, _ name: String) -> [String]? {
        guard case .records(let records) = world.answer(to: name, type: .txt) else { return nil }
        return records.compactMap { record in
            guard case .txt(let strings) = record.data else { return nil }
            return String(decoding: strings.joined(), as: UTF8.self)
        }
    }

    @Test("the record and the policy are those of the night")
    func nights() throws {
        let world = NightWorld(start: 1_000)
        let story = try #require(Story.named("id-forgotten-mended"))
        let domain = world.domain(of: story)
        #expect(domain == "id-forgotten-mended.nights.example")
        #expect(world.story(at: domain)?.name == story.name)
        #expect(world.story(at: "mta-sts." + domain) == nil)
        var policies: [String] = []
        for (night, id) in [(0, "1"), (9, "1"), (10, "1"), (13, "2"), (29, "2"), (3, "1")] {
            world.night = night
            #expect(world.now == 1_000 + Int64(night) * 86_400)
            #expect(Self.texts(world, "_mta-sts." + domain) == ["v=STSv1; id=\(id);"])
            let host = world.policyHost("mta-sts." + domain, at: LabAddress.normal)
            guard case .reply(200, "text/plain", _, let body) = host.response else {
                Issue.record("no policy in night \(night)")
                continue
            }
            policies.append(String(decoding: body, as: UTF8.self))
        }
        #expect(Set(policies).count == 2)
        #expect(policies[0] == policies[1] && policies[2] == policies[4])
        #expect(policies[0] != policies[2] && policies[0] == policies[5])
        #expect(policies[0].contains("\r\nmax_age: 604800\r\n"))
    }

    @Test("a night's disturbance goes by itself, a change stays")
    func disturbance() throws {
        let world = NightWorld(start: 0)
        let domain = world.domain(of: try #require(Story.named("nxdomain-night")))
        world.night = 8
        #expect(Self.texts(world, "_mta-sts." + domain) == nil)
        world.night = 9
        #expect(Self.texts(world, "_mta-sts." + domain) == ["v=STSv1; id=1;"])
        let removed = world.domain(of: try #require(Story.named("removed")))
        world.night = 29
        #expect(Self.texts(world, "_mta-sts." + removed) == nil)
        #expect(Self.texts(world, removed) == ["v=spf1 mx -all"])
    }

    @Test("names beside the stories", arguments: ["nothing.nights.example", "gone.example", "."])
    func surroundings(name: String) {
        guard case .nameError = NightWorld(start: 0).answer(to: name, type: .a) else {
            Issue.record("\(name) exists")
            return
        }
    }
}
